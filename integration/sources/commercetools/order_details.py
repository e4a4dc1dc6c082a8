"""What an order only refers to: the categories of its products, the codes of its discounts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.exchange import Read
from integration.core.plugins import Shop
from integration.core.rules import Json
from integration.sources.commercetools import lookups
from integration.sources.commercetools.client import SCOPE_MISSING
from integration.sources.commercetools.mapping import CategoryPaths, OrderDetails
from integration.sources.commercetools.remembered import CategoryTree, Remembered

PATIENCE = 5  # attempts, about half a minute in all
MOST_PRODUCTS, MOST_CODES = 100_000, 10_000  # that are remembered: 30 MB, 2 MB
NO_PATHS: CategoryPaths = {}
NO_CODES: Mapping[str, str] = {}
REFUSALS: tuple[type[Failure], ...] = (Misconfigured, Reject)

Found = TypeVar("Found")
Details = Callable[[Json], OrderDetails]  # of one of the orders for which they were looked up


def order_details(order: Json, shop: Shop) -> OrderDetails:
    """Return the categories of an order's products and the codes of its discounts.

    Klaviyo keeps the first event of an order, so it should be the whole one: raises Retry while the
    shop is away, for the first attempts. What the shop refuses, no longer knows or still cannot
    tell is left out, with a note: an order without its categories is better than none. What many
    orders refer to is looked up once a minute, not for each of them.
    """
    borne = REFUSALS if shop.attempt < PATIENCE else (*REFUSALS, Retry)
    references = shop.lately("order references", lambda: OrderReferences(shop.read))
    return references.look_up([order], borne)(order)


def tried(
    what: str, look: Callable[[], Found], otherwise: Found, borne: tuple[type[Failure], ...]
) -> tuple[Found, tuple[str, ...]]:
    """Return what was found; if one of these failures is in the way, the other, and a note.

    A client that is refused everything is borne by nobody.
    """
    try:
        return look(), ()
    except borne as exc:
        if isinstance(exc, Misconfigured) and exc.code != SCOPE_MISSING:
            raise
        return otherwise, (f"{what} were left out: {exc.reason}",)


class OrderReferences:
    """Looks up what orders refer to, for many of them at a time. Threads may share it."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._tree = CategoryTree(read)
        self._categories_of = Remembered(MOST_PRODUCTS, self._look_for_products)
        self._codes = Remembered(MOST_CODES, self._look_for_codes)

    def look_up(
        self, orders: Sequence[Json], borne: tuple[type[Failure], ...] = REFUSALS
    ) -> Details:
        """Return what tells the details of each of these orders, without asking again.

        What the shop refuses with one of the failures that are `borne` is left out, with a note.
        """
        products = {line.get("productId", "") for order in orders for line in _lines(order)}
        codes = {reference.get("id", "") for order in orders for reference in _missing_codes(order)}
        paths, no_paths = tried("Categories", lambda: self._paths(products), NO_PATHS, borne)
        known, no_codes = tried("Discount codes", lambda: self._codes.of(codes), NO_CODES, borne)

        def details(order: Json) -> OrderDetails:
            notes = no_paths if _lines(order) else ()
            if no_codes and _missing_codes(order):
                notes = (*notes, *no_codes)
            return OrderDetails(
                categories=paths, discount_codes=_discount_codes(order, known), notes=notes
            )

        return details

    def _paths(self, product_ids: Iterable[str]) -> CategoryPaths:
        """The categories of each product as paths of names from the root."""
        ids_of = self._categories_of.of(product_ids)
        tree = self._tree.of(id_ for ids in ids_of.values() for id_ in ids)
        path_of = {id_: lookups.path_of(id_, tree) for id_ in tree}
        return {
            product_id: tuple(path_of[id_] for id_ in ids if id_ in path_of)
            for product_id, ids in ids_of.items()
        }

    def _look_for_products(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        return {
            product["id"]: tuple(sys.intern(entry["id"]) for entry in _categories(product))
            for product in lookups.by_values(self._read, "products", "id", ids)
        }

    def _look_for_codes(self, ids: Iterable[str]) -> dict[str, str]:
        found = lookups.by_values(self._read, "discount-codes", "id", ids)
        return {document["id"]: document.get("code", "") for document in found}


def _lines(order: Json) -> list[Json]:
    lines: list[Json] = order.get("lineItems", [])
    return lines


def _discount_codes(order: Json, known: Mapping[str, str]) -> tuple[str, ...]:
    """The codes as the shopper typed them."""
    codes = [
        reference["obj"].get("code", "")
        if "obj" in reference
        else known.get(reference.get("id", ""), "")
        for reference in _code_references(order)
    ]
    return tuple(code for code in codes if code)


def _missing_codes(order: Json) -> list[Json]:
    return [reference for reference in _code_references(order) if "obj" not in reference]


def _code_references(order: Json) -> list[Json]:
    return [entry.get("discountCode", {}) for entry in order.get("discountCodes", [])]


def _categories(product: Json) -> list[Json]:
    references: list[Json] = product.get("masterData", {}).get("current", {}).get("categories", [])
    return references
