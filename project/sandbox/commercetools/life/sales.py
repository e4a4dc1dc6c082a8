"""How orders come into the shop: bought, brought along from an earlier shop, or repeated."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from project.sandbox.commercetools import orders, people, sample
from project.sandbox.commercetools.documents import (
    Json,
    born,
    changed,
    new_id,
    now,
    reference,
    stamp,
)
from project.sandbox.commercetools.life.asked import ANYTHING, Asked, Impossible, merged
from project.sandbox.commercetools.lines import Choice
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

DELIVERY = 40  # pieces that come in when a variant does not suffice for a sale
IMPORTED_COMPLETE_SHARE = 0.7
OLDEST_IMPORT_DAYS = 700
BUYER = ("customerId", "anonymousId")  # an order has one of them


def is_placed(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """Somebody buys something: whoever has waited longest for a first order, else anybody."""
    with shop.lock:
        made, sold = _bought(shop, _buyer(shop), asked)
        shop.put("orders", made)
    return Happening("OrderCreated", "order", made, {"order": made}, consequences=sold)


def is_bought(shop: Shop, visitor: Json, choices: list[Choice]) -> Happening:
    """Somebody buys just this in the shop's own pages: the customer with this e-mail address, or a
    guest with the names that the visitor has. Raises Impossible if there is nothing to buy.
    """
    if not choices:
        raise Impossible("choices: at least one thing")
    moment = now()
    with shop.lock:
        same = (one for one in shop.held("customers") if one["email"] == visitor["email"])
        known = next(same, None)
        buyer = known or people.guest(shop.random, visitor, moment)
        number = _number(moment)
        made, payment = orders.plain_order(shop.random, shop.shelf, buyer, choices, number, moment)
        made = {name: value for name, value in made.items() if name not in BUYER}
        made |= {"customerId": known["id"]} if known else {"anonymousId": new_id(shop.random)}
        shop.put("payments", payment)
        shop.put("orders", made)
        sold = _all_taken(shop, made, moment)
    return Happening("OrderCreated", "order", made, {"order": made}, consequences=sold)


def is_repeated(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A recurring order makes one more order. There is no OrderCreated then."""
    with shop.lock:
        made, sold = _bought(shop, _anybody(shop), asked)
        recurring = reference("recurring-order", new_id(shop.random))
        made = {"recurringOrder": recurring, **made, "origin": "RecurringOrder"}
        shop.put("orders", made)
    type_ = "OrderCreatedFromRecurringOrder"
    fields = {"order": made, "recurringOrderRef": recurring}
    return Happening(type_, "order", made, fields, consequences=sold)


def is_imported(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """An order of an earlier shop comes along. It was completed long ago, and takes no stock."""
    with shop.lock:
        days = shop.random.randint(1, OLDEST_IMPORT_DAYS)
        completed = now() - timedelta(days=days)
        made = {**_new(shop, _anybody(shop), completed), **_born_again(shop)}
        complete = shop.random.random() < IMPORTED_COMPLETE_SHARE
        made |= {
            "orderNumber": f"OLD-{made['id'][:8]}",
            "completedAt": stamp(completed),
            "orderState": "Complete" if complete else "Open",
            "shipmentState": "Delivered" if complete else "Pending",
        }
        made = merged(made, asked)
        shop.put("orders", made)
    return Happening("OrderImported", "order", made, {"order": made})


def _bought(shop: Shop, buyer: Json, asked: Asked) -> tuple[Json, tuple[Happening, ...]]:
    """A new order, not yet kept, and what was taken from the shelves for it."""
    moment = now()
    made = _new(shop, buyer, moment)
    return merged(made, asked), _all_taken(shop, made, moment)


def _new(shop: Shop, buyer: Json, moment: datetime) -> Json:
    """An order of this moment, and its payment, which is already kept."""
    products = shop.documents("products") or []
    choices = sample.basket(shop.random, products, shop.held("standalone-prices"))
    if not choices:
        raise Impossible("type: nothing is for sale: publish a product first")
    made, payment = orders.order(shop.random, shop.shelf, buyer, choices, _number(moment), moment)
    shop.put("payments", payment)
    return made


def _number(moment: datetime) -> str:
    return f"SW-{moment:%y%m%d}-{uuid.uuid4().hex[:6]}"


def _born_again(shop: Shop) -> Json:
    """What commercetools itself writes on an import: it was created today."""
    return born(shop.random, now())


def _buyer(shop: Shop) -> Json:
    while shop.newcomers:
        found = shop.get("customers", shop.newcomers.popleft())
        if found is not None:
            return found
    return _anybody(shop)


def _anybody(shop: Shop) -> Json:
    customers = shop.held("customers")
    if not customers:
        raise Impossible("type: the shop has no customers left: create one first")
    return shop.random.choice(customers)


def _all_taken(shop: Shop, order: Json, moment: datetime) -> tuple[Happening, ...]:
    sold = [
        _taken(shop, line["variant"]["sku"], line["quantity"], moment)
        for line in order["lineItems"]
    ]
    return tuple(what for what in sold if what is not None)


def _taken(shop: Shop, sku: str, quantity: int, moment: datetime) -> Happening | None:
    """What a sale does to the shelf, nothing for what is not counted.

    The shop sends no message for it, only that the entry changed.
    """
    entries = [entry for entry in shop.held("inventory") if entry["sku"] == sku]
    if not entries:
        return None
    entry = next((entry for entry in entries if "supplyChannel" not in entry), entries[0])
    left = entry["quantityOnStock"] - quantity
    if left < 0:
        left += DELIVERY
    made = changed(entry, moment, quantityOnStock=left, availableQuantity=left)
    shop.put("inventory", made)
    fields = {"oldVersion": entry["version"]}
    return Happening("ResourceUpdated", "inventory-entry", made, fields)
