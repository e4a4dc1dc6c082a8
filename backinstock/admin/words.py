"""Variants, money and time in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from backinstock.models import StockItem
from integration.core.text import localized

NOTHING = "–"
STATES = {
    "Available": "success",
    "Sold out": "danger",
    "Coming back": "info",
    "Not on sale": "default",
    "Not counted": "success",
    "Not known": "warning",
    "Not known to the shop": "warning",
}
MEANS = {
    "Available": "Shoppers can have it.",
    "Sold out": "There is not enough of it. Who waits hears of it when there is.",
    "Coming back": "There is enough of it, but not for long enough yet: see the store's settings.",
    "Not on sale": "The shop does not show its product, so nobody hears of it.",
    "Not counted": "The shop does not count it, so that it is always to be had.",
    "Not known": "Nobody has told yet how many there are. The shop is asked as soon as somebody "
    "waits; or add stock by hand.",
    "Not known to the shop": "Only people who signed up have named it: there may be no such SKU. "
    "The shop is asked as soon as somebody waits; or add stock by hand.",
}


def standing(item: StockItem) -> str:
    """Return in a word or two whether a variant is to be had."""
    if item.is_available is None and item.ready_since is None:
        is_told_of = item.seen_at or item.names or item.product_id
        return "Not known" if is_told_of else "Not known to the shop"
    if not item.published:
        return "Not on sale"
    if item.ready_since:
        return "Coming back"
    if item.is_available and not item.is_counted:
        return "Not counted"
    return "Available" if item.is_available else "Sold out"


def sale(item: StockItem) -> str:
    """Return how the shop has it, as far as it has said so."""
    shown = "Shown" if item.published else "Not shown"
    return f"{shown}, can be ordered without stock" if item.backorder else shown


def name_of(item: StockItem) -> str:
    """Return what a variant is called, in the language of its store; "" where nobody knows."""
    named = localized(item.names, item.store.locale)
    return ", ".join(filter(None, [named, item.variant_name]))


def stock(quantity: int | None) -> str:
    """Return how many there are."""
    return NOTHING if quantity is None else f"{quantity:,}"


def money(amount: Decimal | None, currency: str) -> str:
    """Return an amount of money."""
    return NOTHING if amount is None else f"{amount:,.2f} {currency}".strip()


def people(count: int) -> str:
    """Return how many people that are."""
    return many(count, "person", "people")


def many(count: int, one: str, more: str = "") -> str:
    """Return how many of what: "1 unit", "2,000 units"."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def wait(people_waiting: int) -> str:
    """Return that so many wait: "1 person waits", "12 people wait"."""
    return f"{people(people_waiting)} {'waits' if people_waiting == 1 else 'wait'}"


def waited(since: datetime | None, at: datetime) -> str:
    """Return for how long somebody has waited."""
    if since is None:
        return NOTHING
    passed = at - since
    if passed >= timedelta(days=1):
        return many(passed.days, "day")
    hours = passed // timedelta(hours=1)
    return many(hours, "hour") if hours else "less than an hour"
