"""From what a page sent to messages in the inbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integration.core.rules import Json
from integration.pipeline import inbox
from integration.public.origins import page_of
from integration.sources.storefront.notices import IDENTIFY, NAMED, TRACK, notification
from storefront import lint, sightings
from storefront.doors import Door
from storefront.models import IDENTIFY as IDENTIFIED
from storefront.models import SCRIPT
from storefront.people import who
from storefront.reading import HELLO, Batch, Told, event_of
from storefront.values import Wrong


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What became of a batch. `lint` are the remarks for each event, in their order; `rings` says
    that there is work now.
    """

    accepted: int
    refused: list[Json] = field(default_factory=list)
    lint: list[list[str]] = field(default_factory=list)
    rings: bool = False


def collect(door: Door, batch: Batch, at: datetime) -> Collected:
    """Keep what is right of a batch that came at a moment."""
    taken: dict[int, Told] = {}
    refused: list[Json] = []
    for place, entry in enumerate(batch.events):
        try:
            taken[place] = event_of(entry, place, door.store.country, of_anybody=batch.debug)
        except Wrong as exc:
            refused.append(refusal(exc, place))
    told = [one for one in taken.values() if one.type != HELLO]
    page = page_of(batch.page, door.origins).partition("?")[0].partition("#")[0]
    if told:
        kept = [
            notification(_payload(one, door, page, at, order)) for order, one in enumerate(told)
        ]
        inbox.keep_events(door.connection, kept)
    if taken:
        is_page = bool(page) or len(told) < len(taken)  # servers tell things, too, but say no hello
        sightings.see(door.store, _seen(told, door, is_page=is_page), page)
    remarks = []
    if batch.debug:
        remarks = [_remarks(taken.get(n), door) for n in range(len(batch.events))]
    return Collected(accepted=len(taken), refused=refused, lint=remarks, rings=bool(told))


def refusal(wrong: Wrong, place: int | None = None) -> Json:
    """Return what is wrong as the answer says it."""
    return {"index": place, "field": wrong.field, "detail": wrong.detail}


def _payload(told: Told, door: Door, page: str, at: datetime, order: int) -> Json:
    """One event as it is stored. Of two of one request the second is the later one."""
    return {
        "type": told.type,
        "id": told.id,
        **({"name": told.name} if told.name else {}),
        "person": told.person,
        "who": who(door.store.id, told.person),
        "properties": told.properties,
        "occurred_at": (at - timedelta(milliseconds=told.age)).isoformat(),
        "received_at": (at + timedelta(microseconds=order)).isoformat(),
        **({"page": page} if page else {}),
        **({"notes": list(told.notes)} if told.notes else {}),
    }


def _seen(told: list[Told], door: Door, *, is_page: bool) -> set[str]:
    """What is to be noted. Names that nobody has asked for are not: anybody can think of some."""
    known = {*NAMED, *door.choices.own_events}
    named = {one.name for one in told if one.type == TRACK and one.name in known}
    identified = {IDENTIFIED} if any(one.type == IDENTIFY for one in told) else set()
    script = {SCRIPT} if is_page else set()
    return {*script, *identified, *named}


def _remarks(told: Told | None, door: Door) -> list[str]:
    if told is None or told.type == HELLO:
        return []
    if told.type == IDENTIFY:
        found = lint.lint_person(told.person, told.properties, door.choices.properties)
        return [*told.notes, *found]
    found = lint.lint(
        told.name,
        told.properties,
        id_=told.id,
        profile_properties=door.choices.properties,
        own_events=door.choices.own_events,
    )
    return [*told.notes, *found]
