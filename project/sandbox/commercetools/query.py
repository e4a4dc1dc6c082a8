"""One question to a collection: which documents, in which order, how many, with what inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from project.sandbox.commercetools import predicates
from project.sandbox.commercetools.documents import Json

DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET = 20, 500, 10_000
MAX_TOTAL = 10_000  # a total with a predicate is not counted any further
_PATH = r"[A-Za-z][\w-]*"
_SORT = re.compile(rf"({_PATH}(?:\.{_PATH})*)(?:\s+(asc|desc))?")
_EXPAND = re.compile(rf"{_PATH}(?:\[\*\])?(?:\.{_PATH}(?:\[\*\])?)*")

Resolve = Callable[[Json], Json | None]


class Refused(ValueError):
    """A question that commercetools would not answer; the message is for its error."""


def page(documents: Sequence[Json], asked: MultiDict[str, str], resolve: Resolve) -> Json:
    """Return the page of a collection that was asked for. Raises Refused.

    `resolve` returns what a reference leads to.
    """
    limit = _number(asked, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    offset = _number(asked, "offset", 0, MAX_OFFSET)
    matching = _sorted(_matching(documents, asked), asked.getlist("sort"))
    results = expanded(matching[offset : offset + limit], asked, resolve)
    answer: Json = {"limit": limit, "offset": offset, "count": len(results)}
    if asked.get("withTotal", "true") != "false":
        total = len(matching)
        answer["total"] = min(total, MAX_TOTAL) if "where" in asked else total
    return {**answer, "results": results}


def expanded(documents: Sequence[Json], asked: MultiDict[str, str], resolve: Resolve) -> list[Json]:
    """Return the documents with what `expand` asks for inside their references."""
    found = list(documents)
    for path in asked.getlist("expand"):
        if not _EXPAND.fullmatch(path):
            raise Refused(f"Malformed parameter: expand: {path}")
        found = [_expand(document, path.split("."), resolve) for document in found]
    return found


def _number(asked: MultiDict[str, str], name: str, default: int, largest: int) -> int:
    text = asked.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", text) or int(text) > largest:
        raise Refused(f"Malformed parameter: {name}: not a number from 0 to {largest}")
    return int(text)


def _matching(documents: Sequence[Json], asked: MultiDict[str, str]) -> list[Json]:
    variables = {
        name.removeprefix("var."): asked.getlist(name) for name in asked if name.startswith("var.")
    }
    try:
        wanted = [predicates.parse(text, variables) for text in asked.getlist("where")]
    except predicates.Malformed as exc:
        raise Refused(f"Malformed parameter: where: {exc}") from exc
    return [document for document in documents if all(fits(document) for fits in wanted)]


def _sorted(documents: list[Json], sorts: list[str]) -> list[Json]:
    for text in reversed(sorts):  # the first one counts most, so it comes last
        match = _SORT.fullmatch(text.strip())
        if match is None:
            raise Refused(f"Malformed parameter: sort: {text}")
        path = match[1].split(".")
        documents = sorted(
            documents, key=lambda document: _rank(document, path), reverse=match[2] == "desc"
        )
    return documents


def _rank(document: Any, path: list[str]) -> tuple[int, Any]:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    if isinstance(document, int | float):
        return 0, document
    return (1, document) if isinstance(document, str) else (2, 0)


def _expand(node: Any, path: list[str], resolve: Resolve) -> Any:
    """The node with its references filled in along the path; others stay as they are."""
    if isinstance(node, dict) and "typeId" in node and "id" in node:
        target = node.get("obj") or resolve(node)
        return node if target is None else {**node, "obj": _expand(target, path, resolve)}
    if not path or not isinstance(node, dict):
        return node
    name, each = path[0].removesuffix("[*]"), path[0].endswith("[*]")
    value = node.get(name)
    if each and isinstance(value, list):
        return {**node, name: [_expand(entry, path[1:], resolve) for entry in value]}
    if not each and isinstance(value, dict):
        return {**node, name: _expand(value, path[1:], resolve)}
    return node
