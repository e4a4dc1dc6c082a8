"""What the values that a page sends may be, whichever field they are in."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

from integration.core.rules import Json
from integration.sources.storefront.money import is_number

MOST_PROPERTIES = 400  # what Klaviyo takes
MOST_LEVELS = 10
MOST_SHOWN = 60  # characters of a name that somebody else thought of

BROKEN = re.compile("[\0\ud800-\udfff]")  # what JSON can say and PostgreSQL cannot hold


class Wrong(Exception):
    """One thing that is wrong with what was sent: in which field, and what would be right."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


def refuse_unknown(document: Json, known: Set[str], base: str) -> None:
    """Raise Wrong if there is a field that is none of these."""
    if document.keys() <= known:
        return
    name = min(document.keys() - known)
    raise Wrong(f"{base}{_shown(name)}", "There is no such field.")


def text_of(value: Any, at: str, most: int, what: str) -> str:
    """Return a text that says something and is not longer. Raises Wrong, saying what to write."""
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise Wrong(at, f"{what}: text of 1 to {most} characters.")
    _check_text(value, at)
    return value


def properties_of(value: Any, at: str) -> Json:
    """Return properties that can be stored and sent. Raises Wrong."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Wrong(at, "Send the properties as an object.")
    if len(value) > MOST_PROPERTIES:
        raise Wrong(at, f"Send at most {MOST_PROPERTIES} properties.")
    _check(value, at, 1)
    return value


def _check(value: Any, at: str, level: int) -> None:
    match value:
        case str():
            _check_text(value, at)
        case bool() | None:
            pass
        case int() | float():
            if not is_number(value):
                raise Wrong(at, "Write a number of at most 64 bits.")
        case dict() | list():
            _check_all(value, at, level)


def _check_all(value: Json | list[Any], at: str, level: int) -> None:
    if level > MOST_LEVELS:
        raise Wrong(at, f"This lies too deep: nest at most {MOST_LEVELS} levels.")
    if isinstance(value, list):
        for place, entry in enumerate(value):
            _check(entry, f"{at}/{place}", level + 1)
        return
    for name, entry in value.items():
        if not name:
            raise Wrong(at, "Give each property a name.")
        below = f"{at}/{_shown(name)}"
        _check_text(name, below)
        _check(entry, below, level + 1)


def _check_text(text: str, at: str) -> None:
    if BROKEN.search(text):
        raise Wrong(at, "This has a character that cannot be stored: a NUL, or half of a pair.")


def _shown(name: str) -> str:
    return name if len(name) <= MOST_SHOWN else f"{name[:MOST_SHOWN]}…"
