"""What an order does not carry itself and has to be asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from integration.core.errors import Reject
from integration.core.plugins import Read
from integration.core.rules import Json
from integration.core.text import Localized
from integration.sources.commercetools.mapping import CategoryPaths

logger = logging.getLogger(__name__)

CHUNK = 100  # ids in one question: the address stays under 8 KB


def resource(read: Read, kind: str, id_: str) -> Json:
    """Return one document, e.g. resource(read, "orders", "123"). Raises what `read` raises."""
    return read(f"/{kind}/{quote(id_, safe='')}")


def category_paths(product_ids: Iterable[str], read: Read) -> CategoryPaths:
    """Return the categories of each product as paths of names from the root.

    What the shop no longer knows is left out: an order without categories is better than none.
    """
    try:
        products = _by_ids(read, "products", product_ids)
        ids_of = {
            product["id"]: [
                reference["id"] for reference in product["masterData"]["current"]["categories"]
            ]
            for product in products
        }
        wanted = {id_ for ids in ids_of.values() for id_ in ids}
        categories = _with_ancestors(_by_ids(read, "categories", wanted, expand="ancestors[*]"))
    except (Reject, KeyError) as exc:
        logger.warning(
            "categories of an order's products could not be read: %s", type(exc).__name__
        )
        return {}
    return {
        product_id: tuple(_path(id_, categories) for id_ in ids if id_ in categories)
        for product_id, ids in ids_of.items()
    }


def _by_ids(read: Read, kind: str, ids: Iterable[str], expand: str = "") -> list[Json]:
    ordered = sorted({id_ for id_ in ids if id_})
    found: list[Json] = []
    for start in range(0, len(ordered), CHUNK):
        listed = ",".join(f'"{_escape(id_)}"' for id_ in ordered[start : start + CHUNK])
        query = {"where": f"id in ({listed})", "limit": CHUNK, "withTotal": "false"}
        if expand:
            query["expand"] = expand
        found += read(f"/{kind}?{urlencode(query)}")["results"]
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
        names.insert(0, categories[id_]["name"])
        id_ = categories[id_].get("parent", {}).get("id", "")
    return tuple(names)
