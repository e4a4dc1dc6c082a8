"""Products, with their variants, prices and stock."""

from __future__ import annotations

from integration.core.exchange import Skip
from integration.core.plugins import Shop
from integration.core.records import ProductDeleted, ProductUnpublished, Record
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping, product_details
from integration.sources.commercetools.documents import CHANGE, MESSAGE, PROJECTION, checked
from integration.sources.commercetools.product_details import PUBLISHED
from integration.sources.commercetools.remembered import CategoryTree

NOT_PUBLISHED = Skip("The product is not published.")


def published(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A product that shoppers can see from now on, or see changed."""
    message = checked(payload, MESSAGE)
    if "productProjection" in message:
        projection = checked(message["productProjection"], PROJECTION, "/productProjection")
        return _changed(projection, message["createdAt"], shop)
    return _as_now(message["resource"]["id"], message["createdAt"], shop) or NOT_PUBLISHED


def updated(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A product as shoppers see it now; one they cannot see is left alone."""
    change = checked(payload, CHANGE)
    id_ = change["resource"]["id"]
    records = _as_now(id_, change["modifiedAt"], shop)
    if records:
        return records
    if lookups.found(shop.read, "products", id_):
        return NOT_PUBLISHED
    return _gone(id_, change["version"], change["modifiedAt"])


def unpublished(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A product that shoppers cannot see any more."""
    message = checked(payload, MESSAGE)
    return [
        ProductUnpublished(
            external_id=message["resource"]["id"],
            version=message.get("resourceVersion", 0),
            occurred_at=mapping.moment(message["createdAt"]),
        )
    ]


def product_deleted(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A product that is gone, by its message."""
    message = checked(payload, MESSAGE)
    version = message.get("resourceVersion", 0)
    return _gone(message["resource"]["id"], version, message["createdAt"])


def deleted(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A product that is gone, by its change."""
    change = checked(payload, CHANGE)
    return _gone(change["resource"]["id"], change["version"], change["modifiedAt"])


def with_sku(sku: str, at: str, shop: Shop) -> list[Record]:
    """Return the published products that have a variant with this SKU, as they are now."""
    same = lookups.equals("sku", sku)
    where = f"masterVariant({same}) or variants({same})"
    found = lookups.every(shop.read, "product-projections", where, **PUBLISHED)
    return [
        record
        for projection in found
        for record in _changed(checked(projection, PROJECTION), at, shop)
    ]


def _gone(id_: str, version: int, at: str) -> list[Record]:
    return [ProductDeleted(external_id=id_, version=version, occurred_at=mapping.moment(at))]


def _as_now(id_: str, at: str, shop: Shop) -> list[Record]:
    document = lookups.found(shop.read, "product-projections", id_, **PUBLISHED)
    if document is None or document.get("published") is False:
        return []
    return _changed(checked(document, PROJECTION), at, shop)


def _changed(projection: Json, at: str, shop: Shop) -> list[Record]:
    told = product_details.look_up([projection], shop, CategoryTree(shop.read))
    return told(projection, mapping.moment(at))
