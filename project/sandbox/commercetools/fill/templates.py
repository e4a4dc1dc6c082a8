"""Orders to copy: made like all others, then written with gaps for what is each copy's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import orjson

from project.sandbox.commercetools import orders, payments, sample
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.lines import Choice, Shelf
from project.sandbox.commercetools.written import Pattern

MADE_AT = datetime(2025, 1, 1, tzinfo=UTC)
STEPS: tuple[tuple[tuple[str, ...], float], ...] = (
    ((), 0.08),
    (("Confirmed",), 0.10),
    (("Confirmed", "Complete"), 0.72),
    (("Cancelled",), 0.10),
)
REFUNDED_SHARE = 0.1  # of the orders that were not cancelled
PENDING_SHARE = 0.3  # of the refunds
# What of a template each copy has its own of, beside ids and times:
NUMBER, EMAIL, BUYER, WHERE = b"@number@", b"@email@", b"@buyer@", b'"@where@":0'
_BUYER: Json = {"id": BUYER.decode(), "email": EMAIL.decode(), "locale": "", "addresses": []}
_STAMP = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"')


@dataclass(frozen=True)
class Template:
    """An order and its payment with gaps.

    Those are, in this order: NUMBER, EMAIL, BUYER, WHERE, the order's id, the payment's, `ids`
    further ids, and times that are so long after that of the order.
    """

    order: Pattern
    payment: Pattern
    ids: int
    times: tuple[timedelta, ...]


def template(random: Random, shelf: Shelf, choices: list[Choice]) -> Template:
    """Return an order of these things to make copies of."""
    order, payment = _made(random, shelf, choices)
    texts = orjson.dumps(order), orjson.dumps(payment)
    stamps = sorted({stamp for text in texts for stamp in _STAMP.findall(text)})
    ids = [id_.encode() for id_ in _further_ids(order, payment)]
    gaps = [NUMBER, EMAIL, BUYER, WHERE, order["id"].encode(), payment["id"].encode()]
    gaps += [*ids, *stamps]
    summary = Pattern(orjson.dumps(compact(order, [payment])), gaps)
    return Template(
        Pattern(texts[0], gaps, summary),
        Pattern(texts[1], gaps),
        len(ids),
        tuple(datetime.fromisoformat(stamp.decode()) - MADE_AT for stamp in stamps),
    )


def compact(order: Json, payments_: list[Json]) -> list[object]:
    """Return the order in short: what events it gives, and of whom."""
    refunds = [entry for payment in payments_ for entry in payments.refunds(payment)]
    return [
        order["id"],
        order["orderState"],
        [line["id"] for line in order["lineItems"]],
        [[refund["id"], refund["state"]] for refund in refunds],
        order.get("customerEmail", ""),
        order.get("customerId", ""),
    ]


def _made(random: Random, shelf: Shelf, choices: list[Choice]) -> tuple[Json, Json]:
    order, payment = orders.order(random, shelf, _BUYER, choices, NUMBER.decode(), MADE_AT)
    steps = random.choices([s for s, _ in STEPS], [share for _, share in STEPS])[0]
    order, payment = sample.lived(order, steps, MADE_AT), _refunded(random, order, payment, steps)
    of_buyer = ("locale", "shippingAddress", "country", "billingAddress")
    order = {name: value for name, value in order.items() if name not in of_buyer}
    return {**order, "@where@": 0}, payment


def _refunded(random: Random, order: Json, payment: Json, steps: tuple[str, ...]) -> Json:
    if not payments.is_charged(payment):
        return payment
    state = "Pending" if random.random() < PENDING_SHARE else "Success"
    if "Cancelled" in steps:
        cents, days = order["totalPrice"]["centAmount"], 3
    elif random.random() < REFUNDED_SHARE:
        cents, days = order["lineItems"][0]["totalPrice"]["centAmount"] // 2, 9
    else:
        return payment
    return payments.refunded(random, payment, cents, MADE_AT + timedelta(days=days), state)


def _further_ids(order: Json, payment: Json) -> Iterator[str]:
    for entry in (*order["lineItems"], *order["customLineItems"], *payment["transactions"]):
        yield entry["id"]
    if "anonymousId" in order:
        yield order["anonymousId"]
