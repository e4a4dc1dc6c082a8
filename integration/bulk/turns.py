"""What a worker does for an import at a stretch."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from django.utils.timezone import now

from integration import registry
from integration.bulk import meanwhile, removing, writing
from integration.bulk.holding import Halted, Hold
from integration.bulk.pages import Row
from integration.bulk.planning import Pass, planned
from integration.bulk.preflight import bulk_of, keys_of
from integration.bulk.progress import summary
from integration.bulk.understanding import Understanding
from integration.bulk.walking import Control, Course, Understands, Walked, Walker
from integration.bulk.wishes import Wishes
from integration.core.bulk import Pack, Scope, Walk
from integration.core.errors import Failure, Reject
from integration.models import JobRun, RemoteJob
from integration.pipeline.access import access
from integration.pipeline.packs import Sender

State = JobRun.State
TURN_SECONDS = 120.0
PATIENCE_SECONDS = 60.0  # with the limits, after a turn's time is over
SHARE = 0.97  # of the limits; the rest is for what happens meanwhile
A_LITTLE = timedelta(seconds=3)
MARGIN = timedelta(minutes=5)  # what happened so shortly before may be on its way in real time


class Turn:
    """The passes of an import, as far as the time allows."""

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._run = hold.run
        self._wishes = Wishes.of(hold.run.parameters)
        self._bulk = bulk_of(hold.destination)
        plugin = registry.sources()[hold.source.kind]
        self._collections = plugin.collections
        self._read = plugin.reader(access(hold.source))
        self._facts = hold.run.store.facts()
        self._until = time.monotonic() + TURN_SECONDS
        self._passes = planned(hold.run.kind, hold.source, self._bulk, self._wishes)

    def go(self) -> None:
        """Do the passes that are left."""
        try:
            is_over = self._delete_all() if self._wishes.delete_all else self._import()
            if is_over and self._jobs_are_done():
                self._hold.end(State.SUCCEEDED, summary(JobRun.objects.get(id=self._run.id)))
        except Halted:
            self._hold.give_way()

    def _import(self) -> bool:
        """Return whether all passes are over."""
        self._count()
        number, _, cursor = self._run.cursor.partition(":")
        place = int(number or 0)
        while place < len(self._passes):
            one = self._passes[place]
            if one.stage and not self._jobs_are_done():
                return False
            self._hold.say(one.words)
            if not self._walk_pass(one, place, cursor):
                return False
            place, cursor = place + 1, ""
            self._begin(place)
        if place == len(self._passes):
            if not self._remove_gone(place):
                return False
            self._begin(place + 1)
        return self._happened_meanwhile(len(self._passes) + 1)

    def _walk_pass(self, one: Pass, number: int, cursor: str) -> bool:
        """Return whether it is over."""
        left = None
        if self._wishes.limit is not None:
            left = max(0, self._wishes.limit - self._run.report.get("walked", 0))
        course = Course(stage=one.stage, cursor=cursor, prefix=f"{number}:", limit=left)
        live_from = self._run.created - MARGIN
        understanding = Understanding(
            self._run,
            self._hold.destination,
            live_from,
            row_prefix=one.row_prefix,
            is_first=one.is_first,
            counts=one.counts,
        )
        walk = self._walk(one.collection, self._wishes.scope())
        return self._walked(walk, understanding, self._packs(one.stage), course)

    def _walk(self, name: str, scope: Scope) -> Walk:
        return self._collections[name].walk(self._read, self._facts, scope)

    def _walked(
        self, walk: Walk, understanding: Understands, packs: Mapping[str, Pack], course: Course
    ) -> bool:
        """Walk. Return whether it is over; if not, the run waits, has ended, or just goes on."""
        hold = self._hold
        sender: Sender[Row] | None = None
        if not hold.is_try:
            send = self._bulk.send(access(hold.destination, SHARE))
            sender = Sender(send, packs, until=self._until + PATIENCE_SECONDS)
        control = Control(
            save=hold.save, keep=hold.keep, may_go_on=hold.may_go_on, until=self._until
        )
        walked: Walked = Walker(walk, understanding, sender, packs, control).go(course)
        hold.give_way()
        if walked.failure and self._run.is_active:
            hold.stumble(walked.failure, hold.source if walked.is_shops else hold.destination)
        return walked.is_over and self._run.is_active and not walked.failure

    def _packs(self, stage: int) -> dict[str, Pack]:
        return {name: pack for name, pack in self._bulk.packs.items() if pack.stage == stage}

    def _jobs_are_done(self) -> bool:
        """Whether the other side has done all that it took. Others ask it: `following`."""
        count = RemoteJob.objects.going().filter(run=self._run).count()
        if count:
            self._hold.wait(Reject(f"{self._at_work(count)}."), now() + A_LITTLE)
        return not count

    def _at_work(self, count: int) -> str:
        jobs = "1 job" if count == 1 else f"{count:,} jobs"
        return f"{self._hold.destination.label} is still at work on {jobs}"

    def _count(self) -> None:
        """Ask once how many there are, for the bar. It goes without where nobody says."""
        if self._run.total is not None or self._run.cursor:
            return
        scope, limit = self._wishes.scope(), self._wishes.limit
        counts: dict[str, int] = {}
        for name in {one.collection for one in self._passes}:
            try:
                count = self._collections[name].count(self._read, scope)
            except Failure:
                return  # the walk meets the same, and says it
            if count is None:
                return
            counts[name] = count if limit is None else min(count, limit)
        self._total(counts[self._run.kind])
        writing.say(self._run, walks=[counts[one.collection] for one in self._passes])

    def _total(self, total: int) -> None:
        JobRun.objects.filter(id=self._run.id).update(total=total)
        self._run.total = total

    def _begin(self, number: int) -> None:
        writing.say(self._run, f"{number}:", walked=0)

    def _remove_gone(self, number: int) -> bool:
        """Remove what the shop has no more, where that can be told. Return whether it is done."""
        wishes = self._wishes
        narrow = wishes.start_id or wishes.since or wishes.until or wishes.limit
        is_kept = not keys_of(self._hold.destination, self._run.kind)
        if is_kept or narrow or self._hold.is_try:
            return True
        self._hold.say("What the shop has no more")
        try:
            gone = removing.gone(self._run, self._hold.destination, self._shop, wishes.ids)
        except Failure as exc:
            self._hold.stumble(exc, self._hold.source)
            return False
        return self._remove(gone, number, counts=False)

    def _delete_all(self) -> bool:
        """Return whether all of it was deleted."""
        self._hold.say("Looking for what is there")
        try:
            known = removing.everything(self._run, self._hold.destination, self._shop)
        except Failure as exc:
            self._hold.stumble(exc, self._hold.source)
            return False
        try:
            there = removing.there(known, self._hold)
        except Failure as exc:
            self._hold.stumble(exc, self._hold.destination)
            return False
        self._total(self._run.sent + len(there))
        self._hold.say("Deleting")
        return self._remove(there, 0, counts=True)

    def _shop(self, scope: Scope) -> removing.Looked:
        """What the shop has of a scope now."""
        walk = self._walk(self._run.kind, scope)
        return removing.looked(walk, self._hold.destination, self._facts, self._hold.beat)

    def _remove(self, order_keys: list[str], number: int, *, counts: bool) -> bool:
        if not order_keys:
            return True
        removal = removing.Removal(self._hold.destination, counts=counts)
        course = Course(stage=0, cursor="", prefix=f"{number}:", limit=None)
        return self._walked(removing.walk_over(order_keys), removal, self._bulk.packs, course)

    def _happened_meanwhile(self, number: int) -> bool:
        """Send as history what was left to real time and did not come that way."""
        ids = meanwhile.left(self._run)
        if not ids or self._hold.is_try:
            return True
        wait_until = meanwhile.wait_until(self._run, self._hold.source)
        if wait_until > now():
            self._hold.wait(Reject(meanwhile.WORDS), wait_until)
            return False
        self._hold.say("What happened meanwhile")
        walk = self._walk(self._run.kind, Scope(ids=tuple(ids)))
        rest = meanwhile.Rest(self._run, self._hold.destination)
        course = Course(stage=0, cursor="", prefix=f"{number}:", limit=None)
        if not self._walked(walk, rest, self._packs(0), course):
            return False
        meanwhile.done(self._run)
        return True
