"""Categories, products and stock to Klaviyo's catalog."""

from __future__ import annotations

from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.records import (
    CategoryChanged,
    CategoryDeleted,
    ProductChanged,
    ProductDeleted,
    ProductUnpublished,
    StockChanged,
    Variant,
)
from integration.core.text import localized
from integration.destinations.klaviyo import bodies, catalogue_attributes
from integration.destinations.klaviyo.order_properties import SEPARATOR

OF_THE_CATALOG = ("category", "item", "variant")  # what the order keys of its objects begin with


def category(category: CategoryChanged, store: StoreFacts) -> list[Request]:
    """One upsert of a category, its name with those above it."""
    names = [localized(name, store.locale) for name in category.path]
    attributes = {"external_id": category.external_id, "name": SEPARATOR.join(names)}
    return [
        Request(
            operation="create_catalog_category",
            method="POST",
            path="/api/catalog-categories",
            body=bodies.catalog("catalog-category", attributes),
            order_key=f"category:{category.external_id}",
            version=category.version,
            notes=category.notes,
        )
    ]


def category_deleted(category: CategoryDeleted, store: StoreFacts) -> list[Request]:
    """The category goes."""
    return [
        bodies.removal("catalog-category", category.external_id, category.version, key="category")
    ]


def product(product: ProductChanged, store: StoreFacts) -> list[Request]:
    """One upsert of the item and one of each variant; variants that are gone are deleted."""
    owner = f"product:{product.external_id}"
    relationships = {
        "categories": {
            "data": [bodies.reference("catalog-category", id_) for id_ in product.category_ids]
        }
    }
    item = Request(
        operation="create_catalog_item",
        method="POST",
        path="/api/catalog-items",
        body=bodies.catalog(
            "catalog-item",
            catalogue_attributes.of_item(product, store),
            relationships if product.category_ids else {},
        ),
        order_key=f"item:{product.external_id}",
        version=product.version,
        owner=owner,
        completes=owner,
        after=tuple(f"category:{id_}" for id_ in product.category_ids),
        notes=product.notes,
        remarks=product.remarks,
    )
    return [item, *(_variant_request(variant, product, store) for variant in product.variants)]


def product_unpublished(product: ProductUnpublished, store: StoreFacts) -> list[Request]:
    """The item goes, or stays unseen, by the settings."""
    if store.settings["catalog"]["unpublished"] == "delete":
        return [_item_deleted(product.external_id, product.version)]
    id_ = bodies.compound_id(product.external_id)
    return [
        Request(
            operation="update_catalog_item",
            method="PATCH",
            path=f"/api/catalog-items/{bodies.in_path(id_)}",
            body=bodies.catalog("catalog-item", {"published": False}, id_=id_),
            order_key=f"item:{product.external_id}",
            version=product.version,
            owner=f"product:{product.external_id}",
        )
    ]


def product_deleted(product: ProductDeleted, store: StoreFacts) -> list[Request]:
    """The item and its variants go."""
    return [_item_deleted(product.external_id, product.version)]


def stock(stock: StockChanged, store: StoreFacts) -> list[Request] | Skip:
    """The variant's quantity, and nothing else of it."""
    if stock.after is None:
        return Skip("Nobody counts this SKU (any more): it can always be bought.")
    id_ = bodies.compound_id(stock.sku)
    return [
        Request(
            operation="update_catalog_variant",
            method="PATCH",
            path=f"/api/catalog-variants/{bodies.in_path(id_)}",
            body=bodies.catalog("catalog-variant", {"inventory_quantity": stock.after}, id_=id_),
            order_key=f"stock:{stock.sku}",
            after=(f"variant:{stock.sku}",),
            notes=stock.notes,
        )
    ]


def removal(key: str, version: int) -> Request | None:
    """Return the deletion of what was sent under this order key; None if it needs none."""
    kind, _, external_id = key.partition(":")
    if kind not in OF_THE_CATALOG:
        return None
    return bodies.removal(f"catalog-{kind}", external_id, version, key=kind)


def _item_deleted(external_id: str, version: int) -> Request:
    owner = f"product:{external_id}"
    return bodies.removal("catalog-item", external_id, version, key="item", owner=owner)


def _variant_request(variant: Variant, product: ProductChanged, store: StoreFacts) -> Request:
    owner = bodies.reference("catalog-item", product.external_id)
    return Request(
        operation="create_catalog_variant",
        method="POST",
        path="/api/catalog-variants",
        body=bodies.catalog(
            "catalog-variant",
            catalogue_attributes.of_variant(variant, product, store),
            {"item": {"data": owner}},
        ),
        order_key=f"variant:{variant.sku}",
        version=product.version,
        owner=f"product:{product.external_id}",
        after=(f"item:{product.external_id}", f"stock:{variant.sku}"),
        overwrites=(f"stock:{variant.sku}",),
    )
