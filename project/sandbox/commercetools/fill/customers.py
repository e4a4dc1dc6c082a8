"""Customers by the thousands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from project.sandbox.commercetools import people
from project.sandbox.commercetools.fill import bad
from project.sandbox.commercetools.written import Written, written

FIRST = datetime(2023, 10, 1, 6, 0, tzinfo=UTC)
SPAN = timedelta(days=365)  # all of them have signed up before the first of them buys
NOBODYS_PHONE = 11  # of the oddities that people have: it would be bad too, and unasked for


@dataclass
class Crowd:
    """New customers: all of them in writing, and why some are bad."""

    written: dict[str, Written] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)


def crowd(random: Random, count: int, share: float, tag: str) -> Crowd:
    """Return so many new customers; the tag is in their numbers and e-mail addresses."""
    made, to_spoil = Crowd(), bad.places(random, count, share)
    for place in range(count):
        number, own = f"K-{tag}-{place}".upper(), f"{tag}-{place}"
        customer = people.customer(random, number, own, FIRST + SPAN * place / count)
        if place in to_spoil:
            customer, why = bad.spoiled(customer, len(made.bad))
            made.bad[customer["id"]] = why
        elif place % 20 != NOBODYS_PHONE:
            customer = people.awkward(random, place, customer)
        made.written[customer["id"]] = written(customer)
    return made
