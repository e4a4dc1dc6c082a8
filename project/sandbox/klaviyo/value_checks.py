"""What may be in the properties of an event or a profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from project.sandbox.klaviyo.checks import invalid, step
from project.sandbox.klaviyo.schemas import Json

LONGEST_STRING = 100_000  # bytes
DEEPEST, LONGEST_LIST = 10, 4_000
SMALLEST, LARGEST = -(2**63), 2**63 - 1
BYTES_PER_CHARACTER = 4  # at most, in UTF-8


def _level(depth: int) -> Json:
    """The schema of a value so deep; a list is no level of its own."""
    bounds: Json = {
        "maxLength": LONGEST_STRING // BYTES_PER_CHARACTER,
        "maxItems": LONGEST_LIST,
        "minimum": SMALLEST,
        "maximum": LARGEST,
        "items": {"$ref": f"#/$defs/{depth}"},
    }
    if depth > DEEPEST:
        return {**bounds, "type": ["array", "string", "number", "boolean", "null"]}
    return {**bounds, "additionalProperties": {"$ref": f"#/$defs/{depth + 1}"}}


# Passes only what is surely in order, and nearly all is: nothing else is walked through in Python.
SIEVE = jsonschema_rs.Draft202012Validator(
    {"$ref": "#/$defs/1", "$defs": {str(depth): _level(depth) for depth in range(1, DEEPEST + 2)}}
)


def wrong_values(value: Any, where: str) -> Iterator[Json]:
    """Yield the errors of all that is in this value. `where` is the pointer to it."""
    if not SIEVE.is_valid(value):
        yield from _walk(value, where, 1)


def _walk(value: Any, where: str, depth: int) -> Iterator[Json]:
    if isinstance(value, str) and len(value.encode()) > LONGEST_STRING:
        yield invalid("A string is larger than 100 KB.", where)
    if isinstance(value, int | float) and not SMALLEST <= value <= LARGEST:
        yield invalid("A whole number does not fit into 64 bits.", where)
    if isinstance(value, dict):
        if depth > DEEPEST:
            yield invalid(f"Nested deeper than {DEEPEST} levels.", where)
            return
        for name, item in value.items():
            yield from _walk(item, where + step(name), depth + 1)
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            yield invalid(f"More than {LONGEST_LIST} items.", where)
        for place, item in enumerate(value):
            yield from _walk(item, where + step(place), depth)
