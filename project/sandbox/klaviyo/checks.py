"""What Klaviyo refuses, in its own words and shape."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Request

from project.sandbox.klaviyo.schemas import Json

MEDIA_TYPES = ("application/vnd.api+json", "application/json")
# Revisions are retired two years after their release, so on a day in late 2026 all before this.
OLDEST_REVISION = "2025-01-15"
# status: (code, title). The codes are not published; these were seen, or are likely.
WORDS = {
    400: ("invalid", "Invalid input."),
    401: ("authentication_failed", "Incorrect authentication credentials."),
    403: ("permission_denied", "You do not have permission to perform this action."),
    404: ("not_found", "Not found."),
    409: ("duplicate_profile", "Conflict."),
    410: ("gone", "Gone."),
    413: ("too_large", "Payload too large."),
    415: ("unsupported_media_type", "Unsupported media type."),
    429: ("throttled", "Request was throttled."),
}


class Refused(Exception):
    """A request that Klaviyo would not serve, with its error object."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["detail"])
        self.error = error


def error(
    status: int,
    detail: str,
    source: Json | None = None,
    meta: Json | None = None,
    *,
    code: str = "",
) -> Json:
    """Return one error object. Its code follows from the status if none is given."""
    usual_code, title = WORDS.get(status, ("error", "A server error occurred."))
    return {
        "id": str(uuid.uuid4()),
        "status": status,
        "code": code or usual_code,
        "title": title,
        "detail": detail,
        "source": source or {},
        "links": {},
        "meta": meta or {},
    }


def invalid(detail: str, pointer: str) -> Json:
    """Return the error about one place of a body; the pointer is a JSON pointer."""
    return error(400, detail, {"pointer": pointer})


def refused_parameter(name: str, detail: str) -> Refused:
    """Return the exception about one parameter of the address."""
    return Refused(error(400, detail, {"parameter": name}))


def step(name: str | int) -> str:
    """Return what a JSON pointer has for this key or place."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def refused_headers(request: Request, key: str) -> Json | None:
    """Return the error of a request with a wrong key, revision or content type."""
    if request.headers.get("Authorization") != f"Klaviyo-API-Key {key}":
        return error(401, "Missing or invalid private key.")
    return _refused_form(request)


def refused_browser(request: Request, company: str) -> Json | None:
    """Return the error of a browser's request, which has no key but says which account it means."""
    if request.args.get("company_id") != company:
        return error(400, "The company_id is missing or invalid.", {"parameter": "company_id"})
    return _refused_form(request)


def _refused_form(request: Request) -> Json | None:
    revision = request.headers.get("revision", "")
    if not _is_revision(revision):
        return error(400, "The revision header is missing or not a date.")
    if revision < OLDEST_REVISION:
        return error(410, f"Revision {revision} was retired.")
    speaks = request.method in ("POST", "PATCH") or request.get_data()
    if speaks and request.mimetype not in MEDIA_TYPES:
        return error(415, f"Send {MEDIA_TYPES[0]}.")
    return None


def _is_revision(text: str) -> bool:
    day = text.removesuffix(".pre")
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
