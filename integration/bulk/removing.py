"""Removing objects from the other side: those that the shop has no more, or all of a store's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from django.utils.timezone import now

from integration import registry
from integration.bulk.pages import Page, Row
from integration.bulk.preflight import KEYS, bulk_of
from integration.core.bulk import Entry, Portion, Scope, Walk
from integration.core.exchange import StoreFacts
from integration.models import Connection, JobRun, ResourceVersion
from integration.models.versions import Standing
from integration.pipeline.access import access
from integration.pipeline.outbox import mapped

CHUNK = 100  # keys in a page

KeysOf = Callable[[Scope], set[str]]  # the order keys of what a shop has in a scope


class Removal:
    """Makes deletions of pages of order keys.

    `forgets` where the objects may come anew from the same shop.
    """

    def __init__(self, destination: Connection, *, forgets: bool) -> None:
        self._connection = destination
        self._destination = registry.destinations()[destination.kind]
        self._packs = bulk_of(destination).packs
        self._forgets = forgets

    def rows(self, portion: Portion, stage: int, page: Page, most: int | None) -> list[Row]:
        """Return a deletion for each of these keys."""
        keys = [entry.id for entry in islice(portion.entries(), most)]
        known = ResourceVersion.objects.standings(self._connection, keys)
        page.read += len(keys) * self._forgets  # what is gone was not counted before
        made = [self._row(key, known[key], page) for key in keys]
        return [row for row in made if row]

    def _row(self, key: str, known: Standing | None, page: Page) -> Row | None:
        version = known.version if known else 0
        request = self._destination.removal(key, version)
        if request is None:
            page.skipped["There is no way to delete this."] += 1
            return None
        owner, at = known.owner if known else "", now()
        gone = Standing(version=version, deleted=True, as_of=at, owner=owner)
        return Row(
            entry=key.partition(":")[2],
            request=replace(request, owner="", completes=""),
            content=self._packs[request.operation].piece(request),
            apart=key,
            page=page,
            as_of=at,
            forget=self._forgets,
            standing=None if self._forgets else gone,
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


def everything(run: JobRun, destination: Connection, keys_of_shop: KeysOf) -> list[str]:
    """Return the keys of all objects of a kind that carry this store's ids, and are there.

    That is what was sent, and what the shop would send now: other shops' are left alone.
    """
    prefixes = KEYS[run.kind]
    known = ResourceVersion.objects.there(destination, prefixes).values_list("key", flat=True)
    keys = {*known, *keys_of_shop(Scope())}
    listed = sorted(key for key in keys if key.startswith(prefixes))
    there = bulk_of(destination).there(access(destination), listed)
    ranks = {prefix: rank for rank, prefix in enumerate(prefixes)}
    return sorted(there, key=lambda key: (ranks[key.partition(":")[0] + ":"], key))


def gone(
    run: JobRun, destination: Connection, keys_of_shop: KeysOf, ids: Iterable[str]
) -> list[str]:
    """Return the keys of objects that were sent once, and that the shop has no more.

    Those that this run did not meet are looked up once more: not meeting one is no proof. `ids`
    narrow it to what belongs to these things.
    """
    candidates = _not_met(run, destination, run.created)
    wanted = set(ids)
    if wanted:
        candidates = {key: id_ for key, id_ in candidates.items() if id_ in wanted}
    if not candidates:
        return []
    asked = Scope(ids=tuple(sorted(set(candidates.values()))))
    present = keys_of_shop(asked)
    prefixes = KEYS[run.kind]
    ranks = {prefix: rank for rank, prefix in enumerate(prefixes)}
    missing = [key for key in candidates if key not in present]
    return sorted(missing, key=lambda key: (ranks[key.partition(":")[0] + ":"], key))


def _not_met(run: JobRun, destination: Connection, began: datetime) -> dict[str, str]:
    """The keys that this run did not meet, with the shop's id of what they were made of."""
    known = ResourceVersion.objects.there(destination, KEYS[run.kind]).filter(as_of__lt=began)
    return {
        key: (owner or key).partition(":")[2] for key, owner in known.values_list("key", "owner")
    }


def keys_of(walk: Walk, destination: Connection, facts: StoreFacts) -> set[str]:
    """Return the keys of all objects that a walk meets. Raises the three failures."""
    target = registry.destinations()[destination.kind]
    keys: set[str] = set()
    cursor, is_last = "", False
    while not is_last:
        portion = walk(cursor)
        meanings = [entry.meaning for entry in portion.entries()]
        records = [record for found in meanings if isinstance(found, list) for record in found]
        made, _ = mapped(records, target, facts)
        keys |= {request.order_key for request in made}
        cursor, is_last = portion.cursor, portion.is_last
    return keys - {""}
