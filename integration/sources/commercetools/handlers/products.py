"""Products, with their variants, prices and stock."""

from __future__ import annotations

from integration.core.errors import Reject
from integration.core.exchange import Skip
from integration.core.plugins import Shop
from integration.core.records import ProductDeleted, ProductUnpublished, Record
from integration.core.rules import Json
from integration.core.text import without_nulls
from integration.sources.commercetools import catalogue, lookups, mapping
from integration.sources.commercetools.documents import CHANGE, MESSAGE, PROJECTION, checked
from integration.sources.commercetools.prices import PriceRule
from integration.sources.commercetools.stock import stock_of

PUBLISHED = {"staged": "false"}
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
    """The product after its categories: what refers to them needs them there."""
    occurred_at = mapping.moment(at)
    references = [reference["id"] for reference in projection.get("categories", [])]
    tree = {} if _no_categories(shop) else lookups.category_tree(shop.read, references)
    variants = _priced(_variants(projection, shop), projection, shop)
    product = catalogue.product_changed(
        projection,
        variants,
        occurred_at=occurred_at,
        tree=tree,
        stock=stock_of([variant.get("sku", "") for variant in variants], shop),
        rule=_rule(shop),
    )
    categories = [
        catalogue.category_changed(tree[id_], tree, occurred_at) for id_ in product.category_ids
    ]
    return [*categories, product]


def _variants(projection: Json, shop: Shop) -> list[Json]:
    """The variants, the main one first. A modular catalogue keeps them beside the product."""
    if projection.get("masterVariant"):
        return [projection["masterVariant"], *projection.get("variants", [])]
    where = f"product({lookups.equals('id', projection['id'])})"
    try:
        found = lookups.every(shop.read, "variant-projections", where, **PUBLISHED)
    except Reject as exc:
        if exc.code != "not_found":
            raise
        return []  # a project that has no modular catalogue, and a product without variants
    return sorted(found, key=lambda variant: not variant.get("default", False))


def _priced(variants: list[Json], projection: Json, shop: Shop) -> list[Json]:
    """The variants with their prices. Standalone ones are kept beside the product, by SKU."""
    embedded = projection.get("priceMode") != "Standalone" and projection.get("masterVariant")
    if embedded:
        return variants
    skus = [variant.get("sku", "") for variant in variants]
    listed = lookups.by_values(shop.read, "standalone-prices", "sku", skus)
    active = [without_nulls(price) for price in listed if price.get("active", True)]
    return [
        {**variant, "prices": [price for price in active if price["sku"] == variant.get("sku")]}
        for variant in variants
    ]


def _no_categories(shop: Shop) -> bool:
    """Whether the store wants no categories: products cannot be in what is not there."""
    return {"CategoryCreated", "category.ResourceUpdated"} <= {
        *shop.store.settings["messages"]["off"]
    }


def _rule(shop: Shop) -> PriceRule:
    chosen = shop.store.settings["price"]
    return PriceRule(
        currency=chosen["currency"] or shop.store.currency,
        country=chosen["country"] or shop.store.country,
        channel=chosen["channel"],
        at=shop.at,
    )
