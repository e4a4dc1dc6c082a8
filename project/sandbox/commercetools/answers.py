"""How commercetools says no."""

from __future__ import annotations

from typing import Any

from project.sandbox.commercetools.documents import Json

Answer = tuple[Json | bytes, int]  # bytes are JSON already


def error(status: int, code: str, text: str, **more: Any) -> Answer:
    """Return an error in the shape of commercetools, with `more` beside its code."""
    body: Json = {
        "statusCode": status,
        "message": text,
        "errors": [{"code": code, "message": text, **more}],
    }
    if code.islower():  # those of OAuth say it a second time, as RFC 6749 wants it
        body |= {"error": code, "error_description": text}
    return body, status


def not_found(text: str) -> Answer:
    """Return the answer for what is not there."""
    return error(404, "ResourceNotFound", text)


def invalid(text: str) -> Answer:
    """Return the answer for a request that makes no sense."""
    return error(400, "InvalidInput", text)
