"""What happens to the shelves."""

from __future__ import annotations

from project.sandbox.commercetools import catalog, stock, stores
from project.sandbox.commercetools.documents import (
    Json,
    announced,
    born,
    changed,
    deleted,
    now,
    reference,
)
from project.sandbox.commercetools.life.asked import ANYTHING, Asked, Impossible, merged, need
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

LARGEST = 120

Place = tuple[str, str | None]  # SKU, id of the supply channel


def entry_is_created(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A SKU is counted in a place where it was not: that of the fields, or a free one."""
    with shop.lock:
        taken = {_place(entry) for entry in shop.held("inventory")}
        sku, channel = _asked_place(asked) or _free_place(shop, taken)
        quantity = _quantity(shop, asked)
        made = merged(stock.entry(shop.random, sku, quantity, channel), asked)
        made |= {**born(shop.random, now()), "quantityOnStock": quantity}
        made["availableQuantity"] = quantity
        if _place(made) in taken:
            raise Impossible("fields.sku: one without an entry in this place")
        shop.put("inventory", made)
    return Happening("InventoryEntryCreated", "inventory-entry", made, {"inventoryEntry": made})


def quantity_is_set(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """Somebody counts, and there are so many: as asked for, or some other number."""
    with shop.lock:
        before = need(shop, "inventory", asked)
        quantity = _quantity(shop, asked, before["quantityOnStock"])
        made = announced(merged(before, asked), now(), **_counted(quantity))
        shop.put("inventory", made)
    fields = {
        "oldQuantityOnStock": before["quantityOnStock"],
        "newQuantityOnStock": quantity,
        "oldAvailableQuantity": before["availableQuantity"],
        "newAvailableQuantity": quantity,
        **_where(made),
    }
    return Happening("InventoryEntryQuantitySet", "inventory-entry", made, fields)


def entry_is_deleted(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """An entry goes: its SKU is no longer counted there."""
    gone = _remove(shop, asked)
    return Happening("InventoryEntryDeleted", "inventory-entry", gone, _where(gone))


def entry_is_changed(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """An entry is different: as the fields say, and with as many as asked for."""
    with shop.lock:
        before = need(shop, "inventory", asked)
        made = changed(merged(before, asked), now())
        if asked.quantity is not None or not asked.fields:
            made |= _counted(_quantity(shop, asked, before["quantityOnStock"]))
        shop.put("inventory", made)
    fields = {"oldVersion": before["version"]}
    return Happening("ResourceUpdated", "inventory-entry", made, fields)


def entry_is_erased(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """An entry goes, and all that is told is its id."""
    gone = _remove(shop, asked)
    return Happening(
        "ResourceDeleted", "inventory-entry", gone, {"dataErasure": asked.data_erasure}
    )


def _remove(shop: Shop, asked: Asked) -> Json:
    with shop.lock:
        gone = deleted(merged(need(shop, "inventory", asked), asked), now())
        shop.remove("inventory", gone["id"])
    return gone


def _quantity(shop: Shop, asked: Asked, before: int | None = None) -> int:
    if asked.quantity is not None:
        return asked.quantity
    return shop.random.choice([number for number in range(LARGEST) if number != before])


def _counted(quantity: int) -> Json:
    return {"quantityOnStock": quantity, "availableQuantity": quantity}


def _asked_place(asked: Asked) -> Place | None:
    if "sku" not in asked.fields:
        return None
    channel = asked.fields.get("supplyChannel", {})
    if not isinstance(channel, dict):
        raise Impossible('fields.supplyChannel: {"typeId": "channel", "id": "..."}')
    return str(asked.fields["sku"]), channel.get("id")


def _free_place(shop: Shop, taken: set[Place]) -> Place:
    suppliers = [channel["id"] for channel in stores.suppliers(shop.held("channels"))]
    free = [
        (variant["sku"], channel)
        for product in shop.held("products")
        for variant in catalog.variants(product["masterData"]["current"])
        for channel in (None, *suppliers)
        if (variant["sku"], channel) not in taken
    ]
    if not free:
        raise Impossible("type: every SKU has an entry in every place: delete one first")
    return shop.random.choice(free)


def _place(entry: Json) -> Place:
    return entry["sku"], entry.get("supplyChannel", {}).get("id")


def _where(entry: Json) -> Json:
    channel = entry.get("supplyChannel")
    place = {"supplyChannel": reference("channel", channel["id"])} if channel else {}
    return {"sku": entry["sku"], **place}
