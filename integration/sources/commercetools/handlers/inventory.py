"""Stock. A message says what moved; how many there are to sell is what the shop says now."""

from __future__ import annotations

from integration.core.exchange import Skip
from integration.core.plugins import Look, Shop
from integration.core.records import Record, StockChanged
from integration.core.rules import Json
from integration.sources.commercetools import lookups
from integration.sources.commercetools.documents import CHANGE, MESSAGE, checked
from integration.sources.commercetools.handlers.products import with_sku
from integration.sources.commercetools.stock import counts_alone, stock_of

# "Up to 10 seconds" until the stock follows an order (commercetools, 2026-01-19).
SETTLED_AFTER = 11.0
NO_SKU = Skip("The message names no SKU.")


def quantity_set(payload: Json, shop: Shop) -> list[Record] | Look | Skip:
    """Somebody set the quantity."""
    message = checked(payload, MESSAGE)
    sku = message.get("sku") or _sku_of(message, shop)
    before = message.get("oldAvailableQuantity") if counts_alone(message, shop) else None
    return _stock(sku, shop, before)


def created(payload: Json, shop: Shop) -> list[Record] | Look | Skip:
    """A SKU is counted from now on, here or in one more place."""
    message = checked(payload, MESSAGE)
    entry = message.get("inventoryEntry") or {}
    sku = entry.get("sku") or _sku_of(message, shop)
    return _with_product(sku, message["createdAt"], shop)


def deleted(payload: Json, shop: Shop) -> list[Record] | Look | Skip:
    """A SKU is counted in one place less, or nowhere any more."""
    message = checked(payload, MESSAGE)
    return _with_product(message.get("sku") or _known_as(message), message["createdAt"], shop)


def entry_updated(payload: Json, shop: Shop) -> list[Record] | Look | Skip:
    """An order, or anything else, moved the stock."""
    change = checked(payload, CHANGE)
    return _stock(_known_as(change) or _sku_of(change, shop), shop)


def entry_deleted(payload: Json, shop: Shop) -> list[Record] | Look | Skip:
    """As InventoryEntryDeleted, but it seldom names the SKU."""
    change = checked(payload, CHANGE)
    return _with_product(_known_as(change), change["modifiedAt"], shop)


def _with_product(sku: str, at: str, shop: Shop) -> list[Record] | Look | Skip:
    """The stock, and the product: whether a SKU is counted at all is a thing of its variant."""
    stock = _stock(sku, shop)
    if not isinstance(stock, Look):
        return stock
    return Look([*stock.records, *with_sku(sku, at, shop)], stock.again_after)


def _stock(sku: str, shop: Shop, before: int | None = None) -> list[Record] | Look | Skip:
    if not sku:
        return NO_SKU
    changed = StockChanged(
        external_id=sku,
        occurred_at=shop.at,
        before=None if shop.looks else before,  # what it was before the first look is told already
        after=stock_of([sku], shop)[sku],
    )
    if shop.looks:
        return [changed]
    return Look([changed], again_after=SETTLED_AFTER)


def _known_as(message: Json) -> str:
    sku: str = message.get("resourceUserProvidedIdentifiers", {}).get("sku", "")
    return sku


def _sku_of(message: Json, shop: Shop) -> str:
    entry = lookups.found(shop.read, "inventory", message["resource"]["id"])
    sku: str = entry.get("sku", "") if entry else ""
    return sku
