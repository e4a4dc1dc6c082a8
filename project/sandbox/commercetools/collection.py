"""All documents of one kind, found by their ids and walked through in the order of these."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.written import Kept, Written, document

_CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which ids: from the first one to before the end, and of those only `wanted` if it is given.

    Nothing sorts between an id and the same id with a "\\0", so that makes > of a >=.
    """

    first: str = ""
    end: str | None = None
    wanted: frozenset[str] | None = None

    def has(self, id_: str) -> bool:
        """Return whether an id is among them."""
        return self.first <= id_ and (self.end is None or id_ < self.end)


EVERYTHING = Reach()


class Collection:
    """The documents of one kind. Most are alive, and some are only written down.

    Of those in writing there may be very many, and nothing happens to them by itself. As soon as
    something is made to happen to one, it is alive. With a `maxlen` the oldest ones give way.
    """

    def __init__(self, lock: threading.RLock, maxlen: int | None = None) -> None:
        self.maxlen = maxlen
        self._lock = lock
        self._alive: dict[str, Json] = {}
        self._written: dict[str, Written] = {}
        self._ids: list[str] = []  # all of them, sorted

    def __len__(self) -> int:
        return len(self._ids)

    def get(self, id_: str) -> Kept | None:
        """Return one document as it is kept, None if it is not there."""
        with self._lock:
            alive = self._alive.get(id_)
            return self._written.get(id_) if alive is None else alive

    def alive(self) -> list[Json]:
        """Return the documents that are alive, the oldest first."""
        with self._lock:
            return list(self._alive.values())

    def everything(self) -> list[Kept]:
        """Return all documents, those alive before those in writing."""
        with self._lock:
            return [*self._alive.values(), *self._written.values()]

    def put(self, document: Json) -> None:
        """Keep a new document, or a new version of one."""
        id_ = document["id"]
        with self._lock:
            if id_ not in self._alive and self._written.pop(id_, None) is None:
                insort(self._ids, id_)
            self._alive[id_] = document
            if self.maxlen is not None and len(self) > self.maxlen:
                self.remove(next(iter(self._alive)))

    def put_many(self, documents: Iterable[Json]) -> None:
        """Keep many new documents."""
        with self._lock:
            self._alive |= {document["id"]: document for document in documents}
            self._sort()

    def write(self, documents: Mapping[str, Written]) -> None:
        """Keep many new documents in writing, by their ids."""
        with self._lock:
            self._written |= documents
            self._sort()

    def remove(self, id_: str) -> None:
        """Let go of a document. Raises KeyError if it is not there."""
        with self._lock:
            if self._alive.pop(id_, None) is None:
                del self._written[id_]
            del self._ids[bisect_left(self._ids, id_)]

    def remove_many(self, ids: Iterable[str]) -> int:
        """Let go of those of these documents that are there. Returns how many they were."""
        with self._lock:
            before = len(self)
            for id_ in ids:
                if self._alive.pop(id_, None) is None:
                    self._written.pop(id_, None)
            self._sort()
            return before - len(self)

    def walk(self, reach: Reach = EVERYTHING) -> Iterator[Kept]:
        """Yield the documents within reach in the order of their ids."""
        if reach.wanted is not None:
            found = (self.get(id_) for id_ in sorted(filter(reach.has, reach.wanted)))
            yield from (kept for kept in found if kept is not None)
            return
        ids = self._next_ids(reach.first, reach.end)
        while ids:
            yield from (kept for kept in map(self.get, ids) if kept is not None)
            ids = self._next_ids(ids[-1] + "\0", reach.end)

    def _next_ids(self, first: str, end: str | None) -> list[str]:
        with self._lock:
            start = bisect_left(self._ids, first)
            stop = len(self._ids) if end is None else bisect_left(self._ids, end)
            return self._ids[start : min(stop, start + _CHUNK)]

    def _sort(self) -> None:
        self._ids = sorted([*self._alive, *self._written])


def documents(kept: Iterable[Kept]) -> list[Json]:
    """Return documents as such, however they are kept."""
    return [document(each) for each in kept]
