"""Customers and visitors: who they are, what they did, what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from integration.core.money import Money
from integration.core.records.base import Address, Record


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Record):
    """A customer as they are now. `phone` is as written; the address says of which country."""

    email: str
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    organization: str = ""
    locale: str = ""
    address: Address | None = None
    previous_email: str = ""  # where it has just changed


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Record):
    """A customer asked to be forgotten. `email` is the last address, as far as it is known."""

    email: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitorIdentified(Record):
    """A visitor of the storefront said who they are, and what else is in `properties`.

    `external_id` stands for the person. Exactly one of `email`, `customer_id`, `phone` (E.164) and
    `visitor`, the mark that the destination gave their browser, is there: a page may not tell us
    which of them belong to one person.
    """

    email: str = ""
    customer_id: str = ""
    phone: str = ""
    visitor: str = ""
    first_name: str = ""
    last_name: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Tracked(Record):
    """Something else that somebody did, once: `external_id` tells it from every other time.

    `name` is what people call it. `email`, `customer_id`, `phone` (E.164) or `visitor`, the mark
    that the destination gave their browser, says who it was. `scope` is within what the external
    id is one of a kind, where that is not the whole shop.
    """

    name: str
    email: str = ""
    customer_id: str = ""
    phone: str = ""
    visitor: str = ""
    scope: str = ""
    value: Money | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Record):
    """Somebody agreed to get marketing, or took that back: an explicit word of theirs.

    `list_id` is the destination's id of a list, `text` what they agreed to, as it was shown.
    """

    email: str = ""
    phone: str = ""
    granted: bool
    list_id: str = ""
    text: str = ""
    where: str = ""  # they said it
