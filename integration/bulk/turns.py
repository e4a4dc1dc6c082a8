"""What a worker does for an import at a stretch."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils.timezone import now

from integration import registry
from integration.bulk import following, removing, writing
from integration.bulk.pages import Page, Row
from integration.bulk.planning import Pass, planned
from integration.bulk.preflight import KEYS, bulk_of
from integration.bulk.understanding import Understanding
from integration.bulk.walking import Control, Course, Walked, Walker
from integration.bulk.wishes import Wishes
from integration.core.bulk import Pack, Scope, Walk
from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.rules import Json
from integration.models import Connection, JobRun, RemoteJob, Store
from integration.pipeline import runs
from integration.pipeline.access import access
from integration.pipeline.packs import Sender

State = JobRun.State
TURN_SECONDS = 120.0
JOBS_SECONDS = 20.0  # of waiting for the other side's jobs at a stretch
SHARE = 0.97  # of the limits; the rest is for what happens meanwhile
A_LITTLE, A_WHILE = timedelta(seconds=3), timedelta(seconds=30)


class Turn:
    """What a worker does for a run at a stretch."""

    def __init__(self, run: JobRun, source: Connection, destination: Connection) -> None:
        self._run = run
        self._source = source
        self._destination = destination
        self._blamed = destination  # for what nothing works without: a key, a scope
        self._wishes = Wishes.of(run.parameters)
        self._bulk = bulk_of(destination)
        self._plugin = registry.sources()[source.kind]
        self._reader = self._plugin.reader(access(source))
        self._facts = run.store.facts()
        self._until = time.monotonic() + TURN_SECONDS
        self._saved_at = time.monotonic()
        self._passes = planned(run.kind, source, self._bulk, self._wishes)

    def go(self) -> None:
        """Do the passes that are left, as far as the time allows."""
        try:
            is_over = self._delete_all() if self._wishes.delete_all else self._import()
        except Failure as exc:
            self._stumble(exc)
            return
        if is_over and self._jobs_are_done():
            JobRun.objects.end(self._run.id, State.SUCCEEDED, self._summary())

    def _import(self) -> bool:
        """Return whether all passes are over."""
        self._count()
        number, cursor = self._place()
        while number < len(self._passes):
            one = self._passes[number]
            if one.stage and not self._jobs_are_done():
                return False
            self._say(one.words)
            if not self._ended_well(self._walk_pass(one, number, cursor)):
                return False
            number, cursor = number + 1, ""
            self._begin_pass(number)
        return number > len(self._passes) or self._remove_gone(number)

    def _place(self) -> tuple[int, str]:
        number, _, cursor = self._run.cursor.partition(":")
        return int(number or 0), cursor

    def _walk_pass(self, one: Pass, number: int, cursor: str) -> Walked:
        wishes = self._wishes
        walk = self._walk(one.collection, wishes.scope())
        left = None
        if wishes.limit is not None:
            left = max(0, wishes.limit - self._run.report.get("walked", 0))
        course = Course(stage=one.stage, cursor=cursor, prefix=f"{number}:", limit=left)
        understanding = Understanding(self._run, self._destination)
        return self._walker(walk, understanding, self._packs(one.stage)).go(course)

    def _walker(
        self, walk: Walk, understanding: Understanding | removing.Removal, packs: dict[str, Pack]
    ) -> Walker:
        sender: Sender[Row] | None = None
        if not self._is_try:
            sender = Sender(self._bulk.send(access(self._destination, SHARE)), packs)
        control = Control(save=self._save, may_go_on=self._may_go_on, until=self._until)
        return Walker(walk, understanding, sender, packs, control)

    def _walk(self, name: str, scope: Scope) -> Walk:
        return self._plugin.collections[name].walk(self._read, self._facts, scope)

    def _read(self, path: str) -> Json:
        try:
            return self._reader(path)
        except Misconfigured:
            self._blamed = self._source
            raise

    def _packs(self, stage: int) -> dict[str, Pack]:
        return {name: pack for name, pack in self._bulk.packs.items() if pack.stage == stage}

    @property
    def _is_try(self) -> bool:
        return self._wishes.dry_run or self._run.store.sending == Store.Sending.DRY_RUN

    def _ended_well(self, walked: Walked) -> bool:
        """Whether a walk is over. If not, says why, or leaves the rest to the next turn."""
        self._run.refresh_from_db()
        if self._run.state == State.STOPPING:
            JobRun.objects.end(self._run.id, State.STOPPED, "It was stopped, and can go on.")
            return False
        if walked.failure:
            self._stumble(walked.failure)
            return False
        return walked.is_over

    def _stumble(self, failure: Failure) -> None:
        """Wait for what passes, or for a person; end where neither would help."""
        match failure:
            case Retry():
                runs.wait(self._run.id, failure)
            case Misconfigured():
                self._blamed.pause(failure)
                runs.wait(self._run.id, Reject(self._blamed.paused_reason), now() + A_WHILE)
            case _:
                JobRun.objects.end(self._run.id, State.FAILED, failure.reason)

    def _save(self, pages: list[Page]) -> None:
        before, self._saved_at = self._saved_at, time.monotonic()
        seconds = self._saved_at - before
        writing.save(self._run, pages, self._source, self._destination, seconds)

    def _may_go_on(self) -> bool:
        """Show that somebody works, and see whether it is to be stopped."""
        ours = JobRun.objects.active().filter(id=self._run.id, claims=self._run.claims)
        if not ours.update(heartbeat=now()):
            raise writing.Lost
        return not ours.filter(state=State.STOPPING).exists()

    def _jobs_are_done(self) -> bool:
        """Whether the other side has done all that it took. Asks for a while, then leaves it."""
        until = time.monotonic() + JOBS_SECONDS
        going = RemoteJob.objects.going().filter(run=self._run)
        while (count := going.count()) and time.monotonic() < until:
            self._say(self._at_work(count))
            if not self._may_go_on():
                JobRun.objects.end(self._run.id, State.STOPPED, "It was stopped, and can go on.")
                return False
            if not following.look(self._destination.id):
                time.sleep(following.NAP_SECONDS)
        if count:
            waiting = Reject(f"{self._at_work(count)}.")
            runs.wait(self._run.id, waiting, now() + A_LITTLE)
        return not count

    def _at_work(self, count: int) -> str:
        jobs = "1 job" if count == 1 else f"{count:,} jobs"
        return f"{self._destination.label} is still at work on {jobs}"

    def _count(self) -> None:
        """Ask once how many there are, for the bar."""
        if self._run.total is not None or self._run.cursor:
            return
        scope = self._wishes.scope()
        counts = [
            self._plugin.collections[one.collection].count(self._read, scope)
            for one in self._passes
        ]
        known = [count for count in counts if count is not None]
        if len(known) == len(counts):
            limit = self._wishes.limit
            total = sum(known if limit is None else [min(count, limit) for count in known])
            JobRun.objects.filter(id=self._run.id).update(total=total)
            self._run.total = total

    def _say(self, words: str) -> None:
        writing.say(self._run, stage=f"{words}.")

    def _begin_pass(self, number: int) -> None:
        writing.say(self._run, f"{number}:", walked=0)

    def _remove_gone(self, number: int) -> bool:
        """Remove what the shop has no more, where that can be told. Return whether it is done."""
        wishes = self._wishes
        narrow = wishes.start_id or wishes.since or wishes.until or wishes.limit
        if self._run.kind in KEYS and not narrow and not self._is_try:
            self._say("What the shop has no more")
            keys = removing.gone(self._run, self._destination, self._keys_of, wishes.ids)
            if not self._remove(keys, number, forgets=False):
                return False
        self._begin_pass(number + 1)
        return True

    def _delete_all(self) -> bool:
        """Return whether all of it was deleted."""
        self._say("Looking for what is there")
        keys = removing.everything(self._run, self._destination, self._keys_of)
        self._run.total = self._run.sent + len(keys)
        JobRun.objects.filter(id=self._run.id).update(total=self._run.total)
        self._say("Deleting")
        return self._remove(keys, 0, forgets=True)

    def _keys_of(self, scope: Scope) -> set[str]:
        """The order keys of all that the shop would send of a scope."""
        walk = self._walk(self._run.kind, scope)
        return removing.keys_of(walk, self._destination, self._facts)

    def _remove(self, keys: list[str], number: int, *, forgets: bool) -> bool:
        if not keys:
            return True
        packs = {
            name: pack for name, pack in self._bulk.packs.items() if name.startswith("delete_")
        }
        removal = removing.Removal(self._destination, forgets=forgets)
        course = Course(stage=0, cursor="", prefix=f"{number}:", limit=None)
        return self._ended_well(self._walker(removing.walk_over(keys), removal, packs).go(course))

    def _summary(self) -> str:
        run = JobRun.objects.get(id=self._run.id)
        would = "would be sent" if self._is_try else "sent"
        said = f"{run.read:,} read, {run.sent:,} {would}"
        more = [("failed", run.failed), ("skipped", run.skipped)]
        return ", ".join([said, *(f"{count:,} {what}" for what, count in more if count)]) + "."
