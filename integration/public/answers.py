"""What doors read and answer: plain Django, as the REST framework would double its price."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse


def refusal(status: int, code: str, detail: str, **more: object) -> JsonResponse:
    """Return an answer that says what is wrong."""
    return JsonResponse({"detail": detail, "code": code, **more}, status=status)


def document_in(body: bytes) -> Any:
    """Return what a body says as JSON, None if it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def body_of(
    request: HttpRequest,
    most_bytes: int,
    read: Callable[[bytes], Any] = document_in,
    **more: object,
) -> dict[str, Any] | HttpResponse:
    """Return the JSON object that was sent, or the refusal of anything else, which says `more`.

    `read` returns what a body says, None if it says nothing.
    """
    if int(request.headers.get("Content-Length") or 0) > most_bytes:
        return refusal(413, "too_large", f"Send at most {most_bytes} bytes.")
    body = read(request.body)
    if not isinstance(body, dict):
        return refusal(400, "invalid", "Send a JSON object.", **more)
    return body
