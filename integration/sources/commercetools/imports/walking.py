"""Walking through a collection by id, or through some of it by their ids.

https://docs.commercetools.com/api/general-concepts#iterating-over-all-elements
A page shows by its order whether the shop heeds `sort`. One that does not is walked by offset: that
loses nothing while it keeps its rows in one order, and past the 10,000th it refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from integration.core.bulk import Collection, Portion, Scope, Walk
from integration.core.exchange import Read, StoreFacts
from integration.core.plugins import Shop
from integration.sources.commercetools import lookups, paging
from integration.sources.commercetools.imports.entries import Row, entries, id_of, missing, row_of
from integration.sources.commercetools.imports.listing import Listing
from integration.sources.commercetools.imports.sizes import PageSize, Weighed


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """Rows, and where the next ones begin."""

    rows: list[Row]
    cursor: str
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class _Place:
    """After this id, if any; where the shop does not heed `sort`, this many rows after it.

    Written as "<id>" or "<id>+<rows>".
    """

    after: str = ""
    offset: int = 0

    def __str__(self) -> str:
        return self.after if self.after and not self.offset else f"{self.after}+{self.offset}"


class _Walker:
    """One walk through what is wanted, and what it remembers on the way."""

    def __init__(self, listing: Listing, read: Read, store: StoreFacts, scope: Scope) -> None:
        self._listing = listing
        self._store = store
        self._scope = scope
        self._ids = sorted(set(scope.ids))
        self._read = Weighed(read)
        self._size = PageSize(listing.begin_with)
        self._prepare = listing.preparing(self._read)

    def step(self, cursor: str) -> Portion:
        """Return what begins at the cursor."""
        as_of = datetime.now(UTC)
        self._read.bytes = 0
        stretch = self._among(cursor) if self._ids else self._after(cursor)
        usable = [row.document for row in stretch.rows if row.document and not row.failure]
        shop = Shop(store=self._store, read=self._read, at=as_of)
        understand = self._prepare(usable, shop)
        self._size.learn(len(stretch.rows), self._read.bytes)
        return Portion(
            as_of=as_of,
            count=len(stretch.rows),
            cursor=stretch.cursor,
            is_last=stretch.is_last,
            entries=partial(entries, stretch.rows, understand, self._listing.thing),
        )

    def _after(self, cursor: str) -> _Stretch:
        """Those after an id."""
        place = _place(cursor)
        query = [*self._listing.wanted(self._scope, place.after), *self._listing.query]
        query += [("sort", "id asc"), *([("offset", str(place.offset))] if place.offset else [])]
        page = self._size.ask(lambda limit: self._page(query, limit))
        following = replace(place, offset=place.offset + len(page.rows))
        if not place.offset and _are_in_order(page.rows, place.after):
            following = _Place(after=page.rows[-1]["id"])
        rows = [row_of(document, self._listing.schema) for document in page.rows]
        return _Stretch(rows=rows, cursor=str(following), is_last=page.is_last)

    def _among(self, cursor: str) -> _Stretch:
        """Those with the ids that are wanted, in their order. The cursor is how far that is."""
        rest = self._ids[int(cursor or 0) :][: lookups.CHUNK]

        def page_of(limit: int) -> paging.Page:
            where = ("where", lookups.one_of("id", rest[:limit]))
            return self._page([where, *self._listing.query], limit)

        page = self._size.ask(page_of)
        listing, found = self._listing, {id_of(document): document for document in page.rows}
        asked = rest[: page.limit]
        hidden = listing.hidden(self._read, [id_ for id_ in asked if id_ not in found])

        def row(id_: str) -> Row:
            if id_ in hidden:
                return Row(id=id_, document=None, records=(hidden[id_],))
            if id_ not in found:
                return missing(id_, listing.thing)
            return row_of(found[id_], listing.schema)

        rows = [row(id_) for id_ in asked]
        end = int(cursor or 0) + len(rows)
        return _Stretch(rows=rows, cursor=str(end), is_last=end >= len(self._ids))

    def _page(self, query: paging.Query, limit: int) -> paging.Page:
        return paging.once(self._read, self._listing.path, query, limit)


def collection(
    listing: Listing, *, title: str, known_by: str, first: tuple[str, ...] = ()
) -> Collection:
    """Return the collection that a listing is, with its words for people."""

    def walk(read: Read, store: StoreFacts, scope: Scope) -> Walk:
        return _Walker(listing, read, store, scope).step

    return Collection(title=title, known_by=known_by, count=listing.count, walk=walk, first=first)


def _place(cursor: str) -> _Place:
    after, _, offset = cursor.partition("+")
    return _Place(after=after, offset=int(offset or 0))


def _are_in_order(documents: list[Any], after: str) -> bool:
    ids = [after, *(id_of(document) for document in documents)]
    return len(ids) > 1 and ids == sorted(set(ids))
