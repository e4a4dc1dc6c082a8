"""What happens to orders that are there."""

from __future__ import annotations

from project.sandbox.commercetools import orders
from project.sandbox.commercetools.documents import (
    Json,
    announced,
    new_id,
    now,
    reference,
    stamp,
)
from project.sandbox.commercetools.life import sales
from project.sandbox.commercetools.life.asked import (
    ANYTHING,
    Asked,
    Impossible,
    Suits,
    anything,
    find,
    merged,
    need,
)
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

NEXT_STATES = {"Open": ("Confirmed", "Cancelled"), "Confirmed": ("Complete", "Cancelled")}
NEXT_SHIPMENT = {"Pending": "Ready", "Ready": "Shipped", "Shipped": "Delivered"}
CANCELLED_SHARE = 0.1

Prepared = tuple[Happening, ...]


def moves_on(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """An order reaches the state asked for, or whatever comes next for it."""
    state = asked.order_state
    with shop.lock:
        order, prepared = _ready_for(shop, asked)
        likely, cancelled = NEXT_STATES[order["orderState"]]
        if state is None:
            state = cancelled if shop.random.random() < CANCELLED_SHARE else likely
        made = orders.moved(merged(order, asked), state, now())
        shop.put("orders", made)
    fields = {"orderState": state, "oldOrderState": order["orderState"]}
    return Happening("OrderStateChanged", "order", made, fields, prepared)


def is_shipped(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A shipment reaches the state asked for, or whatever comes next for it."""

    def can(order: Json) -> bool:
        if asked.shipment_state is None:
            return order.get("shipmentState") in NEXT_SHIPMENT
        return bool(order.get("shipmentState") != asked.shipment_state)

    with shop.lock:
        order, prepared = _found_or_placed(shop, asked, can)
        before = order.get("shipmentState")
        state = asked.shipment_state or NEXT_SHIPMENT[order["shipmentState"]]
        made = announced({**merged(order, asked), "shipmentState": state}, now())
        shop.put("orders", made)
    fields = {"shipmentState": state} | ({"oldShipmentState": before} if before else {})
    return Happening("OrderShipmentStateChanged", "order", made, fields, prepared)


def gets_customer(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """An order is given to a customer: that of the fields, or one that the shop chooses."""
    with shop.lock:
        order = need(shop, "orders", asked, lambda order: "customerId" not in order, anything)
        id_ = asked.fields.get("customerId") or _other_customer(shop, order.get("customerId"))
        if shop.get("customers", str(id_)) is None:
            raise Impossible("fields.customerId: one of the shop's customers")
        made = announced({**merged(order, asked), "customerId": id_}, now())
        shop.put("orders", made)
    fields = {"customer": reference("customer", id_)}
    if "customerId" in order:
        fields["oldCustomer"] = reference("customer", order["customerId"])
    return Happening("OrderCustomerSet", "order", made, fields)


def comes_back(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """Something of an order is sent back: so many of its first line, one if nobody said."""

    def complete(order: Json) -> bool:
        return bool(order["lineItems"]) and order["orderState"] == "Complete"

    with shop.lock:
        has_lines = [complete, lambda order: bool(order["lineItems"])]
        order = need(shop, "orders", asked, *has_lines)
        returned = _return(shop, order, asked.quantity or 1)
        made = merged(order, asked)
        made = announced(made, now(), returnInfo=[*made.get("returnInfo", []), returned])
        shop.put("orders", made)
    return Happening("ReturnInfoAdded", "order", made, {"returnInfo": returned})


def _return(shop: Shop, order: Json, quantity: int) -> Json:
    line = order["lineItems"][0]
    if not 1 <= quantity <= line["quantity"]:
        raise Impossible(f"quantity: from 1 to {line['quantity']}, as many as were bought")
    at = stamp(now())
    item = {
        "id": new_id(shop.random),
        "type": "LineItemReturnItem",
        "lineItemId": line["id"],
        "quantity": quantity,
        "comment": "Does not fit.",
        "shipmentState": "Returned",
        "paymentState": "Initial",
        "createdAt": at,
        "lastModifiedAt": at,
    }
    return {"items": [item], "returnTrackingId": f"RT-{item['id'][:8]}", "returnDate": at}


def _ready_for(shop: Shop, asked: Asked) -> tuple[Json, Prepared]:
    """An order that can reach the state, a new one if none of those there can."""
    state = asked.order_state

    def can(order: Json) -> bool:
        following = NEXT_STATES.get(order["orderState"], ())
        return bool(following) if state is None else state in following

    order, prepared = _found_or_placed(shop, asked, can)
    if can(order):
        return order, prepared
    confirmed = orders.moved(order, "Confirmed", now())
    fields = {"orderState": "Confirmed", "oldOrderState": order["orderState"]}
    return confirmed, (*prepared, Happening("OrderStateChanged", "order", confirmed, fields))


def _found_or_placed(shop: Shop, asked: Asked, can: Suits) -> tuple[Json, Prepared]:
    found = find(shop, "orders", asked, can)
    if found is not None:
        return found, ()
    placed = sales.is_placed(shop)
    return placed.document, (placed,)


def _other_customer(shop: Shop, id_: str | None) -> str:
    others = [customer["id"] for customer in shop.held("customers") if customer["id"] != id_]
    if not others:
        raise Impossible("type: the shop has no other customer: create one first")
    return str(shop.random.choice(others))
