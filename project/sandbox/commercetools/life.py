"""What happens in the shop: people sign up and buy, orders move on, shelves empty."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from project.sandbox.commercetools import orders, people, sample
from project.sandbox.commercetools.documents import Json, changed
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

NEXT_STATES = {"Open": ("Confirmed", "Cancelled"), "Confirmed": ("Complete", "Cancelled")}
REACHABLE = ("Confirmed", "Complete", "Cancelled")
CANCELLED_SHARE = 0.1
DELIVERY = 40  # pieces that come in when a variant does not suffice for a sale


def customer_signs_up(shop: Shop) -> Happening:
    """Somebody new opens an account."""
    tag = uuid.uuid4().hex[:6]
    with shop.lock:
        made = people.customer(shop.random, f"K-{tag}", tag, _now())
        shop.put("customers", made)
        shop.newcomers.append(made)
    return Happening("CustomerCreated", "customer", made, {"customer": made})


def order_is_placed(shop: Shop) -> Happening:
    """Somebody buys something: whoever has waited longest for a first order, else anybody."""
    with shop.lock:
        buyers = shop.held("customers")
        buyer = shop.newcomers.popleft() if shop.newcomers else shop.random.choice(buyers)
        choices = sample.basket(shop.random, shop.documents("products") or [])
        moment = _now()
        number = f"SW-{moment:%y%m%d}-{uuid.uuid4().hex[:6]}"
        made, payment = orders.order(shop.random, shop.shelf, buyer, choices, number, moment)
        shop.put("payments", payment)
        shop.put("orders", made)
        for _, variant, quantity in choices:
            _take_from_shelf(shop, variant["sku"], quantity, moment)
    return Happening("OrderCreated", "order", made, {"order": made})


def order_moves_on(shop: Shop, state: str | None = None) -> Happening:
    """An order reaches this state, one of REACHABLE, or whatever comes next for it."""
    with shop.lock:
        ready = [order for order in shop.held("orders") if _can_reach(order, state)]
        order = shop.random.choice(ready) if ready else _prepared(shop, state)
        likely, cancelled = NEXT_STATES[order["orderState"]]
        if state is None:
            state = cancelled if shop.random.random() < CANCELLED_SHARE else likely
        made = orders.moved(order, state, _now())
        shop.put("orders", made)
    fields = {"orderState": state, "oldOrderState": order["orderState"]}
    return Happening("OrderStateChanged", "order", made, fields)


def product_gets_image(shop: Shop) -> Happening:
    """A product has one picture more: a message that hardly anybody listens to."""
    with shop.lock:
        product = changed(shop.random.choice(shop.held("products")), _now())
        shop.put("products", product)
    image = product["masterData"]["current"]["masterVariant"]["images"][0]
    fields = {"variantId": 1, "image": image, "staged": True}
    return Happening("ProductImageAdded", "product", product, fields)


def _can_reach(order: Json, state: str | None) -> bool:
    following = NEXT_STATES.get(order["orderState"], ())
    return bool(following) if state is None else state in following


def _prepared(shop: Shop, state: str | None) -> Json:
    """An order that can reach the state, when none of those there can."""
    order = order_is_placed(shop).document
    return orders.moved(order, "Confirmed", _now()) if state == "Complete" else order


def _take_from_shelf(shop: Shop, sku: str, quantity: int, moment: datetime) -> None:
    entry = next(entry for entry in shop.held("inventory") if entry["sku"] == sku)
    left = entry["quantityOnStock"] - quantity
    if left < 0:
        left += DELIVERY
    shop.put("inventory", changed(entry, moment, quantityOnStock=left, availableQuantity=left))


def _now() -> datetime:
    return datetime.now(tz=UTC)
