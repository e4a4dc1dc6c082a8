"""The refunds in the payments of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from integration.core.money import Money
from integration.core.plugins import Shop
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import PAYMENT, check
from integration.sources.commercetools.handlers.payments import REFUND
from integration.sources.commercetools.order_details import REFUSALS, tried

Payments = Mapping[str, Json]  # by id

EXPANDED = ("expand", "paymentInfo.payments[*]")
NO_PAYMENTS: Payments = {}


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money that went back. `at` is None where the shop does not say when."""

    transaction_id: str
    amount: Money
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Refunds:
    """The refunds of an order that count; `notes` say what could not be found out."""

    refunds: tuple[Refund, ...] = ()
    notes: tuple[str, ...] = ()


def look_up(orders: Sequence[Json], shop: Shop) -> Callable[[Json], Refunds]:
    """Return what tells the refunds of each of these orders, without asking again.

    It raises Reject for a payment that cannot be used.
    """
    missing = {entry["id"] for order in orders for entry in _payments(order) if "obj" not in entry}
    known, refused = tried("Refunds", lambda: _found(missing, shop), NO_PAYMENTS, REFUSALS)
    counting = frozenset(shop.store.settings["payment"]["valid_transaction_states"])

    def refunds_of(order: Json) -> Refunds:
        payments = _payments(order)
        if not payments:
            return Refunds()
        is_whole = all("obj" in entry for entry in payments)
        return Refunds(
            refunds=tuple(
                refund
                for place, entry in enumerate(payments)
                for refund in _refunds(_obj(entry, known), place, counting)
            ),
            notes=() if is_whole else refused,
        )

    return refunds_of


def without_payments(order: Json) -> Json:
    """Return an order as it is where nobody asked for its payments to be expanded."""
    payments = _payments(order)
    if not any("obj" in entry for entry in payments):
        return order
    bare = [{name: entry[name] for name in entry if name != "obj"} for entry in payments]
    return {**order, "paymentInfo": {**order["paymentInfo"], "payments": bare}}


def _found(ids: Iterable[str], shop: Shop) -> Payments:
    found = lookups.by_values(shop.read, "payments", "id", ids)
    return {payment["id"]: payment for payment in found}


def _payments(order: Json) -> list[Json]:
    references: list[Json] = order.get("paymentInfo", {}).get("payments", [])
    return references


def _obj(entry: Json, known: Payments) -> Json | None:
    return entry["obj"] if "obj" in entry else known.get(entry["id"])


def _refunds(payment: Json | None, place: int, counting: frozenset[str]) -> Iterator[Refund]:
    if payment is None:
        return
    check(payment, PAYMENT, f"/paymentInfo/payments/{place}/obj")
    for transaction in payment.get("transactions", []):
        if transaction["type"] == REFUND and transaction["state"] in counting:
            at = transaction.get("timestamp") or payment.get("lastModifiedAt")
            yield Refund(
                transaction_id=transaction["id"],
                amount=mapping.money(transaction["amount"]),
                at=mapping.moment(at) if at else None,
            )
