"""What a destination is told of a sign-up: in the person's language, and for them alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backinstock import links
from backinstock.models import Restock, SignUp, StockItem
from backinstock.rules import waiting_days
from integration.core.money import Money
from integration.core.records import RestockNotice, SignUpToConfirm, WaitingListJoined
from integration.core.text import localized


def joined(sign_up: SignUp, *, announce: bool, mirror: bool) -> WaitingListJoined:
    """Return that somebody waits now."""
    return WaitingListJoined(
        external_id=str(sign_up.public_id),
        occurred_at=sign_up.waiting_since,
        announce=announce,
        mirror=mirror,
        **_of(sign_up, sign_up.item),
    )


def to_confirm(sign_up: SignUp) -> SignUpToConfirm:
    """Return that somebody is to confirm a sign-up."""
    return SignUpToConfirm(
        external_id=str(sign_up.public_id),
        occurred_at=sign_up.created,
        confirm=links.confirm_link(sign_up),
        **_of(sign_up, sign_up.item),
    )


def restocked(sign_up: SignUp, item: StockItem, restock: Restock, at: datetime) -> RestockNotice:
    """Return that it is somebody's turn to hear of a restock of this variant."""
    return RestockNotice(
        external_id=f"{sign_up.public_id}:{restock.public_id}",
        occurred_at=at,
        signed_up_at=sign_up.created,
        waiting_days=waiting_days(sign_up.created, at),
        **_of(sign_up, item),
    )


def _of(sign_up: SignUp, item: StockItem | None) -> dict[str, Any]:
    who = {
        "email": sign_up.email,
        "phone": sign_up.phone,
        "units": sign_up.units,
        "locale": sign_up.locale,
        "unsubscribe": links.leave_link(sign_up),
        "mine": links.mine_link(sign_up),
        "product_id": sign_up.product_id,
    }
    if item is None:
        return {**who, "sku": "", "address": sign_up.page}
    return {
        **who,
        "sku": item.sku,
        "product_id": item.product_id or sign_up.product_id,
        "name": localized(item.names, sign_up.locale),
        "description": localized(item.descriptions, sign_up.locale),
        "variant_name": item.variant_name,
        "image": item.image,
        "alternate_image": item.alternate_image,
        # The page on which they signed up has their language and currency.
        "address": sign_up.page or item.url,
        "price": Money(item.price, item.currency) if item.price is not None else None,
        "stock": item.quantity,
    }
