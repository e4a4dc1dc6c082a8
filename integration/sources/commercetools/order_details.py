"""What an order only refers to: the categories of its products, the codes of its discounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.exchange import Read
from integration.core.plugins import Shop
from integration.core.rules import Json
from integration.sources.commercetools import lookups
from integration.sources.commercetools.client import SCOPE_MISSING
from integration.sources.commercetools.mapping import CategoryPaths, OrderDetails

PATIENCE = 5  # attempts, about half a minute in all

Found = TypeVar("Found")


def order_details(order: Json, shop: Shop) -> OrderDetails:
    """Return the categories of an order's products and the codes of its discounts.

    Klaviyo keeps the first event of an order, so it should be the whole one: raises Retry while the
    shop is away, for the first attempts. What the shop refuses, no longer knows or still cannot
    tell is left out, with a note: an order without its categories is better than none.
    """
    notes: list[str] = []

    def tried(what: str, look: Callable[[], Found], otherwise: Found) -> Found:
        try:
            return look()
        except (Misconfigured, Reject, Retry) as exc:
            if isinstance(exc, Misconfigured) and exc.code != SCOPE_MISSING:
                raise
            if isinstance(exc, Retry) and shop.attempt < PATIENCE:
                raise
            notes.append(f"{what} were left out: {exc.reason}")
            return otherwise

    products = [line.get("productId", "") for line in order.get("lineItems", [])]
    return OrderDetails(
        categories=tried("Categories", lambda: _category_paths(products, shop.read), {}),
        discount_codes=tried("Discount codes", lambda: _discount_codes(order, shop.read), ()),
        notes=tuple(notes),
    )


def _discount_codes(order: Json, read: Read) -> tuple[str, ...]:
    """The codes as the shopper typed them."""
    references = [entry.get("discountCode", {}) for entry in order.get("discountCodes", [])]
    there = [reference["obj"] for reference in references if "obj" in reference]
    missing = [reference.get("id", "") for reference in references if "obj" not in reference]
    documents = [*there, *lookups.by_values(read, "discount-codes", "id", missing)]
    known = {document.get("id"): document.get("code") for document in documents}
    codes = [known.get(reference.get("id")) for reference in references]
    return tuple(code for code in codes if code)


def _category_paths(product_ids: Iterable[str], read: Read) -> CategoryPaths:
    """The categories of each product as paths of names from the root."""
    ids_of = {
        product["id"]: [reference["id"] for reference in _categories(product)]
        for product in lookups.by_values(read, "products", "id", product_ids)
    }
    tree = lookups.category_tree(read, {id_ for ids in ids_of.values() for id_ in ids})
    return {
        product_id: tuple(lookups.path_of(id_, tree) for id_ in ids if id_ in tree)
        for product_id, ids in ids_of.items()
    }


def _categories(product: Json) -> list[Json]:
    references: list[Json] = product.get("masterData", {}).get("current", {}).get("categories", [])
    return references
