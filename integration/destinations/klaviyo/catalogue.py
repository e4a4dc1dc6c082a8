"""Categories, products and stock to Klaviyo's catalog."""

from __future__ import annotations

import json
from collections.abc import Sequence

from integration.core.money import Money
from integration.core.plugins import Request, Skip, StoreFacts
from integration.core.records import (
    CategoryChanged,
    CategoryDeleted,
    Price,
    ProductChanged,
    ProductDeleted,
    ProductUnpublished,
    StockChanged,
    Variant,
)
from integration.core.rules import Json
from integration.core.text import Localized, localized
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.links import product_link
from integration.destinations.klaviyo.order_properties import SEPARATOR

NO_LINK = "None"  # Klaviyo demands an address; this is what its own integration writes
COUNTED, NOT_COUNTED = 1, 0  # inventory_policy: hide when sold out, or never


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
            _item(product, store),
            relationships if product.category_ids else {},
        ),
        order_key=f"item:{product.external_id}",
        version=product.version,
        owner=owner,
        completes=owner,
        after=tuple(f"category:{id_}" for id_ in product.category_ids),
        notes=product.notes,
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
    if kind != "variant":
        return None
    return bodies.removal("catalog-variant", external_id, version, key=kind)


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
            "catalog-variant", _variant(variant, product, store), {"item": {"data": owner}}
        ),
        order_key=f"variant:{variant.sku}",
        version=product.version,
        owner=f"product:{product.external_id}",
        after=(f"item:{product.external_id}", f"stock:{variant.sku}"),
        overwrites=(f"stock:{variant.sku}",),
    )


def _item(product: ProductChanged, store: StoreFacts) -> Json:
    return {
        "external_id": product.external_id,
        **_shown(product, store, sku=_first_sku(product)),
        **bodies.present(
            price=_number(product.price),
            image_full_url=product.image,
            custom_metadata=_metadata(product, product.prices),
        ),
        "published": True,
    }


def _variant(variant: Variant, product: ProductChanged, store: StoreFacts) -> Json:
    counted = variant.stock is not None
    return {
        "external_id": variant.sku,
        "sku": variant.sku,
        **_shown(product, store, sku=variant.sku),
        "inventory_quantity": variant.stock or 0,
        "inventory_policy": COUNTED if counted else NOT_COUNTED,
        **bodies.present(
            # Klaviyo wants a price on every variant; without any it is set aside for a person.
            price=_number(variant.price or product.price),
            image_full_url=variant.image or product.image,
            custom_metadata=_metadata(product, variant.prices or product.prices),
        ),
        "published": True,
    }


def _shown(product: ProductChanged, store: StoreFacts, sku: str) -> Json:
    title = localized(product.name, store.locale)
    words = {
        "slug": localized(product.slug, store.locale),
        "id": product.external_id,
        "sku": sku,
        "locale": store.locale,
    }
    return {
        "title": title,
        "description": localized(product.description, store.locale) or title,
        "url": product_link(store.settings["links"]["product"], words) or NO_LINK,
    }


def _first_sku(product: ProductChanged) -> str:
    return product.variants[0].sku if product.variants else ""


def _metadata(product: ProductChanged, prices: Sequence[Price]) -> Json:
    """Every language and currency, for templates; flat, as Klaviyo wants it: JSON in texts."""
    return bodies.present(
        title_json=_each("title", product.name),
        slug_json=_each("slug", product.slug),
        price_json=_text(
            {
                f"price_{price.country or price.amount.currency}": _number(price.amount)
                for price in prices
            }
        ),
        currency_json=_text(
            {
                f"currency_{price.country or price.amount.currency}": price.amount.currency
                for price in prices
            }
        ),
    )


def _each(name: str, texts: Localized) -> str:
    return _text({f"{name}_{locale}": text for locale, text in texts.items()})


def _text(values: Json) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _number(amount: Money | None) -> float | int | None:
    return amount.as_number() if amount else None
