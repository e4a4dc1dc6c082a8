"""Orders and their payments by the hundred thousands: copies of a thousand templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import orjson

from project.sandbox.commercetools import orders
from project.sandbox.commercetools.documents import Json, new_id, stamp
from project.sandbox.commercetools.fill import bad
from project.sandbox.commercetools.fill.templates import Template
from project.sandbox.commercetools.written import Written

FIRST = datetime(2024, 10, 1, 6, 0, tzinfo=UTC)
SPAN = timedelta(days=365)  # so the sample's own orders are the newest
TEMPLATES = 1_000
PAYMENT = 5  # where in the values of an order the id of its payment is: see Template


@dataclass(frozen=True)
class Buyer:
    """What an order says of a customer."""

    id: bytes
    email: str
    where: bytes


@dataclass
class Sales:
    """New orders and their payments, all in writing, and why some are bad."""

    orders: dict[str, Written] = field(default_factory=dict)
    payments: dict[str, Written] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)


def buyer(random: Random, customer: Json) -> Buyer:
    """Return what an order says of this customer."""
    said = {"locale": customer["locale"], **orders.addresses(random, customer)}
    return Buyer(customer["id"].encode(), customer["email"], orjson.dumps(said)[1:-1])


def sales(
    random: Random,
    count: int,
    share: float,
    tag: str,
    buyers: list[Buyer],
    templates: list[Template],
) -> Sales:
    """Return so many new orders of these buyers; the tag is in their numbers."""
    made, to_spoil = Sales(), bad.places(random, count, share)
    for place in range(count):
        chosen, who = random.choice(templates), random.choice(buyers)
        moment = FIRST + SPAN * ((place + random.random()) / count)
        email = bad.email(who.email, place) if place in to_spoil else who.email
        number = f"{tag}-{place}".upper().encode()
        ids = [new_id(random) for _ in range(2 + chosen.ids)]
        said = (number, orjson.dumps(email)[1:-1], who.id, who.where)
        values = (*said, *[id_.encode() for id_ in ids], *_stamps(chosen, moment))
        made.orders[ids[0]] = Written(chosen.order, values)
        made.payments[ids[1]] = Written(chosen.payment, values)
        if place in to_spoil:
            made.bad[ids[0]] = "customerEmail malformed"
    return made


def _stamps(template: Template, moment: datetime) -> Iterator[bytes]:
    for later in template.times:
        yield stamp(moment + later).encode()
