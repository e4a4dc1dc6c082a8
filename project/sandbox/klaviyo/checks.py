"""What Klaviyo refuses, in its own words and shape."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request

from project.sandbox.klaviyo.schemas import VALIDATORS, Json

PHONE = "Invalid phone number format (Example of a valid format: +12345678901)"
OLDEST_REVISION = "2025-01-15"  # what is served on a day in late 2026
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def error(status: int, code: str, detail: str, pointer: str = "", meta: Json | None = None) -> Json:
    """Return one error object."""
    return {
        "id": str(uuid.uuid4()),
        "status": status,
        "code": code,
        "title": {400: "Invalid input.", 409: "Conflict.", 429: "Request was throttled."}.get(
            status, "Refused."
        ),
        "detail": detail,
        "source": {"pointer": pointer} if pointer else {},
        "links": {},
        "meta": meta or {},
    }


def refused_headers(request: Request, key: str) -> Json | None:
    """Return the error of a request with a wrong key, revision or content type."""
    if request.headers.get("Authorization") != f"Klaviyo-API-Key {key}":
        return error(401, "authentication_failed", "Incorrect authentication credentials.")
    revision = request.headers.get("revision", "")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.pre)?", revision):
        return error(400, "invalid", "The revision header is missing or not a date.")
    if revision < OLDEST_REVISION:
        return error(410, "gone", f"Revision {revision} was retired.")
    kinds = ("application/vnd.api+json", "application/json")
    if request.method != "GET" and request.mimetype not in kinds:
        return error(415, "unsupported_media_type", f"Send {kinds[0]}.")
    return None


def refused_body(operation: str, body: Any, size: int) -> list[Json]:
    """Return the errors of a body; none if it is taken."""
    most = 5_000_000 if operation == "create_event" else 100_000
    if size > most:
        return [error(413, "too_large", f"The payload is larger than {most} bytes.")]
    problems = [
        error(400, "invalid", _words(problem), _pointer(problem.instance_path))
        for problem in VALIDATORS[operation].iter_errors(body)
    ]
    return problems or list(_further(operation, body["data"]["attributes"]))


def _further(operation: str, attributes: Json) -> Iterator[Json]:
    base, person = "/data/attributes", attributes
    if operation == "create_event":
        base, person = (
            f"{base}/profile/data/attributes",
            attributes["profile"]["data"]["attributes"],
        )
        if len(json.dumps(person)) > 95_000:
            yield error(400, "invalid", "The profile is larger than 95 KB.", base)
        yield from _time(attributes.get("time"))
        yield from _strings(attributes["properties"], "/data/attributes/properties")
    names = ("email", "phone_number", "external_id", "anonymous_id", "_kx")
    if operation != "update_profile" and not any(person.get(name) for name in names):
        yield error(400, "invalid", "One or more identifiers is required", base)


def _time(text: str | None) -> Iterator[Json]:
    if text is None:
        return
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not EARLIEST < moment < datetime.now(UTC) + timedelta(days=366):
        yield error(400, "invalid", "The time is out of range.", "/data/attributes/time")


def _strings(value: Any, where: str, depth: int = 1) -> Iterator[Json]:
    if isinstance(value, str) and len(value.encode()) > 100_000:
        yield error(400, "invalid", "A string is larger than 100 KB.", where)
    if isinstance(value, dict):
        if depth > 10:
            yield error(400, "invalid", "Nested deeper than 10 levels.", where)
            return
        for name, item in value.items():
            yield from _strings(item, f"{where}/{name}", depth + 1)
    if isinstance(value, list):
        if len(value) > 4000:
            yield error(400, "invalid", "More than 4,000 items.", where)
        for place, item in enumerate(value):
            yield from _strings(item, f"{where}/{place}", depth)


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{step}" for step in path)


def _words(problem: Any) -> str:
    last = problem.instance_path[-1] if problem.instance_path else ""
    if last == "phone_number":
        return PHONE
    return "Invalid email address" if last == "email" else str(problem.message)
