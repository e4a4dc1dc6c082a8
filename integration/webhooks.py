"""The doors: authenticate, store, ring, answer."""

from __future__ import annotations

import logging
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
    JsonResponse,
)
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integration import jobs
from integration.core.errors import Retry
from integration.core.plugins import Knock, Reply
from integration.pipeline import doors, inbox

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
EVENT_GRID = "aeg-event-type"  # a header of all that Azure Event Grid posts


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def inbound(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Take a notification: 204, or 404, 401, 411, 413, and 503 when it could not be kept.

    A sender's greeting, which asks whether somebody is there, gets the answer it wants.
    """
    try:
        return _inbound(request, kind, slug)
    except (OperationalError, InterfaceError) as exc:
        logger.error("notification not kept, the database is away: %s", type(exc).__name__)
    except Retry as exc:
        logger.error("notification not kept, its sender cannot be checked now: %s", exc.code)
    return _text(503, "Try again later.")


def _inbound(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    door = doors.find(kind, slug)
    if door is None:
        return _not_found()
    refusal = _refusal_of_size(request)
    if refusal:
        return refusal
    knock = Knock(
        headers=request.headers,
        body=request.body,
        method=request.method or "",
        query=request.GET.dict(),
    )
    if not door.lets_in(knock):
        return _refusal_of_sender(request)
    greeting = door.greeting(knock)
    if greeting:
        return _answer(greeting)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    inbox.receive(door.connection, knock.headers, knock.body)
    transaction.on_commit(partial(jobs.ring, jobs.process, door.connection.id))
    return HttpResponse(status=204)


def _refusal_of_size(request: HttpRequest) -> HttpResponse | None:
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        return _text(411, "Send a Content-Length.")  # Django would read an empty body
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY_BYTES:
        return _text(413, f"More than {MAX_BODY_BYTES} bytes.")
    return None


def _refusal_of_sender(request: HttpRequest) -> HttpResponse:
    if EVENT_GRID in request.headers:
        # After a 401 Event Grid drops the event for good, after a 404 it tries again: one that
        # comes while the secret is being changed is not lost.
        # https://learn.microsoft.com/azure/event-grid/delivery-and-retry
        return _not_found()
    refusal = _text(401, "The proof of the sender is missing or wrong.")
    refusal["WWW-Authenticate"] = 'Basic realm="Storewire"'  # SNS gives a password if asked only
    return refusal


def _answer(reply: Reply) -> HttpResponse:
    if reply.body is None:
        return HttpResponse(status=reply.status, headers=dict(reply.headers))
    return JsonResponse(reply.body, status=reply.status, headers=dict(reply.headers))


def _not_found() -> HttpResponse:
    return HttpResponseNotFound("There is no such door.", content_type="text/plain")


def _text(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")


urlpatterns = [path("<slug:kind>/<slug:slug>/", inbound, name="inbound")]
