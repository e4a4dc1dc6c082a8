"""Many counts at a time, most of which say what is known: only the others are noted one by one."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from backinstock import stock
from backinstock.config import Policy, policy_of
from backinstock.models import Restock, StockItem, StockLevel
from backinstock.rules import Stock, suffices
from integration.models import Store

AT_ONCE = 500  # variants looked up with one question


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many there are of a SKU, None where nobody counts. `backorder` None: as it is."""

    sku: str
    quantity: int | None
    backorder: bool | None = None


@dataclass
class Noted:
    """What became of counts: how many had news, and the restocks that they open."""

    changed: int = 0
    restocks: list[Restock] = field(default_factory=list)


def note_all(
    store: Store,
    counts: Iterable[Count],
    source: StockLevel.Source,
    at: datetime,
    moved: Container[str] = (),
) -> Noted:
    """Note these counts of different SKUs, as of a moment. `moved` are SKUs of which something else
    has changed that decides whether they are to be had.
    """
    rules = policy_of(store)
    noted = Noted()
    listed = list(counts)
    for start in range(0, len(listed), AT_ONCE):
        some = listed[start : start + AT_ONCE]
        known = _known(store, some)
        same = []
        for count in some:
            item = known.get(count.sku)
            if item and count.sku not in moved and not _is_news(item, count, rules):
                same.append(item.id)
                continue
            restock = stock.note_stock(
                store, count.sku, count.quantity, source, backorder=count.backorder, at=at
            )
            noted.changed += 1
            noted.restocks += [restock] if restock else []
        StockItem.objects.filter(id__in=same, seen_at__lt=at).update(seen_at=at)
    return noted


def _known(store: Store, counts: Iterable[Count]) -> dict[str, StockItem]:
    found = StockItem.objects.filter(store=store, sku__in=[count.sku for count in counts])
    return {item.sku: item for item in found}


def _is_news(item: StockItem, count: Count, rules: Policy) -> bool:
    if item.seen_at is None or count.backorder not in (None, item.backorder):
        return True
    if (item.quantity, item.is_counted) != (count.quantity, count.quantity is not None):
        return True
    said = Stock(quantity=item.quantity, published=item.published, backorder=item.backorder)
    return suffices(said, rules) != bool(item.is_available)  # the rules are others by now
