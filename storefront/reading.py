"""What a page may send: checked, with words for whoever builds the page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import orjson

from integration.core.rules import Json
from integration.sources.storefront.money import is_number
from integration.sources.storefront.notices import IDENTIFY, TRACK
from storefront.people import person_of
from storefront.values import Wrong, properties_of, refuse_unknown, text_of

MOST_BYTES = 65_536
MOST_EVENTS = 50
MOST_ID, MOST_NAME = 255, 127  # what Klaviyo takes
MOST_AGE = 7 * 86_400_000  # milliseconds
MOST_PAGE = 4_000  # characters of its address

HELLO = "hello"  # the script says that it is there, and nothing else
FIELDS = {"store", "page", "debug", "events"}
EVENT_FIELDS = {
    HELLO: {"type", "id", "age"},
    IDENTIFY: {"type", "id", "age", "person", "properties"},
    TRACK: {"type", "id", "age", "person", "properties", "name"},
}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What came in one request. The events are as they were sent."""

    page: str
    debug: bool
    events: list[Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event as a page told it, checked. `age` is in milliseconds, `notes` say what was left
    out.
    """

    type: str
    id: str = ""
    name: str = ""
    age: float = 0
    person: dict[str, str] = field(default_factory=dict)
    properties: Json = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def document_in(body: bytes) -> Json | None:
    """Return the JSON object that was sent, None if it is none."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        # It bears neither half characters nor numbers without end. One event with such a thing
        # must not cost the others of its batch.
        found = _slowly(body)
    return found if isinstance(found, dict) else None


def batch_of(body: Json) -> Batch:
    """Return the batch in a body. Raises Wrong."""
    refuse_unknown(body, FIELDS, "")
    page, debug, events = body.get("page") or "", body.get("debug", False), body.get("events")
    if page:
        page = text_of(page, "page", MOST_PAGE, "Write the address of the page")
    if not isinstance(debug, bool):
        raise Wrong("debug", "Write true or false.")
    if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
        raise Wrong("events", f"Send a list of 1 to {MOST_EVENTS} events.")
    return Batch(page=page, debug=debug, events=events)


def event_of(entry: Any, place: int, country: str, *, of_anybody: bool) -> Told:
    """Return the event at a place of a batch. Raises Wrong.

    Phone numbers without a country code are this country's. `of_anybody` lets one in that is
    nobody's.
    """
    at = f"events/{place}"
    if not isinstance(entry, dict):
        raise Wrong(at, "Send an object for each event.")
    type_ = entry.get("type")
    if not isinstance(type_, str) or type_ not in EVENT_FIELDS:
        raise Wrong(f"{at}/type", "Write “track”, “identify” or “hello”.")
    refuse_unknown(entry, EVENT_FIELDS[type_], f"{at}/")
    if type_ == HELLO:
        return Told(type=HELLO)
    id_ = text_of(entry.get("id"), f"{at}/id", MOST_ID, "Write the id of the event")
    name = _name(entry.get("name"), f"{at}/name") if type_ == TRACK else ""
    person, notes = person_of(
        entry.get("person"), f"{at}/person", country, named=type_ == IDENTIFY, anybody=of_anybody
    )
    return Told(
        type=type_,
        id=id_,
        name=name,
        age=_age(entry.get("age", 0), f"{at}/age"),
        person=person,
        properties=properties_of(entry.get("properties"), f"{at}/properties"),
        notes=notes,
    )


def _slowly(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _name(value: Any, at: str) -> str:
    return text_of(value, at, MOST_NAME, "Write the name of an event")


def _age(value: Any, at: str) -> float:
    if not is_number(value):
        raise Wrong(at, "Write how many milliseconds ago it happened: a number.")
    return float(min(max(value, 0), MOST_AGE))
