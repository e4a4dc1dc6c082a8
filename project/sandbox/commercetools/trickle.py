"""Life in the shop: something happens, and whoever subscribed is told."""

from __future__ import annotations

import threading
from itertools import count

from project.sandbox.commercetools import life, notifications
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.notifications import ENVELOPES, Happening, Notice
from project.sandbox.commercetools.shop import Shop

TYPES = ("CustomerCreated", "OrderCreated", "OrderStateChanged", "ProductImageAdded")
ROUND = ("CustomerCreated", "OrderCreated", "OrderCreated", "OrderStateChanged")
# Every so many steps something that happens in real life too:
TOO_LARGE_EVERY = 7
TWICE_EVERY = 5
UNHANDLED_EVERY = 11


def happen(shop: Shop, type_: str, order_state: str | None = None) -> Happening:
    """Let something of this type, one of TYPES, happen in the shop."""
    match type_:
        case "CustomerCreated":
            return life.customer_signs_up(shop)
        case "OrderCreated":
            return life.order_is_placed(shop)
        case "OrderStateChanged":
            return life.order_moves_on(shop, order_state)
        case _:
            return life.product_gets_image(shop)


def announce(
    shop: Shop, hook: Hook | None, payload: Json, envelope: str | None = None, times: int = 1
) -> Notice:
    """Send a notification so many times; without an envelope, each of them in turn."""
    with shop.lock:
        chosen = envelope or ENVELOPES[next(shop.rotation) % len(ENVELOPES)]
        notice = notifications.notice(payload, chosen)
        shop.notices.append(notice)
    if hook is not None:
        hook.send(*[notice] * times)
    return notice


def step(shop: Shop, hook: Hook | None, number: int) -> Notice:
    """Let the next thing happen and tell it. Step 0 is commercetools trying the door."""
    if number == 0:
        return announce(shop, hook, notifications.subscription_test(shop.project_key))
    unhandled = number % UNHANDLED_EVERY == 0
    what = happen(shop, "ProductImageAdded" if unhandled else ROUND[(number - 1) % len(ROUND)])
    large = what.type == "OrderCreated" and number % TOO_LARGE_EVERY == 0
    write = notifications.too_large if large else notifications.message
    times = 2 if number % TWICE_EVERY == 0 else 1
    return announce(shop, hook, write(shop.project_key, what), times=times)


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
