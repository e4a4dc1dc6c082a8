"""JSON lists of any length, an entry at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TextIO

from integration.core.errors import Reject

LISTS = ("items", "products")  # where the list is, in a document that is none itself
PIECE = 64 * 1024  # characters
LONGEST = 2_000_000  # characters of one value: no product is that long
BLANK = " \t\r\n"

_decoder = json.JSONDecoder(parse_float=Decimal)


def items_of(text: TextIO) -> Iterator[Any]:
    """Return the entries of the list in a document: it is the list, or has it by one of two names.

    Raises Reject for what is no such JSON.
    """
    source = _Source(text)
    opened = source.take()
    if opened == "{":
        _go_to_list(source)
    elif opened != "[":
        raise Reject("This is not JSON: it begins neither with [ nor with {.", code="not_json")
    if source.peek() == "]":
        return
    while True:
        yield source.value()
        if source.take_one_of(",]") == "]":
            return


def _go_to_list(source: _Source) -> None:
    while source.peek() != "}":
        name = source.value()
        source.take_one_of(":")
        if name in LISTS and source.peek() == "[":
            source.take()
            return
        source.value()
        if source.take_one_of(",}") == "}":
            break
    raise Reject(
        "There is no list in this JSON: write a list, or {“items”: [ … ]}.", code="no_list"
    )


class _Source:
    """A text of which no more than needed is in memory."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._held = ""
        self._place = 0
        self._is_over = False

    def peek(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            while self._place < len(self._held) and self._held[self._place] in BLANK:
                self._place += 1
            if self._place < len(self._held):
                return self._held[self._place]
            if not self._more():
                return ""

    def take(self) -> str:
        """Return it, and go on behind it."""
        found = self.peek()
        self._place += 1
        return found

    def take_one_of(self, expected: str) -> str:
        """Return it. Raises Reject if it is none of these."""
        found = self.take()
        if not found or found not in expected:
            wanted = " or ".join(expected)
            raise Reject(f"This JSON breaks off or is wrong: {wanted} is missing.", code="not_json")
        return found

    def value(self) -> Any:
        """Return the next value, whatever it is."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._held, self._place)
            except (ValueError, RecursionError) as exc:
                is_partial = isinstance(exc, ValueError) and self._rest() <= LONGEST
                if is_partial and self._more():
                    continue
                raise Reject("This JSON breaks off or is wrong.", code="not_json") from exc
            # A number at the end of what is held may go on.
            if end == len(self._held) and self._more():
                continue
            self._place = end
            return value

    def _rest(self) -> int:
        return len(self._held) - self._place

    def _more(self) -> bool:
        if self._is_over:
            return False
        piece = self._text.read(PIECE)
        self._is_over = not piece
        self._held = self._held[self._place :] + piece
        self._place = 0
        return bool(piece)
