"""Orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from integration.core.exchange import Skip
from integration.core.plugins import Shop
from integration.core.records import (
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderFulfilled,
    OrderPlaced,
    OrderShipped,
    Record,
    ReturnRequested,
)
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import MESSAGE, ORDER, checked
from integration.sources.commercetools.order_details import order_details

NOBODY = Skip("The order has neither an e-mail address nor a customer.")
GONE = Skip("The order was deleted since.")


def placed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An order that is new, or has got its customer, is Placed Order with its lines."""
    message = checked(payload, MESSAGE)
    type_ = message.get("type") or message["payloadNotIncluded"]["payloadType"]
    if type_ not in shop.store.settings["order"]["messages"]["created"]:
        return Skip(f"{type_} places no order in this store.")
    order = _sent_along(message) or _as_now(message, shop)
    if order is None:
        return GONE
    imported_at = order.get("completedAt") if type_ == "OrderImported" else None
    return _placed(order, shop, imported_at)


def state_changed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An order that reaches one of the chosen states is placed, fulfilled or cancelled."""
    message = checked(payload, MESSAGE)
    states = shop.store.settings["order"]["states"]
    chosen = {*states["placed"], *states["fulfilled"], *states["cancelled"]}
    # A payload that was too large for the queue comes without the state: the order knows it.
    state = message.get("orderState")
    if state is not None and state not in chosen:
        return nothing(state)
    order = _as_now(message, shop)
    if order is None:
        return GONE
    state = state or order.get("orderState", "")
    changed_at = mapping.moment(message["createdAt"])
    if state in states["cancelled"]:
        return order_records(OrderCancelled, order, changed_at, shop)
    if state in states["fulfilled"]:
        return order_records(OrderFulfilled, order, changed_at, shop)
    if state in states["placed"]:
        return _placed(order, shop)
    return nothing(state)


def shipment_state_changed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """An order that leaves the house is Shipped Order, one that arrives Delivered Order."""
    message = checked(payload, MESSAGE)
    kinds: dict[str, type[Order]] = {"Shipped": OrderShipped, "Delivered": OrderDelivered}
    state = message.get("shipmentState")
    if state is not None and state not in kinds:
        return nothing(state)
    order = _as_now(message, shop)
    if order is None:
        return GONE
    state = state or order.get("shipmentState", "")
    if state not in kinds:
        return nothing(state)
    return order_records(kinds[state], order, mapping.moment(message["createdAt"]), shop)


def return_added(payload: Json, shop: Shop) -> list[Record] | Skip:
    """Lines that are to come back are Return Requested."""
    message = checked(payload, MESSAGE)
    order = _as_now(message, shop)
    if order is None:
        return GONE
    # Without a payload (too large), the newest return of the order is the one.
    returns = [message["returnInfo"]] if "returnInfo" in message else order.get("returnInfo", [])
    items = returns[-1].get("items", []) if returns else []
    if not items:
        return Skip("The return names no items.")
    more = {
        "return_id": items[0]["id"],
        "returned": tuple((_line_of(item), item.get("quantity", 1)) for item in items),
        "tracking": returns[-1].get("returnTrackingId", ""),
    }
    at = mapping.moment(message["createdAt"])
    return order_records(ReturnRequested, order, at, shop, more)


def order_records(
    kind: type[Order],
    order: Json,
    occurred_at: datetime,
    shop: Shop,
    more: dict[str, Any] | None = None,
) -> list[Record] | Skip:
    """Return the record of this kind of an order, with what it only refers to."""
    email, customer_id = email_of(order), order.get("customerId")
    if not email and customer_id:
        customer = lookups.found(shop.read, "customers", customer_id)
        email = customer.get("email", "") if customer else ""
    if not email and not customer_id:
        return NOBODY
    return [
        mapping.order_record(
            kind,
            order,
            occurred_at=occurred_at,
            email=email,
            details=order_details(order, shop),
            brand_attribute=shop.store.settings["product"]["brand_attribute"],
            more=more or {},
        )
    ]


def email_of(order: Json) -> str:
    """Return the e-mail address that an order itself has, "" if there is none."""
    email: str = order.get("customerEmail", "").strip()
    return email


def nothing(state: str) -> Skip:
    """Return the answer for an order in a state that means nothing here."""
    return Skip(f"The state {state} starts nothing in this store.")


def _sent_along(message: Json) -> Json | None:
    return checked(message["order"], ORDER, "/order") if "order" in message else None


def _as_now(message: Json, shop: Shop) -> Json | None:
    document = lookups.found(shop.read, "orders", message["resource"]["id"])
    return checked(document, ORDER) if document else None


def _placed(order: Json, shop: Shop, at: str | None = None) -> list[Record] | Skip:
    placed_at = mapping.moment(at) if at else mapping.placed_at(order)
    return order_records(OrderPlaced, order, placed_at, shop)


def _line_of(item: Json) -> str:
    line: str = item.get("lineItemId") or item.get("customLineItemId") or ""
    return line
