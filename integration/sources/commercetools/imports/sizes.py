"""How many rows a page may have, so that memory stays flat and the shop in time."""

from __future__ import annotations

from collections.abc import Callable

from integration.core.exchange import Read
from integration.core.rules import Json
from integration.sources.commercetools import paging

LARGEST = 3_000_000  # bytes of JSON for a page, with all that was looked up for it
SAMPLE = 10  # rows whose size is looked at
GROWTH = 25  # rows that a page may have more than the one before,
GROWTH_AFTER_TROUBLE = 2  # once it was too much for the shop: it takes its time to say so


class Weighed:
    """`read`, and about how many bytes were read with it."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.bytes = 0

    def __call__(self, path: str) -> Json:
        """Return the document at a path."""
        answer = self._read(path)
        rows = answer.get("results")
        if isinstance(rows, list) and rows:
            sample = rows[:: len(rows) // SAMPLE + 1]
            self.bytes += sum(len(repr(row)) for row in sample) * len(rows) // len(sample)
        return answer


class PageSize:
    """How many rows to ask for next."""

    def __init__(self, begin_with: int) -> None:
        self._limit = begin_with
        self._growth = GROWTH

    def ask(self, page: Callable[[int], paging.Page]) -> paging.Page:
        """Return the page with so many rows, or half of them as long as it is too much."""
        answer = paging.halving(self._limit, page)
        if answer.limit < self._limit:
            self._limit, self._growth = answer.limit, GROWTH_AFTER_TROUBLE
        return answer

    def learn(self, rows: int, size: int) -> None:
        """Take note of how many bytes so many rows were."""
        fitting = LARGEST * rows // size if size else paging.MOST
        wanted = min(self._limit + self._growth, fitting, paging.MOST)
        self._limit = max(wanted, paging.LEAST)
