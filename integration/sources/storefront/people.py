"""By what somebody is known.

A page may say several things of a visitor, and nobody has proven any of them. So one of them counts
and goes on: with two, a page could tie somebody's address to a profile that is another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The surest first. The last one is the mark that Klaviyo gave their browser.
IDENTIFIERS = ("email", "external_id", "phone_number", "exchange_id")
NAMES = ("first_name", "last_name")


@dataclass(frozen=True, kw_only=True)
class Known:
    """The one thing that counts, as our records have it. The others are ""."""

    email: str = ""
    customer_id: str = ""
    phone: str = ""
    visitor: str = ""


def identifier(person: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the one that counts, with its name; None if nobody is known."""
    for name in IDENTIFIERS:
        if person.get(name):
            return name, person[name]
    return None


def known_by(person: Mapping[str, str]) -> Known:
    """Return the one that counts as our records have it."""
    match identifier(person):
        case ("email", value):
            return Known(email=value)
        case ("external_id", value):
            return Known(customer_id=value)
        case ("phone_number", value):
            return Known(phone=value)
        case ("exchange_id", value):
            return Known(visitor=value)
    return Known()
