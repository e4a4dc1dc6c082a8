"""What was asked to happen, and to which document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.shop import Shop

ORDER_STATES = ("Confirmed", "Complete", "Cancelled")  # those that an order can reach
SHIPMENT_STATES = (
    "Pending",
    "Ready",
    "Partial",
    "Backorder",
    "Delayed",
    "Shipped",
    "Delivered",
    "Canceled",
)
REFUND_STATES = ("Success", "Pending")
Suits = Callable[[Json], bool]


class Impossible(ValueError):
    """What was asked for cannot happen; the message names the option and says why."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Everything that can be asked for. What is None the shop chooses itself."""

    id: str | None = None
    fields: Json = field(default_factory=dict)
    order_state: str | None = None
    shipment_state: str | None = None
    refund_state: str | None = None
    amount: int | None = None
    quantity: int | None = None
    rename: Json = field(default_factory=dict)
    parent: str | None = None
    data_erasure: bool = False


ANYTHING = Asked()


def find(shop: Shop, kind: str, asked: Asked, *preferred: Suits) -> Json | None:
    """Return the document that was asked for.

    If none was asked for, it is one of those that the first of `preferred` is true of, else the
    second, and so on; None if there is none. Raises Impossible if the one asked for is not there,
    or none of `preferred` is true of it.
    """
    if asked.id is None:
        for suits in preferred or (anything,):
            found = [document for document in shop.held(kind) if suits(document)]
            if found:
                return shop.random.choice(found)
        return None
    document = shop.get(kind, asked.id)
    if document is None:
        raise Impossible(f"id: one of the shop's {kind}, not {asked.id}")
    if preferred and not any(suits(document) for suits in preferred):
        raise Impossible(f"id: this cannot happen to {asked.id} as it is now")
    return document


def need(shop: Shop, kind: str, asked: Asked, *preferred: Suits) -> Json:
    """Return what `find` returns. Raises Impossible if there is none as well."""
    document = find(shop, kind, asked, *preferred)
    if document is None:
        raise Impossible(f"type: this can happen to none of the shop's {kind} now")
    return document


def merged(document: Json, asked: Asked) -> Json:
    """Return the document with the fields that were asked for."""
    return {**document, **asked.fields}


def anything(document: Json) -> bool:
    """Return True: any document will do."""
    return True
