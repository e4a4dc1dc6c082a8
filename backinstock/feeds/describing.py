"""What a feed says of variants besides their stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backinstock.feeds.rows import Row
from backinstock.models import StockItem
from integration.models import Store

# What decides, besides the quantity, whether a variant is to be had.
STANDING = ("published", "backorder")


@transaction.atomic
def describe(store: Store, rows: Mapping[str, Row]) -> tuple[dict[str, StockItem], set[str]]:
    """Write down what rows, by SKU, say of their variants. Return these, new ones too, and the SKUs
    of those that are shown, hidden or ordered without stock from now on.
    """
    known = _items(store, rows)
    new = [StockItem(store=store, sku=sku) for sku in rows if sku not in known]
    if new:
        StockItem.objects.bulk_create(new, ignore_conflicts=True)
        known = _items(store, rows)
    changed: list[StockItem] = []
    moved: set[str] = set()
    names: set[str] = set()
    for sku, row in rows.items():
        changes = _changes(known[sku], row, store)
        for name, value in changes.items():
            setattr(known[sku], name, value)
        if changes:
            changed.append(known[sku])
            names |= changes.keys()
        if changes.keys() & set(STANDING):
            moved.add(sku)
    if changed:
        StockItem.objects.bulk_update(changed, sorted(names))
    return known, moved


def _items(store: Store, rows: Mapping[str, Row]) -> dict[str, StockItem]:
    # Held, so that nothing is written over that somebody else says meanwhile.
    held = StockItem.objects.select_for_update().filter(store=store, sku__in=rows).order_by("id")
    return {item.sku: item for item in held}


def _changes(item: StockItem, row: Row, store: Store) -> dict[str, Any]:
    said = dict(row.details)
    if row.name:
        said["names"] = {**item.names, store.locale: row.name}
    for name in STANDING:
        if getattr(row, name) is not None:
            said[name] = getattr(row, name)
    if said.get("price") is not None and not item.currency and "currency" not in said:
        said["currency"] = store.currency
    return {name: value for name, value in said.items() if getattr(item, name) != value}
