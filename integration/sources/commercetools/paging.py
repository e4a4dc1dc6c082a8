"""A page of a collection: as many rows as the shop can manage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from integration.core.errors import Reject, Retry
from integration.core.exchange import Read

MOST, LEAST = 500, 10  # rows a page: what commercetools gives at most, and where halving ends
TOO_MUCH = ("QueryTimedOut", "ContentTooLarge")

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows of a collection, and of how many a full page would have been."""

    rows: list[Any]
    limit: int

    @property
    def is_last(self) -> bool:
        """Whether there are no more."""
        return len(self.rows) < self.limit


def ask(read: Read, path: str, query: Query, limit: int) -> Page:
    """Return a page with at most `limit` rows: half of them, or fewer, where it was too much.

    Raises what `read` raises, and Retry for an answer that is no page.
    """
    return halving(limit, lambda fewer: once(read, path, query, fewer))


def halving(limit: int, page: Callable[[int], Page]) -> Page:
    """Return the page with as many rows as the shop can manage: `limit`, or half of them …"""
    while True:
        try:
            return page(limit)
        except (Retry, Reject) as exc:
            if limit <= LEAST or not _is_too_much(exc):
                raise
            limit = max(limit // 2, LEAST)


def once(read: Read, path: str, query: Query, limit: int) -> Page:
    """Return a page with at most `limit` rows. Raises as `ask` does, and for what is too much."""
    asked = [*query, ("limit", str(limit)), ("withTotal", "false")]
    answer = read(f"/{path}?{urlencode(asked)}")
    rows, given = answer.get("results"), answer.get("limit")
    if not isinstance(rows, list):
        raise Retry(f"commercetools answered without results for /{path}.", code="not_a_page")
    return Page(rows=rows, limit=min(limit, given) if isinstance(given, int) and given else limit)


def stamp(moment: datetime) -> str:
    """Return a moment as commercetools writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_too_much(failure: Retry | Reject) -> bool:
    return failure.code == "timeout" or any(word in failure.answer for word in TOO_MUCH)
