"""How many there are of a SKU, by the store's rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from integration.core.exchange import Settings
from integration.core.plugins import Shop
from integration.core.rules import Json
from integration.sources.commercetools import lookups

Stock = Mapping[str, int | None]  # by SKU; None: nobody counts


def stock_of(skus: Iterable[str], shop: Shop) -> Stock:
    """Read how many there are to sell of these SKUs."""
    wanted = sorted({sku for sku in skus if sku})
    channels = _channels(shop)
    entries: dict[str, list[Json]] = {sku: [] for sku in wanted}
    for entry in lookups.by_values(shop.read, "inventory", "sku", wanted):
        entries.setdefault(entry.get("sku", ""), []).append(entry)
    return {sku: quantity(entries[sku], channels) for sku in wanted}


def quantity(entries: list[Json], channels: frozenset[str]) -> int | None:
    """Return the quantity to sell by the entries of one SKU, None if nobody counts it.

    It is the sum over the channels (by id). Where there are no entries for them, it is that of the
    entry for no channel in particular; where no channels were chosen either, the sum of all.
    """
    if not entries:
        return None
    chosen = [entry for entry in entries if channel_of(entry) in channels]
    general = [entry for entry in entries if not channel_of(entry)]
    return sum(map(_available, chosen or general or ([] if channels else entries)))


def counts_alone(entry: Json, shop: Shop) -> bool:
    """Return whether the store's rule looks at this entry, or a message about it, and no other."""
    settings = shop.store.settings["inventory"]
    if settings["channel"]:
        return channel_of(entry) == str(settings["channel"])
    return not settings["store"] and not channel_of(entry)


def channel_of(entry: Json) -> str:
    """Return the id of an entry's supply channel, "" if it is for none in particular."""
    id_: str = entry.get("supplyChannel", {}).get("id", "")
    return id_


def _channels(shop: Shop) -> frozenset[str]:
    settings: Settings = shop.store.settings["inventory"]
    if settings["channel"]:
        return frozenset([settings["channel"]])
    if not settings["store"]:
        return frozenset()
    store = lookups.resource(shop.read, "stores", f"key={settings['store']}")
    return frozenset(channel["id"] for channel in store.get("supplyChannels", []))


def _available(entry: Json) -> int:
    # Less than none is possible there, but nothing that can be sold.
    name = "availableQuantity" if "availableQuantity" in entry else "quantityOnStock"
    counted: int = entry.get(name, 0)
    return max(counted, 0)
