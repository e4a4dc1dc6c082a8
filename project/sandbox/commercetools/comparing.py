"""How predicates compare what a document holds with what was asked for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def values(document: Any, name: str) -> list[Any]:
    """Return what a field holds: each element of a list for itself, nothing for no field."""
    value = document.get(name) if isinstance(document, dict) else None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_defined(document: Any, name: str) -> bool:
    """Return whether there is such a field, be it an empty list."""
    return isinstance(document, dict) and document.get(name) is not None


def is_empty(document: Any, name: str) -> bool:
    """Return whether there is nothing in such a field."""
    return not values(document, name)


def holds(compare: Callable[[Any, Any], bool], value: Any, literal: Any) -> bool:
    """Return whether the comparison holds between what the shop has and what was asked for."""
    if isinstance(literal, datetime):
        value = moment_or(value)
    same_kind = isinstance(value, bool) == isinstance(literal, bool)
    try:
        return same_kind and compare(value, literal)
    except TypeError:  # a text is neither smaller nor larger than a number
        return False


def moment_or(value: Any) -> Any:
    """Return a text that is a time as a time: they are written with and without milliseconds."""
    if not isinstance(value, str) or not _MOMENT.match(value):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
