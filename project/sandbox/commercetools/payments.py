"""Payments and their transactions."""

from __future__ import annotations

from datetime import datetime
from random import Random

from project.sandbox.commercetools.documents import Json, born, changed, money, new_id, stamp

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
        "lastMessageSequenceNumber": 1,
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


def refunded(random: Random, payment: Json, cents: int, moment: datetime) -> Json:
    """Return the payment after this sum was paid back."""
    refund = _transaction(random, "Refund", cents, moment)
    return changed(payment, moment, transactions=[*payment["transactions"], refund])


def _transaction(random: Random, type_: str, cents: int, moment: datetime) -> Json:
    return {
        "id": new_id(random),
        "timestamp": stamp(moment),
        "type": type_,
        "amount": money(cents),
        "interactionId": f"tx_{new_id(random)[:13]}",
        "state": "Success",
    }
