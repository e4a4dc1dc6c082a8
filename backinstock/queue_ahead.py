"""Those who wait, looked at wave by wave and changed by nothing, as a rehearsal needs them."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from backinstock import lineup
from backinstock.config import Policy
from backinstock.models import Restock, SignUp, StockItem
from backinstock.models.signups import SignUpQuerySet
from backinstock.rules import Candidate, Choice, choose

READ = 2_000  # people at a time, and only as far as a wave needs
MOST_READ = 10_000  # so that there is an answer within two seconds, however many wait
LOOKED_AT = 1_000  # at a time: then what is left to offer is smaller, and fewer fit
ASKED = 100  # people: so many suppressions are one question


class Row(NamedTuple):
    """What is needed of a sign-up. A hundred thousand models would take too long."""

    id: int
    person: str
    email: str
    units: int
    keep: bool
    bought_at: datetime | None
    alerted_at: datetime | None


class QueueAhead:
    """The line for a variant, from its beginning. `read` and `asked` are of how many it is
    known what they want, and whether they are suppressed.
    """

    def __init__(
        self,
        item: StockItem,
        restock: Restock | None,
        rules: Policy,
        size: int | None,
        at: datetime,
    ) -> None:
        self.item, self.restock, self.rules, self.size, self.at = item, restock, rules, size, at
        self.asked = 0
        self._ahead: deque[Candidate] = deque()
        self._cursor: list[str | int] = []
        self._is_read = False
        self._gone = 0
        self.read = 0
        self._seen: set[str] = set()
        self._suppressed: frozenset[str] = frozenset()

    def next_wave(self) -> Choice:
        """Return whose turn it is in the next wave. Nobody told: it is nobody's any more."""
        found = Choice()
        kept: list[Candidate] = []
        while some := self._some():
            left = None if self.size is None else self.size - found.units
            choice = choose([one for one in some if left is None or one.units <= left], left)
            found.told += choice.told
            found.skipped += choice.skipped
            found.units += choice.units
            gone = {one.id for one in choice.told} | {one.id for one, _ in choice.skipped}
            self._gone += len(gone)
            kept += [one for one in some if one.id not in gone]
            if choice.is_full:
                break
        self._ahead.extendleft(reversed(kept))
        return found

    def wants_more(self) -> int:
        """Return how many want more than a wave offers."""
        return self._too_large().count()

    def first_who_want_more(self, most: int) -> list[SignUp]:
        """Return the first of them."""
        first = "-" if self.rules.newest_first else ""
        return list(self._too_large().order_by(f"{first}waiting_since", f"{first}id")[:most])

    def left(self) -> int:
        """Return whose turn would come later, of those who want no more than a wave offers."""
        return max(0, self._waiting().count() - self._too_large().count() - self._gone)

    def _some(self) -> list[Candidate]:
        """The next ones, read when they are needed. None: there is nobody else."""
        while not self._ahead and not self._is_read:
            self._ahead.extend(self._read())
        return [self._ahead.popleft() for _ in range(min(LOOKED_AT, len(self._ahead)))]

    def _read(self) -> list[Candidate]:
        places = lineup.next_in_line(self.item, self._cursor, self.rules, READ, units=self.size)
        self.read += len(places)
        self._is_read = len(places) < READ or self.read >= MOST_READ
        if places:
            since, id_ = places[-1]
            self._cursor = [since.isoformat(), id_]
        return self._candidates([id_ for _, id_ in places])

    def _candidates(self, ids: list[int]) -> list[Candidate]:
        known = lineup.known_to(self.restock, ids) if self.restock else set()
        found = SignUp.objects.filter(id__in=ids).values_list(*Row._fields)
        by_id = {row[0]: Row._make(row) for row in found}
        people = [by_id[id_] for id_ in ids if id_ in by_id and id_ not in known]
        if self.size is not None and not self._seen:  # where all hear at once, nobody is asked
            first = people[:ASKED]
            self.asked = len(first)
            self._suppressed = lineup.suppressed_of(self.item.store, first)
        reasons = lineup.against(self.item, people, self._suppressed, self.rules, self.at)
        seen = replace(reasons, just_told=reasons.just_told | self._seen)
        self._seen |= {one.person for one in people}
        return lineup.candidates(people, seen)

    def _waiting(self) -> SignUpQuerySet:
        waiting = SignUp.objects.for_item(self.item)
        return waiting.exclude(alerts__restock=self.restock) if self.restock else waiting

    def _too_large(self) -> SignUpQuerySet:
        if self.size is None:
            return SignUp.objects.none()
        return self._waiting().filter(units__gt=self.size)
