"""What happens to payments: money is paid back, at once or after a while."""

from __future__ import annotations

from project.sandbox.commercetools import payments
from project.sandbox.commercetools.documents import Json, now
from project.sandbox.commercetools.life import sales
from project.sandbox.commercetools.life.asked import (
    ANYTHING,
    Asked,
    Impossible,
    Suits,
    find,
    merged,
)
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop


def is_refunded(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """Money is paid back: the cents asked for, or half of what is left, or all of little."""
    with shop.lock:
        payment, prepared = _refundable(shop, asked)
        left = payments.left_to_refund(payment)
        cents = asked.amount or (left // 2 if left > 1_000 else left)
        if not 1 <= cents <= left:
            raise Impossible(f"amount: from 1 to {left} cents, what is left to refund")
        state = asked.refund_state or "Success"
        made = payments.refunded(shop.random, merged(payment, asked), cents, now(), state)
        shop.put("payments", made)
    fields = {"transaction": made["transactions"][-1]}
    return Happening("PaymentTransactionAdded", "payment", made, fields, prepared)


def is_settled(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A refund that was pending succeeds; one is begun for that if there is none."""
    with shop.lock:
        payment = find(shop, "payments", asked, _has_pending, *_also_refundable(asked))
        prepared: tuple[Happening, ...] = ()
        if payment is None or not _has_pending(payment):
            begun = is_refunded(shop, Asked(id=asked.id, refund_state="Pending"))
            payment, prepared = begun.document, (begun,)
        pending = payments.refunds(payment, "Pending")[0]["id"]
        made = payments.settled(merged(payment, asked), pending, now())
        shop.put("payments", made)
    fields = {"transactionId": pending, "state": "Success"}
    return Happening("PaymentTransactionStateChanged", "payment", made, fields, prepared)


def _refundable(shop: Shop, asked: Asked) -> tuple[Json, tuple[Happening, ...]]:
    """A payment with money to give back; something is bought for that if there is none."""
    found = find(shop, "payments", asked, _has_money)
    placed = []
    while found is None:
        placed.append(sales.is_placed(shop))
        found = find(shop, "payments", asked, _has_money)
    return found, tuple(placed)


def _also_refundable(asked: Asked) -> list[Suits]:
    """Of one payment asked for it is enough that a refund can be begun."""
    return [_has_money] if asked.id else []


def _has_pending(payment: Json) -> bool:
    return bool(payments.refunds(payment, "Pending"))


def _has_money(payment: Json) -> bool:
    return payments.left_to_refund(payment) > 0
