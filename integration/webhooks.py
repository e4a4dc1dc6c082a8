"""The doors: authenticate, store, ring, answer."""

from __future__ import annotations

import logging
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integration import jobs
from integration.pipeline import doors, inbox

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024


@csrf_exempt
@require_POST
def inbound(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Take a notification: 204, or 404, 401, 411, 413, and 503 when it could not be kept."""
    try:
        return _inbound(request, kind, slug)
    except (OperationalError, InterfaceError) as exc:
        logger.error("notification not kept, the database is away: %s", type(exc).__name__)
        return _text(503, "Try again later.")


def _inbound(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    door = doors.find(kind, slug)
    if door is None:
        return HttpResponseNotFound("There is no such door.", content_type="text/plain")
    if not door.lets_in(request.headers):
        return _text(401, "The proof of the sender is missing or wrong.")
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        return _text(411, "Send a Content-Length.")  # Django would read an empty body
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY_BYTES:
        return _text(413, f"More than {MAX_BODY_BYTES} bytes.")
    inbox.receive(door.connection, request.headers, request.body)
    transaction.on_commit(partial(jobs.ring, jobs.process, door.connection.id))
    return HttpResponse(status=204)


def _text(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")


urlpatterns = [path("<slug:kind>/<slug:slug>/", inbound, name="inbound")]
