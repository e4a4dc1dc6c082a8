"""Payments: only their refunds say something to a marketer."""

from __future__ import annotations

from integration.core.errors import PARKED, Retry
from integration.core.exchange import Skip
from integration.core.plugins import Shop
from integration.core.records import OrderRefunded, Record
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import (
    MESSAGE,
    ORDER,
    PAYMENT,
    TRANSACTION,
    checked,
)
from integration.sources.commercetools.handlers.orders import order_records

REFUND = "Refund"
NO_REFUND = Skip("The transaction is not a refund.")


def transaction_added(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A refund that succeeded at once is Refunded Order."""
    message = checked(payload, MESSAGE)
    if "transaction" not in message:
        return _newest_refund(message, shop)
    transaction = checked(message["transaction"], TRANSACTION, "/transaction")
    return _refunded(transaction, message, shop)


def transaction_state_changed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A refund that has succeeded by now is Refunded Order."""
    message = checked(payload, MESSAGE)
    if "transactionId" not in message:
        return _newest_refund(message, shop)
    state = message.get("state", "")
    if state not in _valid(shop):
        return _not_yet(state)
    for transaction in _transactions(message, shop):
        if transaction["id"] == message["transactionId"]:
            return _refunded({**transaction, "state": state}, message, shop)
    return Skip("The payment has no such transaction (any more).")


def _newest_refund(message: Json, shop: Shop) -> list[Record] | Skip:
    """For a message that came without its payload: which transaction it was is not said."""
    records: list[Record] = []
    for transaction in _transactions(message, shop):
        made = _refunded(transaction, message, shop)
        records += [] if isinstance(made, Skip) else made
    return records or NO_REFUND


def _transactions(message: Json, shop: Shop) -> list[Json]:
    document = lookups.found(shop.read, "payments", message["resource"]["id"])
    transactions: list[Json] = (
        checked(document, PAYMENT).get("transactions", []) if document else []
    )
    return transactions


def _refunded(transaction: Json, message: Json, shop: Shop) -> list[Record] | Skip:
    if transaction["type"] != REFUND:
        return NO_REFUND
    if transaction["state"] not in _valid(shop):
        return _not_yet(transaction["state"])
    payment_id = message["resource"]["id"]
    where = f"paymentInfo(payments({lookups.equals('id', payment_id)}))"
    orders = lookups.every(shop.read, "orders", where)
    if not orders:
        raise Retry("The payment belongs to no order yet.", code=PARKED)
    more = {"transaction_id": transaction["id"], "refund": mapping.money(transaction["amount"])}
    at = mapping.moment(transaction.get("timestamp") or message["createdAt"])
    return order_records(OrderRefunded, checked(orders[0], ORDER), at, shop, more)


def _valid(shop: Shop) -> list[str]:
    states: list[str] = shop.store.settings["payment"]["valid_transaction_states"]
    return states


def _not_yet(state: str) -> Skip:
    return Skip(f"A refund in the state {state} does not count in this store (yet).")
