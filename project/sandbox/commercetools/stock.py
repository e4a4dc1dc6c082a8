"""What lies on which shelf: inventory entries, and how products show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from project.sandbox.commercetools.catalog import OPENED, variants
from project.sandbox.commercetools.documents import Json, born, reference

Entries = Mapping[str, list[Json]]  # by SKU


def entry(random: Random, sku: str, quantity: int, channel_id: str | None = None) -> Json:
    """Return an inventory entry of a SKU, in a supply channel or in none."""
    made = {
        **born(random, OPENED),
        "sku": sku,
        "quantityOnStock": quantity,
        "availableQuantity": quantity,
    }
    if channel_id is not None:
        made["supplyChannel"] = reference("channel", channel_id)
    return made


def entries(random: Random, products: list[Json]) -> list[Json]:
    """Return one entry without channel for each SKU; about one in twelve is sold out."""
    made: list[Json] = []
    for product in products:
        for variant in variants(product["masterData"]["current"]):
            quantity = 0 if random.random() < 1 / 12 else random.randint(4, 120)
            made.append(entry(random, variant["sku"], quantity))
    return made


def entries_in_channels(random: Random, entries: list[Json], channels: list[Json]) -> list[Json]:
    """Return more entries for some of the SKUs: one in three lies in a supply channel too."""
    return [
        entry(random, plain["sku"], random.randint(0, 30), random.choice(channels)["id"])
        for plain in entries
        if random.random() < 1 / 3
    ]


def by_sku(entries: Iterable[Json]) -> dict[str, list[Json]]:
    """Return the entries of each SKU."""
    found: dict[str, list[Json]] = {}
    for each in entries:
        found.setdefault(each["sku"], []).append(each)
    return found


def stocked(product: Json, entries: Entries) -> Json:
    """Return the product with what is on stock beside each variant, in both of its views."""
    master = product["masterData"]
    views = {view: _stocked_view(master[view], entries) for view in ("current", "staged")}
    return {**product, "masterData": {**master, **views}}


def with_stock(variant: Json, entries: Entries) -> Json:
    """Return the variant with what is on stock of it; of untracked ones nothing is said."""
    availability: Json = {}
    for each in entries.get(variant["sku"], []):
        if "supplyChannel" in each:
            channels = availability.setdefault("channels", {})
            channels[each["supplyChannel"]["id"]] = _availability(each)
        else:
            availability |= _availability(each)
    return {**variant, "availability": availability} if availability else variant


def _stocked_view(view: Json, entries: Entries) -> Json:
    return {
        **view,
        "masterVariant": with_stock(view["masterVariant"], entries),
        "variants": [with_stock(variant, entries) for variant in view["variants"]],
    }


def _availability(each: Json) -> Json:
    available = each["availableQuantity"]
    return {
        "isOnStock": available > 0,
        "availableQuantity": available,
        "id": each["id"],
        "version": each["version"],
    }
