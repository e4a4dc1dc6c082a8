"""Payments and their transactions."""

from __future__ import annotations

from datetime import datetime
from random import Random

from project.sandbox.commercetools.documents import Json, announced, born, money, new_id, stamp

INTERFACES = ("Kontorpay", "Groschen")
METHODS = {
    "card": ("Card", "Karte"),
    "invoice": ("Invoice", "Rechnung"),
    "wallet": ("Wallet", "Geldbörse"),
}


def payment(random: Random, cents: int, moment: datetime) -> Json:
    """Return a payment of this sum: charged most of the time, else only authorized."""
    method = random.choice(list(METHODS))
    en, de = METHODS[method]
    made = {
        **born(random, moment),
        "interfaceId": f"pay_{new_id(random)[:13]}",
        "amountPlanned": money(cents),
        "paymentMethodInfo": {
            "paymentInterface": random.choice(INTERFACES),
            "method": method,
            "name": {"en": en, "de": de},
        },
        "paymentStatus": {},
        "transactions": [_transaction(random, "Authorization", cents, moment)],
        "interfaceInteractions": [],
    }
    if random.random() < 0.85:
        made["transactions"].append(_transaction(random, "Charge", cents, moment))
    return made


def is_charged(payment: Json) -> bool:
    """Return whether the money has come in."""
    return any(
        entry["type"] == "Charge" and entry["state"] == "Success"
        for entry in payment["transactions"]
    )


def left_to_refund(payment: Json) -> int:
    """Return the cents that came in and were not yet paid back, nor are about to be."""
    if not is_charged(payment):
        return 0
    planned: int = payment["amountPlanned"]["centAmount"]
    back: int = sum(entry["amount"]["centAmount"] for entry in refunds(payment))
    return planned - back


def refunds(payment: Json, state: str | None = None) -> list[Json]:
    """Return the transactions that pay money back: those in this state, or all."""
    return [
        entry
        for entry in payment["transactions"]
        if entry["type"] == "Refund" and state in (None, entry["state"])
    ]


def refunded(
    random: Random, payment: Json, cents: int, moment: datetime, state: str = "Success"
) -> Json:
    """Return the payment after this sum was paid back, or is about to be ("Pending")."""
    refund = _transaction(random, "Refund", cents, moment, state)
    return announced(payment, moment, transactions=[*payment["transactions"], refund])


def settled(payment: Json, transaction_id: str, moment: datetime) -> Json:
    """Return the payment after one of its transactions succeeded."""
    transactions = [
        {**entry, "state": "Success"} if entry["id"] == transaction_id else entry
        for entry in payment["transactions"]
    ]
    return announced(payment, moment, transactions=transactions)


def _transaction(
    random: Random, type_: str, cents: int, moment: datetime, state: str = "Success"
) -> Json:
    return {
        "id": new_id(random),
        "timestamp": stamp(moment),
        "type": type_,
        "amount": money(cents),
        "interactionId": f"tx_{new_id(random)[:13]}",
        "state": state,
    }
