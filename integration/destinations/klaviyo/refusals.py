"""Which pieces of a bulk request Klaviyo's errors are about, and what each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from integration.core.bulk import Refused
from integration.core.errors import Reject
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies, errors
from integration.destinations.klaviyo.bulk_operations import single_body
from integration.destinations.klaviyo.quick_json import dumped, loaded
from integration.destinations.klaviyo.words import PHONE_NOTE

NOWHERE = -1
ANSWER_BYTES = 1_000  # of an error kept for people to read: there may be one for every piece

# /data/attributes/profiles/data/12/attributes/email: the first number is the place.
PLACE = re.compile(r"/data/(\d+)(?=/|$)")
EVENT = "/attributes/events/data/0"  # of its group
IDENTIFIERS = ("id", "email", "external_id", "phone_number", "_kx")


def refusals(found: list[Json], contents: Sequence[bytes], status: int | None) -> list[Refused]:
    """Return what these errors refuse: a piece once, and each error of no known place by itself.

    A piece of which only the phone number is wrong may go without it.
    """
    by_place: dict[int, list[Json]] = {}
    for error, place in zip(found, _places(found, contents), strict=True):
        by_place.setdefault(place, []).append(error)
    nowhere = by_place.pop(NOWHERE, [])
    return [
        *(_refused(place, about, contents[place], status) for place, about in by_place.items()),
        *(Refused(place=NOWHERE, failure=_failure(error, status)) for error in nowhere),
    ]


def _refused(place: int, about: list[Json], content: bytes, status: int | None) -> Refused:
    others = [error for error in about if not errors.is_about_phone(error)]
    if others:
        return Refused(place=place, failure=_failure(others[0], status))
    failure = _failure(about[0], status)
    body = bodies.without(single_body(content), failure.pointer)
    return Refused(place=place, failure=failure, instead=body, note=PHONE_NOTE)


def _failure(error: Json, status: int | None) -> Reject:
    answer = dumped(error)[:ANSWER_BYTES].decode(errors="ignore")
    return errors.rejection(status, error, _in_single(errors.pointer_of(error)), answer)


def _in_single(pointer: str) -> str:
    """The pointer as it would be if the piece had been sent by itself."""
    found = PLACE.search(pointer)
    if not found:
        return pointer
    rest = pointer[found.end() :]
    return "/data" + rest.removeprefix(EVENT) if rest.startswith(EVENT) else "/data" + rest


def _places(found: list[Json], contents: Sequence[bytes]) -> list[int]:
    """The place that each error is about: by its pointer, or by what it says was sent."""
    named = [PLACE.search(errors.pointer_of(error)) for error in found]
    places = [int(match[1]) if match else NOWHERE for match in named]
    places = [place if place < len(contents) else NOWHERE for place in places]
    if any(
        place == NOWHERE and error.get("original_payload")
        for place, error in zip(places, found, strict=True)
    ):
        known = _by_identifier(contents)
        places = [
            _place_of(error, known) if place == NOWHERE else place
            for place, error in zip(places, found, strict=True)
        ]
    return places


def _place_of(error: Json, known: dict[tuple[str, str], int]) -> int:
    for identifier in _identifiers(error.get("original_payload")):
        if identifier in known:
            return known[identifier]
    return NOWHERE


def _by_identifier(contents: Sequence[bytes]) -> dict[tuple[str, str], int]:
    known: dict[tuple[str, str], int] = {}
    for place, content in enumerate(contents):
        for identifier in _identifiers(loaded(content)):
            known.setdefault(identifier, place)
    return known


def _identifiers(document: Any) -> Iterator[tuple[str, str]]:
    """By what an object is known, however deep its attributes lie."""
    held = errors.object_in(document)
    for inner in ("data", "attributes"):
        if isinstance(held.get(inner), dict):
            yield from _identifiers(held[inner])
    for name in IDENTIFIERS:
        if held.get(name):
            yield name, str(held[name]).lower()
