"""Asking the shop for what a message only refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

from integration.core.errors import Reject
from integration.core.exchange import Read
from integration.core.portions import portions
from integration.core.rules import Json
from integration.core.text import Localized
from integration.sources.commercetools import paging

CHUNK = 100  # values in one question,
LONGEST = 6_000  # and not more characters of them: the address stays under 8 KB
DEEPEST = 20  # levels of categories; more would be a circle


def resource(read: Read, kind: str, id_: str) -> Json:
    """Return one document, e.g. resource(read, "orders", "123"). Raises what `read` raises."""
    return read(f"/{kind}/{quote(id_, safe='=')}")


def found(read: Read, kind: str, id_: str, **query: str) -> Json | None:
    """Return one document, None if the shop does not have it (any more)."""
    asked = f"?{urlencode(query)}" if query else ""
    try:
        return read(f"/{kind}/{quote(id_, safe='=')}{asked}")
    except Reject as exc:
        if exc.code == "not_found":
            return None
        raise


def by_values(read: Read, kind: str, name: str, values: Iterable[str], **query: str) -> list[Json]:
    """Return the documents in which the field has one of these values."""
    ordered = sorted({value for value in values if value})
    return [
        answer
        for chunk in chunks(ordered)
        for answer in every(read, kind, one_of(name, chunk), **query)
    ]


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Return as many of the values at a time as one question takes."""
    return portions(values, CHUNK, lambda value: len(quote(quoted(value) + ",")), LONGEST)


def every(read: Read, kind: str, where: str, **query: str) -> list[Json]:
    """Return all documents that fit, page by page, by id."""
    answers: list[Json] = []
    seen: set[str] = set()
    after = ""
    while True:
        asked = [("where", where), *([("where", f"id > {quoted(after)}")] if after else [])]
        asked += [("sort", "id asc"), *query.items()]
        page = paging.ask(read, kind, asked, paging.MOST)
        results = [entry for entry in page.rows if "id" in entry]
        new = [entry for entry in results if entry["id"] not in seen]
        seen |= {entry["id"] for entry in new}
        answers += new
        if page.is_last or not new:
            return answers
        after = max(entry["id"] for entry in results)


def equals(path: str, value: str) -> str:
    """Return the predicate `path = "value"`, e.g. equals("customerId", "1")."""
    return f"{path} = {quoted(value)}"


def one_of(path: str, values: Iterable[str]) -> str:
    """Return the predicate `path in ("value", …)`."""
    return f"{path} in ({','.join(quoted(value) for value in values)})"


def quoted(value: str) -> str:
    """Return a value as predicates have it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def category_tree(read: Read, ids: Iterable[str]) -> dict[str, Json]:
    """Return these categories and all above them, by id."""
    tree: dict[str, Json] = {}
    wanted = {id_ for id_ in ids if id_}
    for _ in range(DEEPEST):
        for category in by_values(read, "categories", "id", wanted, expand="ancestors[*]"):
            above = [entry["obj"] for entry in category.get("ancestors", []) if "obj" in entry]
            tree.update({entry["id"]: entry for entry in [*above, category]})
        wanted = parents(tree.values()) - tree.keys() - wanted
        if not wanted:
            break
    return tree


def parents(categories: Iterable[Json]) -> set[str]:
    """Return the ids of the parents of these."""
    return {entry["parent"]["id"] for entry in categories if "id" in entry.get("parent", {})}


def path_of(id_: str, tree: dict[str, Json]) -> tuple[Localized, ...]:
    """Return the names from the root down to a category."""
    return tuple(tree[above].get("name", {}) for above in line_of(id_, tree))


def line_of(id_: str, tree: dict[str, Json]) -> list[str]:
    """Return the ids from the root down to a category."""
    # The order of "ancestors" is not promised; "parent" is.
    line: list[str] = []
    while id_ in tree and id_ not in line:
        line.insert(0, id_)
        id_ = tree[id_].get("parent", {}).get("id", "")
    return line
