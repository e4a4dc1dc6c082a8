"""One question to a collection: which documents, in which order, how many, with what inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from werkzeug.datastructures import MultiDict

from project.sandbox.commercetools import expanding, predicates
from project.sandbox.commercetools.conditions import Condition
from project.sandbox.commercetools.expanding import Resolve
from project.sandbox.commercetools.views import View
from project.sandbox.commercetools.written import HEAD, Kept, Written, document

DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET = 20, 500, 10_000
MAX_TOTAL = 10_000  # a total with a predicate is not counted any further
_PATH = r"[A-Za-z][\w-]*"
_SORT = re.compile(rf"({_PATH}(?:\.{_PATH})*)(?:\s+(asc|desc))?")
_EXPAND = re.compile(rf"{_PATH}(?:\[\*\])?(?:\.{_PATH}(?:\[\*\])?)*")

Asked = MultiDict[str, str]
Sort = tuple[list[str], bool]  # path to a field, whether it is descending


class Refused(ValueError):
    """A question that commercetools would not answer; the message is for its error."""


def page(view: View, asked: Asked, resolve: Resolve) -> bytes:
    """Return the page of a collection that was asked for, as JSON. Raises Refused.

    `resolve` returns what a reference leads to.
    """
    limit = _number(asked, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    offset = _number(asked, "offset", 0, MAX_OFFSET)
    wanted, sorts, paths = _conditions(asked), _sorts(asked), expansions(asked)
    by_id = sorts == [(["id"], False)]
    matching = view.matching(wanted, by_id=by_id)
    if sorts and not by_id:
        matching = iter(_sorted(matching, sorts))
    counts = asked.get("withTotal", "true") != "false"
    end = offset + limit
    matches = list(islice(matching, max(end, MAX_TOTAL) if counts and wanted else end))
    rows = matches[offset:end]
    fields = [f'"limit":{limit},"offset":{offset},"count":{len(rows)}']
    if counts:
        total = min(len(matches), MAX_TOTAL) if wanted else view.count()
        fields.append(f'"total":{total}')
    results = b",".join(expanding.text(row, paths, resolve) for row in rows)
    return b'{%b,"results":[%b]}' % (",".join(fields).encode(), results)


def expansions(asked: Asked) -> list[str]:
    """Return the paths along which references are to be filled in. Raises Refused."""
    for path in asked.getlist("expand"):
        if not _EXPAND.fullmatch(path):
            raise Refused(f"Malformed parameter: expand: {path}")
    return asked.getlist("expand")


def _number(asked: Asked, name: str, default: int, largest: int) -> int:
    text = asked.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", text) or int(text) > largest:
        raise Refused(f"Malformed parameter: {name}: not a number from 0 to {largest}")
    return int(text)


def _conditions(asked: Asked) -> list[Condition]:
    variables = {
        name.removeprefix("var."): asked.getlist(name) for name in asked if name.startswith("var.")
    }
    try:
        return [predicates.parse(text, variables) for text in asked.getlist("where")]
    except predicates.Malformed as exc:
        raise Refused(f"Malformed parameter: where: {exc}") from exc


def _sorts(asked: Asked) -> list[Sort]:
    found = []
    for text in asked.getlist("sort"):
        match = _SORT.fullmatch(text.strip())
        if match is None:
            raise Refused(f"Malformed parameter: sort: {text}")
        found.append((match[1].split("."), match[2] == "desc"))
    return found


def _sorted(rows: Iterable[Kept], sorts: list[Sort]) -> list[Kept]:
    of_head = all(path[0] in HEAD for path, _ in sorts)
    ranked = [(row, _readable(row, of_head)) for row in rows]
    for path, descending in reversed(sorts):  # the first one counts most, so it comes last
        ranked.sort(key=lambda pair: _rank(pair[1], path), reverse=descending)
    return [row for row, _ in ranked]


def _readable(row: Kept, of_head: bool) -> Any:
    beginning = row.head() if of_head and isinstance(row, Written) else None
    return document(row) if beginning is None else beginning


def _rank(document: Any, path: list[str]) -> tuple[int, Any]:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    if isinstance(document, int | float):
        return 0, document
    return (1, document) if isinstance(document, str) else (2, 0)
