"""A collection of the shop: where it is, what of it is wanted, and how its documents are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from integration.core.bulk import Scope
from integration.core.exchange import Read
from integration.core.plugins import Shop
from integration.core.records import Record
from integration.core.rules import Json, Schema
from integration.sources.commercetools.imports.entries import Understand
from integration.sources.commercetools.lookups import quoted
from integration.sources.commercetools.paging import Query, stamp

MOST_COUNTED = 10_000  # where there is a predicate, commercetools counts no further

Prepare = Callable[[Sequence[Json], Shop], Understand]
Hidden = Callable[[Read, Sequence[str]], Mapping[str, Record]]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A collection of the shop.

    `thing` is what one is called, `time` the field that `since` and `until` go by, `begin_with` how
    many the first page has. `preparing` begins a walk. What it returns is called with the documents
    of each page that have passed `schema`: it looks up what they refer to, and returns what
    understands one of them. That asks nobody, and may raise Reject. `hidden` is what becomes of
    those ids that the shop has, but not in this list.
    """

    path: str
    thing: str
    time: str
    schema: Schema
    preparing: Callable[[Read], Prepare]
    hidden: Hidden = lambda read, ids: {}
    query: tuple[tuple[str, str], ...] = ()
    begin_with: int = 200

    def wanted(self, scope: Scope, after: str = "") -> Query:
        """Return the predicates for what is wanted, after an id if there is one."""
        bounds = [(">=", scope.since), ("<", scope.until)]
        where = [f"{self.time} {sign} {quoted(stamp(at))}" for sign, at in bounds if at]
        if after:
            where.append(f"id > {quoted(after)}")
        elif scope.start_id:
            where.append(f"id >= {quoted(scope.start_id)}")
        return [("where", predicate) for predicate in where]

    def count(self, read: Read, scope: Scope) -> int | None:
        """Return how many are wanted, None if the shop does not say."""
        if scope.ids:
            return len(set(scope.ids))
        where = self.wanted(scope)
        asked = [*where, *self.query, ("limit", "1"), ("withTotal", "true")]
        total = read(f"/{self.path}?{urlencode(asked)}").get("total")
        if not isinstance(total, int) or (where and total >= MOST_COUNTED):
            return None
        return total
