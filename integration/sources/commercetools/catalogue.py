"""Categories and products to records. Plain functions of their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from integration.core.records import CategoryChanged, ProductChanged, Variant
from integration.core.rules import Json
from integration.sources.commercetools import lookups, prices
from integration.sources.commercetools.mapping import custom_fields
from integration.sources.commercetools.prices import PriceRule
from integration.sources.commercetools.stock import Stock

NO_SKU = "A variant without a SKU was left out: nothing tells it from the others."


def category_changed(
    category: Json, tree: dict[str, Json], occurred_at: datetime
) -> CategoryChanged:
    """Return the record of a category. `tree` holds it and all above it."""
    return CategoryChanged(
        external_id=category["id"],
        version=category.get("version", 0),
        occurred_at=occurred_at,
        path=lookups.path_of(category["id"], tree),
        notes=_lost(category["id"], tree),
        custom=custom_fields(category),
    )


def product_changed(
    projection: Json,
    variants: Sequence[Json],
    *,
    occurred_at: datetime,
    tree: dict[str, Json],
    stock: Stock,
    rule: PriceRule,
) -> ProductChanged:
    """Return the record of a product projection that has passed documents.PROJECTION.

    `variants` have their prices with them, the main one is the first; `tree` are the product's
    categories and all above them.
    """
    sold = [_variant(variant, stock, rule) for variant in variants if variant.get("sku")]
    main = variants[0] if variants else {}
    notes = [NO_SKU] * (len(sold) < len(variants))
    price, why = prices.explained(main.get("prices", []), rule)
    lines = [lookups.line_of(entry["id"], tree) for entry in projection.get("categories", [])]
    return ProductChanged(
        external_id=projection["id"],
        version=projection.get("version", 0),
        occurred_at=occurred_at,
        name=projection["name"],
        description=projection.get("description", {}),
        slug=projection.get("slug", {}),
        price=price,
        prices=prices.choose_all(main.get("prices", []), rule),
        image=_image(main),
        category_ids=tuple(dict.fromkeys(id_ for line in lines for id_ in line)),
        variants=tuple(sold),
        document=projection,
        notes=tuple(notes if price else [*notes, why]),
        remarks=(why,) if price else (),
    )


def _lost(id_: str, tree: dict[str, Json]) -> tuple[str, ...]:
    line = lookups.line_of(id_, tree)
    above = tree[line[0]].get("parent") if line else None
    return ("A category above it could not be found: its name is left out.",) if above else ()


def _variant(variant: Json, stock: Stock, rule: PriceRule) -> Variant:
    listed = variant.get("prices", [])
    return Variant(
        sku=variant["sku"],
        price=prices.choose(listed, rule),
        prices=prices.choose_all(listed, rule),
        image=_image(variant),
        stock=stock.get(variant["sku"]),
    )


def _image(variant: Mapping[str, object]) -> str:
    images = variant.get("images")
    first = images[0] if isinstance(images, list) and images else {}
    url: str = first.get("url", "")
    return url
