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
from integration.core.rules import Json, Schema
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import CUSTOMER, MESSAGE, ORDER, checked


def customer_created(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A new customer is a profile."""
    message = checked(payload, MESSAGE)
    customer = _document(message, shop, "customer", "customers", CUSTOMER)
    return [mapping.customer_changed(customer, mapping.moment(message["createdAt"]))]


def order_created(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A new order is Placed Order, with one Ordered Product for each line."""
    if "OrderCreated" not in shop.settings["order"]["messages"]["created"]:
        return Skip("New orders are switched off for this store.")
    message = checked(payload, MESSAGE)
    order = _document(message, shop, "order", "orders", ORDER)
    return _records(OrderPlaced, order, mapping.moment(order["createdAt"]), shop)


def order_state_changed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An order that reaches one of the chosen states is Fulfilled Order or Cancelled Order."""
    message = checked(payload, MESSAGE)
    states = shop.settings["order"]["states"]
    # A payload that was too large for the queue comes without the state: the order knows it.
    state = message.get("orderState")
    if state is not None and state not in {*states["fulfilled"], *states["cancelled"]}:
        return Skip(f"The order state {state} starts nothing in this store.")
    order = checked(lookups.resource(shop.read, "orders", message["resource"]["id"]), ORDER)
    state = state or order.get("orderState")
    changed_at = mapping.moment(message["createdAt"])
    if state in states["cancelled"]:
        return _records(OrderCancelled, order, changed_at, shop)
    if state in states["fulfilled"]:
        return _records(OrderFulfilled, order, changed_at, shop)
    return Skip(f"The order state {state} starts nothing in this store.")


def _document(message: Json, shop: Shop, name: str, kind: str, schema: Schema) -> Json:
    """The document in the message, or from the shop if it was too large to be sent along."""
    if name in message:
        return checked(message[name], schema, f"/{name}")
    return checked(lookups.resource(shop.read, kind, message["resource"]["id"]), schema)


def _records(
    kind: type[Order], order: Json, occurred_at: datetime, shop: Shop
) -> list[Record] | Skip:
    email, customer_id = order.get("customerEmail"), order.get("customerId")
    if not email and customer_id:
        email = lookups.resource(shop.read, "customers", customer_id).get("email")
    if not email and not customer_id:
        return Skip("The order has neither an e-mail address nor a customer.")
    return [
        mapping.order_record(
            kind,
            order,
            occurred_at=occurred_at,
            email=email or "",
            details=lookups.order_details(order, shop),
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
