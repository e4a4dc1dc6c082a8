"""The rules about one event, one profile, one object of the catalog that no schema can say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from project.sandbox.klaviyo.checks import invalid
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.value_checks import wrong_values

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), timedelta(days=366)  # from now
IDENTIFIERS = ("email", "phone_number", "external_id", "anonymous_id", "_kx")
LARGEST_EVENT_PROFILE, LARGEST_METADATA = 95_000, 100_000  # bytes


def wrong_event(event: Json, base: str) -> Iterator[Json]:
    """Yield the errors of the attributes of an event, but for its profile."""
    yield from _wrong_time(event.get("time"), f"{base}/time")
    yield from wrong_values(event["properties"], f"{base}/properties")


def wrong_person(profile: Json, base: str) -> Iterator[Json]:
    """Yield the errors of the profile that comes with events."""
    if len(orjson.dumps(profile)) > LARGEST_EVENT_PROFILE:
        yield invalid("The profile is larger than 95 KB.", base)
    yield from wrong_profile(profile, base)


def wrong_profile(profile: Json, base: str) -> Iterator[Json]:
    """Yield the errors of a profile."""
    person = profile["attributes"]
    if not profile.get("id") and not any(person.get(name) for name in IDENTIFIERS):
        yield invalid("One or more identifiers is required", f"{base}/attributes")
    if person.get("properties"):
        yield from wrong_values(person["properties"], f"{base}/attributes/properties")


def wrong_metadata(document: Json, base: str) -> Iterator[Json]:
    """Yield the error of an object of the catalog that says too much beside what is asked."""
    metadata = document["attributes"].get("custom_metadata")
    if metadata and len(orjson.dumps(metadata)) > LARGEST_METADATA:
        where = f"{base}/attributes/custom_metadata"
        yield invalid("The metadata is larger than 100 KB.", where)


def _wrong_time(text: str | None, where: str) -> Iterator[Json]:
    if text is None:
        return
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # a leap second, a small t or z: the schema lets them pass
        yield invalid("Invalid time.", where)
        return
    if not EARLIEST < moment < datetime.now(UTC) + LATEST:
        yield invalid("The time is out of range.", where)
