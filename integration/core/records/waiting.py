"""People who wait for what is sold out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integration.core.money import Money
from integration.core.records.base import Record


@dataclass(frozen=True, kw_only=True)
class Waiting(Record):
    """Somebody waits for a variant of a product that is sold out. All texts are in their language.

    `email` or `phone` (E.164) says who, `address` is the product's page, `unsubscribe` where one
    can leave the waiting list, `mine` where they see all that they wait for.
    """

    email: str = ""
    phone: str = ""
    sku: str
    product_id: str = ""
    name: str = ""
    description: str = ""
    variant_name: str = ""
    image: str = ""
    alternate_image: str = ""
    address: str = ""
    price: Money | None = None
    stock: int | None = None
    units: int = 1
    locale: str = ""
    unsubscribe: str = ""
    mine: str = ""


@dataclass(frozen=True, kw_only=True)
class SignUpToConfirm(Waiting):
    """Somebody wants to wait, and is to confirm it there."""

    confirm: str


@dataclass(frozen=True, kw_only=True)
class WaitingListJoined(Waiting):
    """Somebody waits from now on. `mirror` says that the destination's own list is to know, too,
    `announce` that an event is to say it.
    """

    announce: bool = True
    mirror: bool = False


@dataclass(frozen=True, kw_only=True)
class RestockNotice(Waiting):
    """It is back, and it is their turn to hear of it."""

    signed_up_at: datetime
    waiting_days: int = 0
