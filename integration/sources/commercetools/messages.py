"""What becomes of each message type: the table of handlers, and the list of what is left alone."""

from __future__ import annotations

from datetime import datetime

from integration.core.plugins import Handler, Shop, Skip
from integration.core.records import (
    Order,
    OrderCancelled,
    OrderFulfilled,
    OrderPlaced,
    Record,
)
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import CUSTOMER, MESSAGE, ORDER, checked


def customer_created(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A new customer is a profile."""
    customer = checked(_document(payload, shop, "customer", "customers"), CUSTOMER, "/customer")
    return [mapping.customer_changed(customer, mapping.moment(payload["createdAt"]))]


def order_created(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A new order is Placed Order, with one Ordered Product for each line."""
    if "OrderCreated" not in shop.settings["order"]["messages"]["created"]:
        return Skip("New orders are switched off for this store.")
    order = checked(_document(payload, shop, "order", "orders"), ORDER, "/order")
    return _records(OrderPlaced, order, mapping.moment(order["createdAt"]), shop)


def order_state_changed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An order that reaches one of the chosen states is Fulfilled Order or Cancelled Order."""
    checked(payload, MESSAGE)
    states = shop.settings["order"]["states"]
    # A payload that was too large for the queue comes without the state: the order knows it.
    state = payload.get("orderState")
    if state is not None and state not in {*states["fulfilled"], *states["cancelled"]}:
        return Skip(f"The order state {state} starts nothing in this store.")
    order = checked(lookups.resource(shop.read, "orders", payload["resource"]["id"]), ORDER)
    state = state or order.get("orderState")
    changed_at = mapping.moment(payload["createdAt"])
    if state in states["cancelled"]:
        return _records(OrderCancelled, order, changed_at, shop)
    if state in states["fulfilled"]:
        return _records(OrderFulfilled, order, changed_at, shop)
    return Skip(f"The order state {state} starts nothing in this store.")


def _document(payload: Json, shop: Shop, name: str, kind: str) -> Json:
    """The document in the message, or from the shop if it was too large to be sent along."""
    checked(payload, MESSAGE)
    return payload.get(name) or lookups.resource(shop.read, kind, payload["resource"]["id"])


def _records(
    kind: type[Order], order: Json, occurred_at: datetime, shop: Shop
) -> list[Record] | Skip:
    email = order.get("customerEmail") or ""
    customer_id = order.get("customerId")
    if not email and customer_id:
        customer = lookups.resource(shop.read, "customers", customer_id)
        email = customer.get("email") or ""
    if not email and not customer_id:
        return Skip("The order has neither an e-mail address nor a customer.")
    products = [line.get("productId", "") for line in order.get("lineItems", [])]
    return [
        mapping.order_record(
            kind,
            order,
            occurred_at=occurred_at,
            email=email,
            categories=lookups.category_paths(products, shop.read),
            brand_attribute=shop.settings["product"]["brand_attribute"],
        )
    ]


HANDLERS: dict[str, Handler] = {
    "CustomerCreated": customer_created,
    "OrderCreated": order_created,
    "OrderStateChanged": order_state_changed,
}

IGNORED = {
    "subscription.ResourceCreated": "commercetools sends this to prove that the door works.",
}
