"""From what a page told to records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from integration.core.exchange import Skip
from integration.core.plugins import Shop
from integration.core.records import Record, Tracked, VisitorIdentified
from integration.core.rules import Json
from integration.sources.storefront.choices import Choices, choices
from integration.sources.storefront.money import CURRENCIES, VALUE, value_of
from integration.sources.storefront.people import identifier, known_by

NOBODY = "Nobody knows yet who this was."
BY_BROWSER = "This store's events go to Klaviyo from the browser."
EVENT_ID = "$event_id"  # the id, as klaviyo.js has it


def tracked(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An event, of one person who is known by one thing."""
    reason = _why_not(payload, choices(shop.store.settings))
    if reason:
        return Skip(reason)
    properties, known = payload["properties"], known_by(payload["person"])
    value, notes = value_of(properties, shop.store.currency)
    ours = {VALUE, EVENT_ID, *(name for name in CURRENCIES if name[0] == "$")}
    return [
        Tracked(
            external_id=payload["id"],
            occurred_at=_moment(payload, "occurred_at"),
            name=payload["name"],
            email=known.email,
            customer_id=known.customer_id,
            phone=known.phone,
            visitor=known.visitor,
            scope=payload["who"],
            value=value,
            properties={name: one for name, one in properties.items() if name not in ours},
            notes=(*_notes(payload), *notes),
        )
    ]


def own_event(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An event with a name of the shop's own, if the store wants it."""
    name = payload["name"]
    if name not in choices(shop.store.settings).own_events:
        return Skip(
            f"“{name}” is not among the store's own events. If you want it, add it in the store's "
            "settings, under Storefront."
        )
    return tracked(payload, shop)


def identified(payload: Json, shop: Shop) -> list[Record] | Skip:
    """Who a visitor is, with no more than pages may say of somebody."""
    chosen = choices(shop.store.settings)
    reason = _why_not(payload, chosen)
    if reason:
        return Skip(reason)
    person, said = payload["person"], payload["properties"]
    known, received = known_by(person), _moment(payload, "received_at")
    return [
        VisitorIdentified(
            external_id=payload["who"],
            occurred_at=_moment(payload, "occurred_at"),
            version=int(received.timestamp() * 1_000_000),  # of two in one request, the second
            email=known.email,
            customer_id=known.customer_id,
            phone=known.phone,
            visitor=known.visitor,
            first_name=person.get("first_name", ""),
            last_name=person.get("last_name", ""),
            properties={name: said[name] for name in chosen.properties if name in said},
            notes=(*_notes(payload), *_left_out(said, chosen)),
        )
    ]


def _why_not(payload: Json, chosen: Choices) -> str:
    if not chosen.by_server:
        return BY_BROWSER
    return "" if identifier(payload["person"]) else NOBODY


def _moment(payload: Json, name: str) -> datetime:
    return datetime.fromisoformat(payload[name])


def _notes(payload: Json) -> tuple[str, ...]:
    return tuple(payload.get("notes", ()))  # what the door left out


def _left_out(said: dict[str, Any], chosen: Choices) -> tuple[str, ...]:
    return tuple(
        f"The property “{name}” was left out: it is not among those that pages may set."
        for name in said
        if name not in chosen.properties
    )
