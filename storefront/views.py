"""`POST /storefront/collect`."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integration.core.rules import Json
from integration.jobs import process, ring
from integration.public import limiting
from integration.public.answers import body_of, refusal
from integration.public.limiting import Limit
from integration.public.origins import is_foreign, preflight, readable, readable_by_anybody
from integration.sources.storefront.notices import KIND
from storefront import collecting, doors
from storefront.crawlers import is_crawler
from storefront.doors import Door
from storefront.reading import MOST_BYTES, MOST_EVENTS, Batch, batch_of, document_in
from storefront.values import Wrong

logger = logging.getLogger(__name__)

# More than anybody does who looks at pages. An office is one client.
REQUESTS = Limit("storefront requests", 120, 60)
EVENTS = Limit("storefront events", 1200, 60)


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def collect(request: HttpRequest) -> HttpResponse:
    """Take events: 202, or 400, 403, 404, 413, 429, and 503 when they could not be kept."""
    door = None
    try:
        if request.method == "OPTIONS":
            return preflight(request, KIND)
        body = body_of(request, MOST_BYTES, document_in, refused=[])
        if isinstance(body, HttpResponse):
            return readable_by_anybody(body, request)
        slug = body.get("store")
        door = doors.find(slug) if isinstance(slug, str) else None
        answer = _answer(request, door, body)
    except (OperationalError, InterfaceError) as exc:
        logger.error("events not kept, the database is away: %s", type(exc).__name__)
        answer = refusal(503, "unavailable", "The database is away. Try again in a moment.")
    if door is None or answer.status_code >= HTTPStatus.BAD_REQUEST:
        return readable_by_anybody(answer, request)  # why it was refused, and nothing else
    return readable(answer, request, door.origins)


def _answer(request: HttpRequest, door: Door | None, body: Json) -> HttpResponse:
    if door is None:
        return refusal(404, "not_found", "There is no such store, or its storefront is off.")
    if is_foreign(request, door.origins):
        return refusal(403, "origin", "This page is not among the store's origins.")
    too_often = _too_often(request, body)
    if too_often:
        return too_often
    # After the count: anybody can think of names, and each new one is looked up in a long list.
    if is_crawler(request.headers.get("User-Agent", "")):
        return JsonResponse({"accepted": 0, "refused": []}, status=202)
    try:
        batch = batch_of(body)
    except Wrong as exc:
        return refusal(400, "invalid", exc.detail, refused=[collecting.refusal(exc)])
    return _taken(door, batch)


def _too_often(request: HttpRequest, body: Json) -> HttpResponse | None:
    client, events = limiting.client_of(request.META), body.get("events")
    count = min(len(events), MOST_EVENTS) if isinstance(events, list) else 1
    tries = [(REQUESTS, client), (EVENTS, client)]
    refused = limiting.count(tries, {EVENTS.name: max(count, 1)})
    if refused is None:
        return None
    answer = refusal(429, "too_many", "These are too many events. Try again in a moment.")
    answer["Retry-After"] = str(refused.seconds)
    return answer


def _taken(door: Door, batch: Batch) -> HttpResponse:
    collected = collecting.collect(door, batch, now())
    if collected.rings:
        ring(process, door.connection.id)
    if not collected.accepted:
        detail = "Nothing of this could be taken."
        return refusal(400, "invalid", detail, refused=collected.refused)
    content: Json = {"accepted": collected.accepted, "refused": collected.refused}
    if batch.debug:
        content |= {"lint": collected.lint, "send": door.choices.send}
    return JsonResponse(content, status=202)
