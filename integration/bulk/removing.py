"""Removing objects from the other side: those that the shop has no more, or all of a store's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from django.utils.timezone import now

from integration import registry
from integration.bulk.holding import Hold
from integration.bulk.pages import Page, Row
from integration.bulk.preflight import bulk_of, keys_of
from integration.core.bulk import Entry, Portion, Scope, Walk
from integration.core.errors import Reject
from integration.core.exchange import Request, StoreFacts
from integration.core.plugins import Destination
from integration.core.records import Record
from integration.models import Connection, JobRun, ResourceVersion
from integration.models.versions import Standing
from integration.pipeline.access import access
from integration.pipeline.backoff import INTERRUPTIONS
from integration.pipeline.outbox import mapped

logger = logging.getLogger(__name__)

CHUNK = 100  # keys in a page
ASKED = 1000  # keys at a time of which the other side is asked
NOT_FOUND = "not_found"  # the code of a Reject: the shop does not have it
FEW, MOST_GONE = 20, 0.5  # objects that may be gone in any case, and the share of all above that


@dataclass
class Looked:
    """What a shop has: by its id the keys of what a thing is now, None where that is not sure.

    `keys` are those of all.
    """

    of: dict[str, frozenset[str] | None] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def note(self, id_: str, made: list[Request]) -> None:
        """Write down the requests that a thing becomes."""
        self.keys |= {request.order_key for request in made} - {""}
        if any(request.completes for request in made):
            self.of[id_] = frozenset(one.order_key for one in made if not one.deletes)

    def is_without(self, key: str, id_: str) -> bool:
        """Return whether the thing is gone, or is not made of this any more."""
        if id_ not in self.of:
            return True
        now = self.of[id_]
        return now is not None and key not in now


Shop = Callable[[Scope], Looked]  # what it has of a scope


class Removal:
    """Makes deletions of pages of order keys.

    They may come anew from the same shop: they are forgotten. `counts` where each is one of what
    the run is about.
    """

    def __init__(self, destination: Connection, *, counts: bool) -> None:
        self._connection = destination
        self._destination = registry.destinations()[destination.kind]
        self._packs = bulk_of(destination).packs
        self._counts = counts

    def rows(self, portion: Portion, stage: int, page: Page, most: int | None) -> list[Row]:
        """Return a deletion for each of these keys."""
        keys = [entry.id for entry in islice(portion.entries(), most)]
        known = ResourceVersion.objects.standings(self._connection, keys)
        page.walked += len(keys)
        page.read += len(keys) * self._counts
        made = [self._row(key, known[key], page) for key in keys]
        return [row for row in made if row]

    def _row(self, key: str, known: Standing | None, page: Page) -> Row | None:
        version = known.version if known else 0
        request = self._destination.removal(key, version)
        if request is None:
            page.skipped["There is no way to delete this."] += 1
            return None
        return Row(
            entry=key.partition(":")[2],
            request=replace(request, owner="", completes=""),
            content=self._packs[request.operation].piece(request),
            apart=key,
            page=page,
            as_of=now(),
            forget=True,
        )


def walk_over(keys: Sequence[str]) -> Walk:
    """Return a walk over order keys."""

    def walk(cursor: str) -> Portion:
        start = int(cursor or 0)
        chunk = keys[start : start + CHUNK]

        def entries() -> Iterator[Entry]:
            return (Entry(id=key, meaning=[]) for key in chunk)

        end = start + len(chunk)
        return Portion(
            as_of=now(),
            count=len(chunk),
            cursor=str(end),
            is_last=end >= len(keys),
            entries=entries,
        )

    return walk


def everything(run: JobRun, destination: Connection, shop: Shop) -> list[str]:
    """Return the keys of all objects of a kind that carry this store's ids.

    That is what was sent, and what the shop would send now: other shops' are left alone.
    """
    prefixes = keys_of(destination, run.kind)
    known = ResourceVersion.objects.there(destination, prefixes).values_list("key", flat=True)
    return _ordered({*known, *shop(Scope()).keys}, prefixes)


def there(keys: Sequence[str], hold: Hold) -> list[str]:
    """Return which of these are on the other side, in their order. Raises the three failures."""
    bulk, reach = bulk_of(hold.destination), access(hold.destination)
    found: set[str] = set()
    for start in range(0, len(keys), ASKED):
        hold.beat()
        found |= bulk.there(reach, keys[start : start + ASKED])
    return [key for key in keys if key in found]


def gone(run: JobRun, destination: Connection, shop: Shop, ids: Iterable[str]) -> list[str]:
    """Return the keys of objects that were sent once, and that the shop has no more.

    Those that this run did not meet are looked up once more: not meeting one is no proof. `ids`
    narrow it to what belongs to these things. Raises Reject where so much is gone that the shop
    itself is in doubt.
    """
    prefixes = keys_of(destination, run.kind)
    known = ResourceVersion.objects.there(destination, prefixes)
    rows = known.filter(as_of__lt=run.created).values_list("key", "owner")
    candidates = {key: (owner or key).partition(":")[2] for key, owner in rows}
    wanted = set(ids)
    if wanted:
        candidates = {key: id_ for key, id_ in candidates.items() if id_ in wanted}
    if not candidates:
        return []
    has = shop(Scope(ids=tuple(sorted(set(candidates.values())))))
    missing = [key for key, id_ in candidates.items() if has.is_without(key, id_)]
    count = known.count()
    if len(missing) > max(FEW, count * MOST_GONE):
        raise Reject(
            f"The shop has {len(missing):,} of {count:,} objects no more. Nothing was deleted, as "
            "that may be the shop's mistake. If it is right, delete all of them, and import again.",
            code="too_many_gone",
        )
    return _ordered(missing, prefixes)


def looked(
    walk: Walk, destination: Connection, facts: StoreFacts, beat: Callable[[], None]
) -> Looked:
    """Return what a walk meets. Raises the three failures."""
    target = registry.destinations()[destination.kind]
    has = Looked()
    cursor, is_last = "", False
    while not is_last:
        beat()
        portion = walk(cursor)
        for entry in portion.entries():
            if isinstance(entry.meaning, Reject) and entry.meaning.code == NOT_FOUND:
                continue
            has.of[entry.id] = None
            if isinstance(entry.meaning, list):
                has.note(entry.id, _made(entry.meaning, target, facts))
        cursor, is_last = portion.cursor, portion.is_last
    return has


def _made(records: list[Record], target: Destination, facts: StoreFacts) -> list[Request]:
    try:
        return mapped(records, target, facts)[0]
    except INTERRUPTIONS:
        raise
    except Exception:  # a bug must not stop the others: what it is made of stays unknown
        logger.exception("an entry could not be mapped while looking what there is")
        return []


def _ordered(known: Iterable[str], prefixes: Sequence[str]) -> list[str]:
    """Those that begin with one of these, in their order: what belongs to others goes first."""
    listed = sorted(known)
    return [key for prefix in prefixes for key in listed if key.startswith(prefix)]
