"""Life in the shop: something happens, and whoever subscribed is told."""

from __future__ import annotations

import threading
from itertools import count

from project.sandbox.commercetools import notifications, telling
from project.sandbox.commercetools.envelopes import Notice
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.life import Asked, Impossible, happen
from project.sandbox.commercetools.shop import Shop
from project.sandbox.commercetools.telling import Manner

# Comes in every second place, between what comes often:
OFTEN = ("CustomerCreated", "OrderCreated", "InventoryEntryQuantitySet", "OrderCreated")
SELDOM = (
    "OrderStateChanged",
    "customer.ResourceUpdated",
    "OrderShipmentStateChanged",
    "product.ResourceUpdated",
    "PaymentTransactionAdded",
    "OrderStateChanged",
    "category.ResourceUpdated",
    "CustomerEmailChanged",
    "PaymentTransactionStateChanged",
    "ProductUnpublished",
    "OrderShipmentStateChanged",
    "InventoryEntryCreated",
    "OrderImported",
    "ProductPublished",
    "inventory-entry.ResourceUpdated",
    "OrderStateChanged",
    "ReturnInfoAdded",
    "CategoryCreated",
    "OrderCustomerSet",
    "InventoryEntryDeleted",
    "OrderCreatedFromRecurringOrder",
    "ProductImageAdded",
    "CustomerDeleted",
    "category.ResourceDeleted",
    "InventoryEntryCreated",
    "customer.ResourceDeleted",
    "inventory-entry.ResourceDeleted",
    "ProductDeleted",
    "product.ResourceDeleted",
)
ERASED = "customer.ResourceDeleted"
# Every so many steps something that happens in real life too:
TOO_LARGE_EVERY = 7
TWICE_EVERY = 5
# Nobody brings new products, so the last ones stay: a demo may run all day.
DELETIONS = ("ProductDeleted", "product.ResourceDeleted")
PRODUCTS_KEPT = 25


def step(shop: Shop, hook: Hook | None, number: int) -> Notice:
    """Let the next thing happen and tell it. Step 0 is commercetools trying the door."""
    if number == 0:
        test = notifications.subscription_test(shop.project_key)
        return telling.announce(shop, hook, test)
    type_ = _next_type(shop, number)
    try:
        what = happen(shop, type_, Asked(data_erasure=type_ == ERASED))
    except Impossible:  # now, that is: somebody steers the shop meanwhile
        what = happen(shop, "CustomerCreated")
    large = what.type == "OrderCreated" and number % TOO_LARGE_EVERY == 0
    times = 2 if number % TWICE_EVERY == 0 else 1
    return telling.tell(shop, hook, what, Manner(times=times, too_large=large))


def start_trickle(shop: Shop, hook: Hook | None, every: float = 2.0) -> threading.Thread:
    """Let something happen every so many seconds, for as long as the process lives."""
    pause = threading.Event()

    def run() -> None:
        for number in count():
            step(shop, hook, number)
            pause.wait(every)

    thread = threading.Thread(target=run, name="shop-trickle", daemon=True)
    thread.start()
    return thread


def _next_type(shop: Shop, number: int) -> str:
    if number <= len(OFTEN):  # first of all somebody signs up and buys
        return OFTEN[number - 1]
    place, seldom = divmod(number, 2)
    if not seldom:
        return OFTEN[place % len(OFTEN)]
    type_ = SELDOM[place % len(SELDOM)]
    if type_ in DELETIONS and len(shop.held("products")) <= PRODUCTS_KEPT:
        return "ProductPublished"
    return type_
