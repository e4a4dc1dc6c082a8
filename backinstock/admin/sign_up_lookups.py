"""What is looked up for a file of sign-ups: once for all of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backinstock.models import SignUp, StockItem

AT_ONCE = 1_000

Key = tuple[int, str, str, str]


def find_items(entries: list[SignUp]) -> None:
    """Put the variants that there are into the entries, and those that are new into the table."""
    wanted = {(each.item.store_id, each.item.sku): each.item for each in entries if each.item}
    found = _items(wanted)
    # What its product is, the shop or a feed says: not a row about a person.
    new = [item for key, item in wanted.items() if key not in found]
    StockItem.objects.bulk_create(new, ignore_conflicts=True, batch_size=AT_ONCE)
    found |= _items([(item.store_id, item.sku) for item in new])
    for each in entries:
        if each.item:
            each.item = found[each.item.store_id, each.item.sku]
            each.product_id = each.item.product_id or each.product_id


def _items(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], StockItem]:
    skus: dict[int, list[str]] = {}
    for store_id, sku in keys:
        skus.setdefault(store_id, []).append(sku)
    found = {}
    for store_id, those in skus.items():
        for some in _in_parts(those):
            items = StockItem.objects.filter(store_id=store_id, sku__in=some)
            for item in items.only("store_id", "sku", "product_id"):
                found[store_id, item.sku] = item
    return found


def on_the_list(entries: list[SignUp]) -> set[Key]:
    """Who is on the list, and for what."""
    known = set()
    for people in _in_parts(sorted({entry.person for entry in entries})):
        same = SignUp.objects.open().filter(person__in=people).select_related("item")
        names = ("store_id", "person", "any_variant", "product_id", "item__sku")
        known |= {key_of(each) for each in same.only(*names)}
    return known


def key_of(entry: SignUp) -> Key:
    """Return who waits for what: there is one such entry at most."""
    product = entry.product_id if entry.any_variant else ""
    sku = entry.item.sku if entry.item and not entry.any_variant else ""
    return entry.store_id, entry.person, product, sku


def _in_parts(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
