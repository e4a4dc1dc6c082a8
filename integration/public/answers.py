"""What doors read and answer: plain Django, as the REST framework would double its price."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse


def refusal(status: int, code: str, detail: str, **more: object) -> JsonResponse:
    """Return an answer that says what is wrong."""
    return JsonResponse({"detail": detail, "code": code, **more}, status=status)


def body_of(request: HttpRequest, most_bytes: int, **more: object) -> dict[str, Any] | HttpResponse:
    """Return the JSON object that was sent, or the refusal of anything else, which says `more`."""
    if int(request.headers.get("Content-Length") or 0) > most_bytes:
        return refusal(413, "too_large", f"Send at most {most_bytes} bytes.")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        return refusal(400, "invalid", "Send a JSON object.", **more)
    return body
