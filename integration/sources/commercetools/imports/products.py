"""All published products, with their categories, variants, prices and stock."""

from __future__ import annotations

from collections.abc import Sequence

from integration.core.exchange import Read, Skip
from integration.core.plugins import Shop
from integration.core.records import ProductUnpublished, Record
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping, product_details
from integration.sources.commercetools.documents import PROJECTION
from integration.sources.commercetools.handlers.products import NOT_PUBLISHED
from integration.sources.commercetools.imports.entries import Understand
from integration.sources.commercetools.imports.listing import Listing, Prepare
from integration.sources.commercetools.imports.walking import collection
from integration.sources.commercetools.product_details import PUBLISHED
from integration.sources.commercetools.remembered import CategoryTree


def _preparing(read: Read) -> Prepare:
    tree = CategoryTree(read)

    def prepare(documents: Sequence[Json], shop: Shop) -> Understand:
        told = product_details.look_up(documents, shop, tree)

        def understand(projection: Json) -> list[Record] | Skip:
            if projection.get("published") is False:
                return NOT_PUBLISHED
            return told(projection, mapping.changed_at(projection, shop.at))

        return understand

    return prepare


def _unpublished(read: Read, ids: Sequence[str]) -> dict[str, Record]:
    """Those that the shop has, and does not show."""
    return {
        product["id"]: ProductUnpublished(
            external_id=product["id"],
            version=product.get("version", 0),
            occurred_at=mapping.moment(product["lastModifiedAt"]),
        )
        for product in lookups.by_values(read, "products", "id", ids)
        if "lastModifiedAt" in product
    }


PRODUCTS = collection(
    Listing(
        path="product-projections",
        thing="published product",
        time="lastModifiedAt",
        schema=PROJECTION,
        preparing=_preparing,
        hidden=_unpublished,
        query=tuple(PUBLISHED.items()),
        begin_with=100,  # one can be a hundred times as large as another
    ),
    title="Products",
    known_by="changed",
    first=("categories",),
)
