"""The rules about many at once that no schema can say. One thing wrong, and none is taken."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from project.sandbox.klaviyo.bulk_schemas import MOST_EVENTS
from project.sandbox.klaviyo.checks import invalid
from project.sandbox.klaviyo.document_checks import (
    wrong_event,
    wrong_metadata,
    wrong_person,
    wrong_profile,
)
from project.sandbox.klaviyo.schemas import Json

GROUPS = "/data/attributes/events-bulk-create/data"
PROFILES = "/data/attributes/profiles/data"
LARGEST_PROFILE = 100_000  # bytes


def wrong_events(document: Json) -> Iterator[Json]:
    """Yield the errors of events, grouped by their profiles."""
    groups = document["attributes"]["events-bulk-create"]["data"]
    count = sum(len(group["attributes"]["events"]["data"]) for group in groups)
    if count > MOST_EVENTS:
        yield invalid(f"There are {count} events. At most {MOST_EVENTS} are taken.", GROUPS)
    seen: set[str] = set()
    for place, group in enumerate(groups):
        yield from _wrong_group(group["attributes"], f"{GROUPS}/{place}/attributes", seen)


def wrong_profiles(document: Json) -> Iterator[Json]:
    """Yield the errors of profiles to import."""
    for place, profile in enumerate(document["attributes"]["profiles"]["data"]):
        base = f"{PROFILES}/{place}"
        if len(orjson.dumps(profile)) > LARGEST_PROFILE:
            yield invalid("The profile is larger than 100 KB.", base)
        yield from wrong_profile(profile, base)


def wrong_rows(document: Json) -> Iterator[Json]:
    """Yield the errors of objects of the catalog."""
    [(name, rows)] = document["attributes"].items()
    for place, row in enumerate(rows["data"]):
        yield from wrong_metadata(row, f"/data/attributes/{name}/data/{place}")


def _wrong_group(group: Json, base: str, seen: set[str]) -> Iterator[Json]:
    """Yield the errors of one profile and its events. `seen` are the unique ids up to here."""
    yield from wrong_person(group["profile"]["data"], f"{base}/profile/data")
    for place, entry in enumerate(group["events"]["data"]):
        event, where = entry["attributes"], f"{base}/events/data/{place}/attributes"
        unique_id = event.get("unique_id")
        if unique_id in seen:
            yield invalid(f"The unique_id '{unique_id}' is repeated.", f"{where}/unique_id")
        if unique_id:
            seen.add(unique_id)
        yield from wrong_event(event, where)
