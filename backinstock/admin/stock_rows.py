"""What the rows of a file of stock say, a whole file at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from backinstock.admin.import_stores import Stores
from backinstock.feeds.files import TOO_MANY
from backinstock.feeds.rows import UNTRACKED, Wrong, flag_of, quantity_of, sku_of
from backinstock.models import StockItem
from integration.models import Store

AT_ONCE = 1_000
NO_QUANTITY = f"Write a whole number, or “{UNTRACKED}” where nobody counts."
TWICE = "This SKU is there twice: write it once."
MORE_CELLS = "There are more cells than columns: put texts with a comma or a semicolon into quotes."

Row = Mapping[str, Any]
Key = tuple[int, str]
Entry = StockItem | ValidationError | None


def read(rows: Sequence[Row]) -> list[Entry]:
    """Return for each row its variant with the new numbers, what is wrong with the row by column,
    or None if it says what is known.
    """
    stores = Stores()
    keys = [_key_of(row, stores) for row in rows]
    known = dict(_known([key for key in keys if isinstance(key, tuple)]))
    seen: set[Key] = set()
    entries: list[Entry] = []
    for row, key in zip(rows, keys, strict=True):
        if isinstance(key, ValidationError):
            entries.append(key)
            continue
        store = stores.of(row)
        item = known.get(key) or StockItem(store=store, sku=key[1])
        item.store = store
        entries.append(_read(row, item, is_twice=key in seen))
        seen.add(key)
    return entries


def _key_of(row: Row, stores: Stores) -> Key | ValidationError:
    if row.get(TOO_MANY):
        return ValidationError({"": MORE_CELLS})
    try:
        return stores.of(row).id, sku_of(row)
    except ValidationError as exc:
        return exc
    except Wrong as exc:
        return ValidationError({"sku": str(exc)})


def _known(keys: list[Key]) -> Iterator[tuple[Key, StockItem]]:
    for store in Store.objects.filter(id__in={store_id for store_id, _ in keys}):
        skus = [sku for store_id, sku in keys if store_id == store.id]
        for start in range(0, len(skus), AT_ONCE):
            some = StockItem.objects.filter(store=store, sku__in=skus[start : start + AT_ONCE])
            for item in some.defer("names", "descriptions", "slugs"):
                yield (store.id, item.sku), item


def _read(row: Row, item: StockItem, *, is_twice: bool) -> Entry:
    wrong: dict[str, str] = {"sku": TWICE} if is_twice else {}
    before = (item.quantity, item.is_counted, item.backorder)
    quantity = str(row.get("quantity") or "").strip()
    try:
        if quantity:
            item.quantity = quantity_of(quantity)
            item.is_counted = item.quantity is not None
        else:
            wrong["quantity"] = NO_QUANTITY
    except Wrong as exc:
        wrong["quantity"] = str(exc)
    try:
        backorder = flag_of(row, "backorder")
        item.backorder = item.backorder if backorder is None else backorder
    except Wrong as exc:
        wrong["backorder"] = str(exc)
    if wrong:
        return ValidationError(dict(wrong))
    is_same = before == (item.quantity, item.is_counted, item.backorder)
    return None if is_same and item.seen_at is not None else item
