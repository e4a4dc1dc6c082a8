"""What Klaviyo's lists are filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from integration.core.portions import portions as in_portions

MOST_CHARACTERS = 6_000  # of the values in an address, which may have about 8,000


def equals(name: str, value: str) -> str:
    """Return the filter for one value of a field."""
    return f"equals({name},{_text(value)})"


def any_of(name: str, values: Iterable[str]) -> str:
    """Return the filter for some values of a field."""
    return f"any({name},[{','.join(map(_text, values))}])"


def portions(values: Iterable[str], most: int) -> Iterator[list[str]]:
    """Yield the values, at most so many at a time, and no more than an address can hold."""
    return in_portions(values, most, _length, MOST_CHARACTERS)


def _length(value: str) -> int:
    return len(quote(_text(value), safe="")) + 3


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
