"""What a product's projection only refers to: categories, prices, stock, and a modular catalogue's
variants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from integration.core.errors import Reject
from integration.core.exchange import StoreFacts
from integration.core.plugins import Shop
from integration.core.records import Record
from integration.core.rules import Json
from integration.sources.commercetools import catalogue, lookups
from integration.sources.commercetools.prices import PriceRule
from integration.sources.commercetools.remembered import CategoryTree
from integration.sources.commercetools.stock import stock_of

PUBLISHED = {"staged": "false"}
# A modular catalogue's variants are many; the rest of one is a multiple of this.
OF_A_VARIANT = ("sku", "prices", "images", "default")

Told = Callable[[Json, datetime], list[Record]]  # of one of the projections, as of then
Grouped = Mapping[str, list[Json]]


def look_up(projections: Sequence[Json], shop: Shop, tree: CategoryTree) -> Told:
    """Return what makes the records of each of these projections, without asking again.

    Those are the product after its categories: what refers to them needs them there.
    """
    referred = (entry["id"] for product in projections for entry in product.get("categories", []))
    known = {} if wants_no_categories(shop.store) else tree.of(referred)
    modular = _modular(projections, shop)
    prices = _standalone_prices(projections, modular, shop)
    skus = [sku for product in projections for sku in _skus(_variants(product, modular))]
    stock = stock_of(skus, shop)
    rule = _rule(shop)

    def told(projection: Json, occurred_at: datetime) -> list[Record]:
        product = catalogue.product_changed(
            projection,
            _priced(projection, _variants(projection, modular), prices),
            occurred_at=occurred_at,
            tree=known,
            stock=stock,
            rule=rule,
        )
        categories = [
            catalogue.category_changed(known[id_], known, occurred_at)
            for id_ in product.category_ids
        ]
        return [*categories, product]

    return told


def wants_no_categories(store: StoreFacts) -> bool:
    """Return whether the store wants no categories: products cannot be in what is not there."""
    return {"CategoryCreated", "category.ResourceUpdated"} <= {*store.settings["messages"]["off"]}


def _modular(projections: Iterable[Json], shop: Shop) -> Grouped:
    """The variants that are kept beside their products, by product id, the main one first."""
    ids = [product["id"] for product in projections if not product.get("masterVariant")]
    grouped: dict[str, list[Json]] = {id_: [] for id_ in ids}
    for chunk in lookups.chunks(sorted(ids)):
        where = f"product({lookups.one_of('id', chunk)})"
        try:
            found = lookups.every(shop.read, "variant-projections", where, **PUBLISHED)
        except Reject as exc:
            if exc.code != "not_found":
                raise
            break  # a project that has no modular catalogue, and products without variants
        for variant in found:
            kept = {name: variant[name] for name in OF_A_VARIANT if name in variant}
            grouped.get(variant.get("product", {}).get("id", ""), []).append(kept)
    for variants in grouped.values():
        variants.sort(key=lambda variant: not variant.get("default", False))
    return grouped


def _variants(projection: Json, modular: Grouped) -> list[Json]:
    """The variants of a product, the main one first."""
    if projection.get("masterVariant"):
        return [projection["masterVariant"], *projection.get("variants", [])]
    return modular[projection["id"]]


def _standalone_prices(projections: Iterable[Json], modular: Grouped, shop: Shop) -> Grouped:
    """The prices that are kept beside their products, by SKU."""
    skus = [
        sku
        for product in projections
        if _is_priced_apart(product)
        for sku in _skus(_variants(product, modular))
    ]
    grouped: dict[str, list[Json]] = {sku: [] for sku in skus}
    for price in lookups.by_values(shop.read, "standalone-prices", "sku", skus):
        if price.get("active", True):
            grouped.get(price.get("sku", ""), []).append(price)
    return grouped


def _priced(projection: Json, variants: list[Json], prices: Grouped) -> list[Json]:
    if not _is_priced_apart(projection):
        return variants
    return [{**variant, "prices": prices.get(variant.get("sku", ""), [])} for variant in variants]


def _is_priced_apart(projection: Json) -> bool:
    return projection.get("priceMode") == "Standalone" or not projection.get("masterVariant")


def _skus(variants: Iterable[Json]) -> list[str]:
    return [variant["sku"] for variant in variants if variant.get("sku")]


def _rule(shop: Shop) -> PriceRule:
    chosen = shop.store.settings["price"]
    return PriceRule(
        currency=chosen["currency"] or shop.store.currency,
        country=chosen["country"] or shop.store.country,
        channel=chosen["channel"],
        at=shop.at,
    )
