"""What Klaviyo refuses, in its own words and shape."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Request

from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.validators import VALIDATORS

MEDIA_TYPES = ("application/vnd.api+json", "application/json")
PHONE = "Invalid phone number format (Example of a valid format: +12345678901)"
# Revisions are retired two years after their release, so on a day in late 2026 all before this.
OLDEST_REVISION = "2025-01-15"
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), timedelta(days=366)  # from now
IDENTIFIERS = ("email", "phone_number", "external_id", "anonymous_id", "_kx")
PROFILE_OPERATIONS = ("profile_import", "update_profile")
LARGEST, LARGEST_PROFILE, LARGEST_EVENT_PROFILE = 5_000_000, 100_000, 95_000  # bytes
LARGEST_METADATA = 100_000  # bytes
LONGEST_STRING = 100_000  # bytes
DEEPEST, LONGEST_LIST = 10, 4_000
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


def refused_headers(request: Request, key: str) -> Json | None:
    """Return the error of a request with a wrong key, revision or content type."""
    if request.headers.get("Authorization") != f"Klaviyo-API-Key {key}":
        return error(401, "Missing or invalid private key.")
    revision = request.headers.get("revision", "")
    if not _is_revision(revision):
        return error(400, "The revision header is missing or not a date.")
    if revision < OLDEST_REVISION:
        return error(410, f"Revision {revision} was retired.")
    speaks = request.method in ("POST", "PATCH") or request.get_data()
    if speaks and request.mimetype not in MEDIA_TYPES:
        return error(415, f"Send {MEDIA_TYPES[0]}.")
    return None


def refused_body(operation: str, body: Any, size: int) -> list[Json]:
    """Return the errors of a body of so many bytes; none if it is taken."""
    most = LARGEST_PROFILE if operation in PROFILE_OPERATIONS else LARGEST
    if size > most:
        return [error(413, f"The payload is larger than {most} bytes.")]
    problems = [
        invalid(_words(problem), "".join(map(_step, problem.instance_path)))
        for problem in VALIDATORS[operation].iter_errors(body)
    ]
    return problems or list(_further(operation, body["data"]))


def _is_revision(text: str) -> bool:
    day = text.removesuffix(".pre")
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _further(operation: str, document: Any) -> Iterator[Json]:
    """The rules that a schema cannot say."""
    if operation == "create_event":
        yield from _event(document["attributes"])
    elif operation in PROFILE_OPERATIONS:
        yield from _profile(document, "/data")
    elif operation == "request_profile_deletion":
        yield from _sole_identifier(document["attributes"]["profile"]["data"])
    elif operation.startswith(("create_catalog_", "update_catalog_")):
        metadata = document["attributes"].get("custom_metadata")
        if len(json.dumps(metadata, ensure_ascii=False).encode()) > LARGEST_METADATA:
            yield invalid("The metadata is larger than 100 KB.", "/data/attributes/custom_metadata")


def _event(event: Json) -> Iterator[Json]:
    profile, base = event["profile"]["data"], "/data/attributes/profile/data"
    if len(json.dumps(profile)) > LARGEST_EVENT_PROFILE:
        yield invalid("The profile is larger than 95 KB.", base)
    yield from _time(event.get("time"))
    yield from _values(event["properties"], "/data/attributes/properties")
    yield from _profile(profile, base)


def _profile(profile: Json, base: str) -> Iterator[Json]:
    person = profile["attributes"]
    known = profile.get("id") or any(person.get(name) for name in IDENTIFIERS)
    if not known:
        yield invalid("One or more identifiers is required", f"{base}/attributes")
    yield from _values(person.get("properties"), f"{base}/attributes/properties")


def _sole_identifier(profile: Json) -> Iterator[Json]:
    person = profile["attributes"]
    given = (profile.get("id"), person.get("email"), person.get("phone_number"))
    if sum(map(bool, given)) != 1:
        yield invalid(
            "Exactly one of id, email and phone_number is expected.",
            "/data/attributes/profile/data",
        )


def _time(text: str | None) -> Iterator[Json]:
    if text is None:
        return
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # a leap second, a small t or z: the schema lets them pass
        yield invalid("Invalid time.", "/data/attributes/time")
        return
    if not EARLIEST < moment < datetime.now(UTC) + LATEST:
        yield invalid("The time is out of range.", "/data/attributes/time")


def _values(value: Any, where: str, depth: int = 1) -> Iterator[Json]:
    if isinstance(value, str) and len(value.encode()) > LONGEST_STRING:
        yield invalid("A string is larger than 100 KB.", where)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield invalid("A whole number does not fit into 64 bits.", where)
    if isinstance(value, dict):
        if depth > DEEPEST:
            yield invalid(f"Nested deeper than {DEEPEST} levels.", where)
            return
        for name, item in value.items():
            yield from _values(item, where + _step(name), depth + 1)
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            yield invalid(f"More than {LONGEST_LIST} items.", where)
        for place, item in enumerate(value):
            yield from _values(item, where + _step(place), depth)


def _step(name: str | int) -> str:
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _words(problem: Any) -> str:
    last = problem.instance_path[-1] if problem.instance_path else ""
    if last == "phone_number":
        return PHONE
    return "Invalid email address" if last == "email" else str(problem.message)
