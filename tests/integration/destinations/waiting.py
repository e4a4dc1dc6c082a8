"""Records about waiting and consent, as they are made of sign-ups."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from integration import registry
from integration.core.exchange import StoreFacts
from integration.core.money import Money
from integration.core.records import (
    ConsentChanged,
    RestockNotice,
    SignUpToConfirm,
    WaitingListJoined,
)

ADA = "ada@storewire-demo.com"
PHONE = "+4915112345678"
LIST = "Y6nRLr"
AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
PAGE = "https://shop.storewire-demo.com/de/wool-scarf?sku=SW-113-ROWAN"
SCARF: dict[str, Any] = {
    "occurred_at": AT,
    "email": ADA,
    "sku": "SW-113-ROWAN",
    "product_id": "8e6a1c52",
    "name": "Wollschal",
    "description": "Warm, weich und aus Island.",
    "variant_name": "Vogelbeere",
    "image": "https://images.storewire-demo.com/scarf-rowan.jpg",
    "alternate_image": "https://images.storewire-demo.com/scarf.jpg",
    "address": PAGE,
    "price": Money(Decimal("49.50"), "EUR"),
    "units": 2,
    "locale": "de-DE",
}
LEAVE = "https://storewire-demo.com/backinstock/leave/signed/"
MINE = "https://storewire-demo.com/backinstock/mine/signed/"


def notice(**changes: Any) -> RestockNotice:
    """Return the notice that the scarf is back."""
    told = {
        "external_id": "sign-up-1:restock-1",
        "stock": 30,
        "unsubscribe": LEAVE,
        "mine": MINE,
        "signed_up_at": datetime(2026, 11, 9, 8, tzinfo=UTC),
        "waiting_days": 12,
    }
    return RestockNotice(**{**SCARF, **told, **changes})


def joined(**changes: Any) -> WaitingListJoined:
    """Return a sign-up for the scarf."""
    told = {"external_id": "sign-up-1", "stock": 0, "unsubscribe": LEAVE, "mine": MINE}
    return WaitingListJoined(**{**SCARF, **told, **changes})


def to_confirm(**changes: Any) -> SignUpToConfirm:
    """Return a sign-up that is to be confirmed."""
    link = "https://storewire-demo.com/backinstock/confirm/signed/"
    return SignUpToConfirm(**{**SCARF, "external_id": "sign-up-1", "confirm": link, **changes})


def consent(granted: bool = True, **changes: Any) -> ConsentChanged:
    """Return somebody's word about the newsletter."""
    said = {
        "external_id": "a-keyed-hash",
        "occurred_at": AT,
        "email": ADA,
        "list_id": LIST,
        "text": "Yes, write to me.",
        "where": "https://shop.storewire-demo.com/de/wool-scarf",
    }
    return ConsentChanged(granted=granted, **{**said, **changes})


def facts(**metrics: dict[str, Any]) -> StoreFacts:
    """Return what is known of a store with these metrics."""
    settings = registry.complete_settings({"metrics": metrics})
    return StoreFacts(locale="en-GB", country="DE", currency="EUR", settings=settings)
