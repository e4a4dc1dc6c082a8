"""All categories."""

from __future__ import annotations

from collections.abc import Sequence

from integration.core.exchange import Read, Skip
from integration.core.plugins import Shop
from integration.core.records import Record
from integration.core.rules import Json
from integration.sources.commercetools import catalogue, lookups, mapping
from integration.sources.commercetools.documents import CATEGORY
from integration.sources.commercetools.imports.entries import Understand
from integration.sources.commercetools.imports.listing import Listing, Prepare
from integration.sources.commercetools.imports.walking import collection
from integration.sources.commercetools.product_details import wants_no_categories
from integration.sources.commercetools.remembered import CategoryTree

SWITCHED_OFF = Skip("Categories are switched off for the store.")


def _preparing(read: Read) -> Prepare:
    tree = CategoryTree(read)

    def prepare(documents: Sequence[Json], shop: Shop) -> Understand:
        if wants_no_categories(shop.store):
            return lambda category: SWITCHED_OFF
        above = tree.of(lookups.parents(documents))
        known = {**above, **{category["id"]: category for category in documents}}

        def understand(category: Json) -> list[Record] | Skip:
            at = mapping.changed_at(category, shop.at)
            return [catalogue.category_changed(category, known, at)]

        return understand

    return prepare


CATEGORIES = collection(
    Listing(
        path="categories",
        thing="category",
        time="lastModifiedAt",
        schema=CATEGORY,
        preparing=_preparing,
    ),
    title="Categories",
    known_by="changed",
)
