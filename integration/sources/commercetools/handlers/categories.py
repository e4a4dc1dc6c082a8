"""Categories."""

from __future__ import annotations

from integration.core.exchange import Skip
from integration.core.plugins import Shop
from integration.core.records import CategoryDeleted, Record
from integration.core.rules import Json
from integration.sources.commercetools import catalogue, lookups, mapping
from integration.sources.commercetools.documents import CATEGORY, CHANGE, MESSAGE, checked


def created(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A new category."""
    message = checked(payload, MESSAGE)
    if "category" not in message:
        return _with_descendants(message["resource"]["id"], message["createdAt"], shop)
    category = checked(message["category"], CATEGORY, "/category")
    above = lookups.category_tree(shop.read, lookups.parents([category]))
    tree = {**above, category["id"]: category}
    return [catalogue.category_changed(category, tree, mapping.moment(message["createdAt"]))]


def updated(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A renamed or moved category changes the names of all below it, too."""
    change = checked(payload, CHANGE)
    id_ = change["resource"]["id"]
    return _with_descendants(id_, change["modifiedAt"], shop) or _gone(change)


def deleted(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A category that is gone."""
    return _gone(checked(payload, CHANGE))


def _gone(change: Json) -> list[Record]:
    return [
        CategoryDeleted(
            external_id=change["resource"]["id"],
            version=change["version"],
            occurred_at=mapping.moment(change["modifiedAt"]),
        )
    ]


def _with_descendants(id_: str, at: str, shop: Shop) -> list[Record]:
    """The category, and all below it; nothing if it does not exist."""
    tree = lookups.category_tree(shop.read, [id_])
    if id_ not in tree:
        return []
    below = lookups.every(shop.read, "categories", f"ancestors({lookups.equals('id', id_)})")
    tree.update({category["id"]: category for category in below})
    changed = [tree[id_], *below]
    return [
        catalogue.category_changed(checked(category, CATEGORY), tree, mapping.moment(at))
        for category in changed
    ]
