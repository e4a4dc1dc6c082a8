"""What an order does not carry itself and has to be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import quote, urlencode

from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.plugins import Read, Shop
from integration.core.rules import Json
from integration.core.text import Localized, without_nulls
from integration.sources.commercetools.client import SCOPE_MISSING
from integration.sources.commercetools.mapping import CategoryPaths, OrderDetails

PATIENCE = 5  # attempts, about half a minute in all
CHUNK = 100  # ids in one question: the address stays under 8 KB

Found = TypeVar("Found")


def resource(read: Read, kind: str, id_: str) -> Json:
    """Return one document, e.g. resource(read, "orders", "123"). Raises what `read` raises."""
    return read(f"/{kind}/{quote(id_, safe='')}")


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
    documents = [*there, *_by_ids(read, "discount-codes", missing)]
    known = {document.get("id"): document.get("code") for document in documents}
    codes = [known.get(reference.get("id")) for reference in references]
    return tuple(code for code in codes if code)


def _category_paths(product_ids: Iterable[str], read: Read) -> CategoryPaths:
    """The categories of each product as paths of names from the root."""
    ids_of = {
        product["id"]: [reference["id"] for reference in _categories(product)]
        for product in _by_ids(read, "products", product_ids)
    }
    wanted = {id_ for ids in ids_of.values() for id_ in ids}
    categories = _with_ancestors(_by_ids(read, "categories", wanted, expand="ancestors[*]"))
    return {
        product_id: tuple(_path(id_, categories) for id_ in ids if id_ in categories)
        for product_id, ids in ids_of.items()
    }


def _categories(product: Json) -> list[Json]:
    references: list[Json] = product.get("masterData", {}).get("current", {}).get("categories", [])
    return references


def _by_ids(read: Read, kind: str, ids: Iterable[str], expand: str = "") -> list[Json]:
    ordered = sorted({id_ for id_ in ids if id_})
    found: list[Json] = []
    for start in range(0, len(ordered), CHUNK):
        listed = ",".join(f'"{_escape(id_)}"' for id_ in ordered[start : start + CHUNK])
        query = {"where": f"id in ({listed})", "limit": CHUNK, "withTotal": "false"}
        if expand:
            query["expand"] = expand
        answer = without_nulls(read(f"/{kind}?{urlencode(query)}"))
        found += [document for document in answer.get("results", []) if "id" in document]
    return found


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _with_ancestors(categories: list[Json]) -> dict[str, Json]:
    by_id = {}
    for category in categories:
        ancestors = [entry["obj"] for entry in category.get("ancestors", []) if "obj" in entry]
        by_id.update({entry["id"]: entry for entry in [*ancestors, category]})
    return by_id


def _path(id_: str, categories: dict[str, Json]) -> tuple[Localized, ...]:
    # The order of "ancestors" is not promised; "parent" is.
    names: list[Localized] = []
    seen: set[str] = set()
    while id_ in categories and id_ not in seen:
        seen.add(id_)
        names.insert(0, categories[id_].get("name", {}))
        id_ = categories[id_].get("parent", {}).get("id", "")
    return tuple(names)
