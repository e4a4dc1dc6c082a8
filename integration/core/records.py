"""What the platform talks about, whatever shop it came from. No vendor's words here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.core.money import Money
from integration.core.text import Localized


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something that is so, or happened, in a shop.

    `external_id` is the source's id of the thing, `version` its version there (0 if it has none),
    `custom` the shop's own fields by name, `document` the source's own words for all of it,
    `notes` say for people what could not be found out.
    """

    external_id: str
    occurred_at: datetime
    version: int = 0
    custom: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address with who lives there. `country` is ISO 3166 alpha-2, "" if not known."""

    first_name: str = ""
    last_name: str = ""
    title: str = ""
    company: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    region: str = ""
    zip: str = ""
    country: str = ""


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


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of an order. `categories` are paths from the root, one for each category."""

    id: str
    product_id: str = ""
    sku: str = ""
    name: Localized
    slug: Localized = field(default_factory=dict)
    quantity: int
    price: Money
    total: Money
    image: str = ""
    brand: str = ""
    categories: tuple[tuple[Localized, ...], ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Order(Record):
    """What is true of an order at any time. `occurred_at` is when what the subclass names happened.

    `email` and `customer_id` say whose it is; one of them is always there.
    """

    number: str = ""
    email: str = ""
    customer_id: str = ""
    total: Money
    lines: tuple[OrderLine, ...] = ()
    other_items: tuple[Localized, ...] = ()
    billing: Address | None = None
    shipping: Address | None = None
    discount_codes: tuple[str, ...] = ()
    discount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Order):
    """An order was placed."""


@dataclass(frozen=True, kw_only=True)
class OrderFulfilled(Order):
    """An order was fulfilled."""


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Order):
    """An order was cancelled."""
