"""What the shop says of some SKUs and products now, for who was not told or cannot wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from integration.core.errors import Reject
from integration.core.plugins import Shop
from integration.core.records import ProductChanged, ProductUnpublished, Record, StockChanged
from integration.core.rules import Json
from integration.sources.commercetools import lookups, product_details
from integration.sources.commercetools.documents import PROJECTION
from integration.sources.commercetools.product_details import PUBLISHED
from integration.sources.commercetools.remembered import CategoryTree
from integration.sources.commercetools.stock import stock_of

PROJECTIONS = "product-projections"


def wares(skus: Sequence[str], product_ids: Sequence[str], shop: Shop) -> list[Record]:
    """Return the products with these ids or SKUs, and the stock of these SKUs, by the store's rule.

    A SKU that no product has, as shoppers see them, and that nobody counts is not to be had: 0, and
    not untracked. All of it is as of the shop's time. Raises what `read` raises.
    """
    visible = _visible(skus, product_ids, shop)
    products = list(_products(visible.values(), shop))
    hidden = sorted({id_ for id_ in product_ids if id_} - visible.keys())
    return [
        *(ProductUnpublished(external_id=id_, occurred_at=shop.at) for id_ in hidden),
        *_stock(skus, products, shop),
        *products,
    ]


def _visible(skus: Sequence[str], product_ids: Sequence[str], shop: Shop) -> dict[str, Json]:
    """The products that shoppers see, by id."""
    found = {projection["id"]: projection for projection in _with_skus(skus, shop)}
    missing = {*product_ids, *_modular(set(skus) - _skus(found.values()), shop)} - found.keys()
    for projection in lookups.by_values(shop.read, PROJECTIONS, "id", missing, **PUBLISHED):
        found[projection["id"]] = projection
    return {id_: one for id_, one in found.items() if one.get("published") is not False}


def _with_skus(skus: Sequence[str], shop: Shop) -> Iterator[Json]:
    for name in ("masterVariant", "variants"):
        for chunk in lookups.chunks(sorted({sku for sku in skus if sku})):
            where = f"{name}({lookups.one_of('sku', chunk)})"
            yield from lookups.every(shop.read, PROJECTIONS, where, **PUBLISHED)


def _skus(projections: Iterable[Json]) -> set[str]:
    return {
        variant.get("sku", "")
        for one in projections
        for variant in (one.get("masterVariant", {}), *one.get("variants", []))
    }


def _modular(skus: Iterable[str], shop: Shop) -> set[str]:
    """The ids of the products that have these SKUs where variants are kept beside products."""
    try:
        found = lookups.by_values(shop.read, "variant-projections", "sku", skus, **PUBLISHED)
    except Reject as exc:
        if exc.code != "not_found":
            raise
        return set()  # a project without a modular catalogue
    return {variant["product"]["id"] for variant in found if "id" in variant.get("product", {})}


def _products(projections: Iterable[Json], shop: Shop) -> Iterator[ProductChanged]:
    # What cannot be used is left out, as if it had not changed: one must not hold up the others.
    usable = [projection for projection in projections if PROJECTION.fits(projection)]
    tree = shop.lately("category tree", lambda: CategoryTree(shop.read))
    told = product_details.look_up(usable, shop, tree)
    for projection in usable:
        for record in told(projection, shop.at):
            if isinstance(record, ProductChanged):
                yield record


def _stock(
    skus: Sequence[str], products: Sequence[ProductChanged], shop: Shop
) -> Iterator[StockChanged]:
    known = {variant.sku: variant.stock for product in products for variant in product.variants}
    wanted = sorted({sku for sku in skus if sku})
    # Who has no product: counted or not to be had.
    alone = stock_of([sku for sku in wanted if sku not in known], shop)
    for sku in wanted:
        after = known[sku] if sku in known else alone[sku] or 0
        yield StockChanged(external_id=sku, occurred_at=shop.at, before=None, after=after)
