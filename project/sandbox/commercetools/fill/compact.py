"""All orders in short, for whoever wants to know what should have been sent of them."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.fill.orders import PAYMENT
from project.sandbox.commercetools.fill.templates import compact
from project.sandbox.commercetools.shop import Shop
from project.sandbox.commercetools.written import Kept, Written, document


def orders_compact(shop: Shop) -> Iterator[bytes]:
    """Yield a line of JSON for each order.

    [id, orderState, [line ids], [[id, state] of each refund], customerEmail or "",
    customerId or ""]
    """
    for kept in shop.collection("orders").walk():
        yield _summary(shop, kept) + b"\n"


def _summary(shop: Shop, kept: Kept) -> bytes:
    if isinstance(kept, Written) and kept.pattern.summary is not None:
        payment = shop.collection("payments").get(kept.values[PAYMENT].decode())
        if isinstance(payment, Written):  # nothing has happened to either of them
            return kept.pattern.summary.filled(kept.values)
    order = document(kept)
    return orjson.dumps(compact(order, list(_payments(shop, order))))


def _payments(shop: Shop, order: Json) -> Iterator[Json]:
    for reference in order.get("paymentInfo", {}).get("payments", []):
        payment = shop.referred(reference)
        if payment is not None:
            yield payment
