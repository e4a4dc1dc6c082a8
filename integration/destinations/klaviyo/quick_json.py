"""JSON: quick where that is possible, and the slow way for what the quick one will not have."""

from __future__ import annotations

import json
from typing import Any

import orjson

# "\u00e4" for two bytes of UTF-8, and ", " for ",": in the worst case JSON is so much longer.
LONGER = 6
WRITTEN = orjson.OPT_INDENT_2 | orjson.OPT_STRICT_INTEGER


def dumped(document: Any) -> bytes:
    """Return the document as JSON."""
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:  # half a character, or a number of more than 64 bits
        return json.dumps(document).encode()


def loaded(content: bytes) -> Any:
    """Return what `dumped` made this of."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content)


def size(document: Any) -> int:
    """Return its bytes as it is sent by itself: in ASCII, with spaces."""
    return len(json.dumps(document).encode())


def surely_within(most: int, document: Any) -> bool:
    """Return whether it takes up no more, however it is written: the quick answer.

    Where it is False nothing is known yet.
    """
    try:
        return len(orjson.dumps(document)) * LONGER <= most
    except orjson.JSONEncodeError:
        return False


def surely_small(document: Any, most_bytes: int, most_entries: int, most_levels: int) -> bool:
    """Return whether nothing in it is longer than so many bytes, has more entries, lies deeper, or
    is a number of more than 53 bits: the quick answer. Where it is False nothing is known yet.
    """
    try:
        written = orjson.dumps(document, option=WRITTEN)
    except orjson.JSONEncodeError:
        return False
    # Each entry has a line, and within a text there is no end of a line.
    too_deep = b"\n" + b"  " * (most_levels + 1)
    is_short = len(written) <= most_bytes and written.count(b"\n") <= most_entries
    return is_short and too_deep not in written
