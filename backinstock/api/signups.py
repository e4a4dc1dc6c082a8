"""`POST /backinstock/signups`."""

from __future__ import annotations

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backinstock import doors, jobs
from backinstock.doors import Door
from backinstock.forms import SignUpForm
from backinstock.taking import Taken, take
from integration.jobs import ring
from integration.public.answers import body_of, refusal
from integration.public.limiting import client_of
from integration.public.origins import is_foreign, preflight, readable

logger = logging.getLogger(__name__)

MOST_BYTES = 32_768
KNOWN = {"store", *SignUpForm.base_fields} - {"opened"}


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def sign_ups(request: HttpRequest) -> HttpResponse:
    """Take a sign-up: 202, or 400, 403, 404, 413, 429, and 503 when it could not be kept."""
    if request.method == "OPTIONS":
        return preflight(request, doors.KIND)
    body = body_of(request, MOST_BYTES, fields={})
    if isinstance(body, HttpResponse):
        return body
    try:
        door = doors.find(str(body.pop("store", "")))
        answer = _answer(request, door, body)
    except (OperationalError, InterfaceError) as exc:
        logger.error("sign-up not kept, the database is away: %s", type(exc).__name__)
        return refusal(503, "unavailable", "The database is away. Try again in a moment.")
    return readable(answer, request, door.origins if door else frozenset())


def not_found() -> JsonResponse:
    """Return the answer where there is no such store."""
    return refusal(404, "not_found", "There is no such store, or it has no back in stock.")


def _of_wrong_kind(body: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong whoever asks: a slip of who builds a page, not of a shopper."""
    unknown = dict.fromkeys(body.keys() - KNOWN, "There is no such field.")
    nested = {
        name: "Send text, a number, true or false."
        for name, value in body.items()
        if isinstance(value, (dict, list))
    }
    return {**nested, **unknown}


def _answer(request: HttpRequest, door: Door | None, body: dict[str, Any]) -> HttpResponse:
    if door is None:
        return not_found()
    if is_foreign(request, door.origins):
        return refusal(403, "origin", "This page is not among the store's origins.")
    wrong = _of_wrong_kind(body)
    if wrong:
        return refusal(400, "invalid", "Some fields are not right.", fields=wrong)
    taken = take(door, body, client_of(request.META))
    if taken.state:  # for whoever is known, too: the answer takes as long
        ring(jobs.announce, door.store.id)
    return _said(taken, door.texts(door.language(str(body.get("locale") or ""))))


def _said(taken: Taken, words: dict[str, str]) -> HttpResponse:
    if taken.wait:
        answer = refusal(429, "too_many", words["too_many"])
        answer["Retry-After"] = str(taken.wait)
        return answer
    if taken.wrong:
        return refusal(400, "invalid", words["invalid"], fields=dict(taken.wrong))
    return JsonResponse({"state": taken.state}, status=202)
