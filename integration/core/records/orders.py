"""Orders, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from integration.core.money import Money
from integration.core.records.base import Address, Record
from integration.core.text import Localized


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


@dataclass(frozen=True, kw_only=True)
class OrderShipped(Order):
    """An order left the house."""


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(Order):
    """An order arrived."""


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(Order):
    """Money went back: `refund` of it, in the transaction of this id."""

    transaction_id: str
    refund: Money


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(Order):
    """Lines of an order are to come back. `returned` are their ids and how many of each."""

    return_id: str
    returned: tuple[tuple[str, int], ...]
    tracking: str = ""
