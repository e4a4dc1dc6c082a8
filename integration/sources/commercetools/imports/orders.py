"""All orders, and what happened to each: it was placed, fulfilled, cancelled, refunded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from integration.core.exchange import Read, Skip, StoreFacts
from integration.core.plugins import Shop
from integration.core.records import (
    Order,
    OrderCancelled,
    OrderFulfilled,
    OrderPlaced,
    OrderRefunded,
    Record,
)
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import ORDER
from integration.sources.commercetools.handlers.orders import NOBODY, email_of, nothing
from integration.sources.commercetools.imports import refunds
from integration.sources.commercetools.imports.entries import Understand
from integration.sources.commercetools.imports.listing import Listing, Prepare
from integration.sources.commercetools.imports.refunds import Refund
from integration.sources.commercetools.imports.walking import collection
from integration.sources.commercetools.mapping import OrderDetails
from integration.sources.commercetools.order_details import OrderReferences


def _preparing(read: Read) -> Prepare:
    references = OrderReferences(read)

    def prepare(orders: Sequence[Json], shop: Shop) -> Understand:
        details_of = references.look_up(orders)
        refunds_of = refunds.look_up(orders, shop)
        emails = _emails(orders, shop.read)

        def understand(order: Json) -> list[Record] | Skip:
            email = email_of(order) or emails.get(order.get("customerId", ""), "")
            if not email and not order.get("customerId"):
                return NOBODY
            found, details = refunds_of(order), details_of(order)
            if found.notes:
                details = replace(details, notes=(*details.notes, *found.notes))
            bare = refunds.without_payments(order)
            return _records(_placed(bare, email, details, shop.store), bare, found.refunds, shop)

        return understand

    return prepare


def _emails(orders: Sequence[Json], read: Read) -> Mapping[str, str]:
    """The addresses of customers whose orders have none, by their ids."""
    ids = {order.get("customerId", "") for order in orders if not email_of(order)}
    found = lookups.by_values(read, "customers", "id", ids)
    return {customer["id"]: customer.get("email", "") for customer in found}


def _placed(order: Json, email: str, details: OrderDetails, store: StoreFacts) -> Order:
    return mapping.order_record(
        OrderPlaced,
        order,
        occurred_at=mapping.placed_at(order),
        email=email,
        details=details,
        brand_attribute=store.settings["product"]["brand_attribute"],
        more={},
    )


def _records(
    placed: Order, order: Json, refunded: Sequence[Refund], shop: Shop
) -> list[Record] | Skip:
    """All that happened to an order."""
    settings, state = shop.store.settings["order"], order.get("orderState", "")
    states = settings["states"]
    # When its state changed is not said, only when anything of it did.
    at = max(mapping.changed_at(order, placed.occurred_at), placed.occurred_at)
    records: list[Record] = []
    if settings["messages"]["created"] or state in (*states["placed"], *states["fulfilled"]):
        records.append(placed)
    if state in states["fulfilled"]:
        records.append(mapping.retold(OrderFulfilled, placed, at, {}))
    if state in states["cancelled"]:
        records.append(mapping.retold(OrderCancelled, placed, at, {}))
    for refund in refunded:
        more = {"transaction_id": refund.transaction_id, "refund": refund.amount}
        records.append(mapping.retold(OrderRefunded, placed, refund.at or at, more))
    return records or nothing(state)


ORDERS = collection(
    Listing(
        path="orders",
        thing="order",
        time="createdAt",
        schema=ORDER,
        preparing=_preparing,
        query=(refunds.EXPANDED,),
    ),
    title="Orders",
    known_by="placed",
)
