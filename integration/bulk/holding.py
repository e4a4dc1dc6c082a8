"""A worker's hold on a run: it shows that it is alive, saves, and gives way when it has to."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.utils.timezone import now

from integration.bulk import writing
from integration.bulk.pages import Page, StartedJob
from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.models import Connection, JobRun, Store
from integration.pipeline import runs

State = JobRun.State
BEAT_SECONDS = 1.0
A_WHILE = timedelta(seconds=30)
STOPPED = "It was stopped, and can go on."


def may_send(run: JobRun, sending: str) -> bool:
    """Return whether a store that sends like this lets the run go on. A try needs nothing of it."""
    return bool(run.parameters.get("dry_run")) or sending == Store.Sending.LIVE


class Halted(Exception):
    """It is not to go on: somebody has stopped it, or it has to wait."""


class Hold:
    """What a worker may do with the run that it has claimed. All of it raises Lost without one."""

    def __init__(self, run: JobRun, source: Connection, destination: Connection) -> None:
        self.run = run
        self.source = source
        self.destination = destination
        self._saved_at = self._beat_at = time.monotonic()

    @property
    def is_try(self) -> bool:
        """Whether nothing is to be sent."""
        return bool(self.run.parameters.get("dry_run"))

    def may_go_on(self) -> bool:
        """Show that somebody works. Return whether it is not to be stopped, and need not wait."""
        self._beat_at = time.monotonic()
        ours = JobRun.objects.ours(self.run.id, self.run.claims)
        if not ours.update(heartbeat=now()):
            raise writing.Lost
        state, sending = ours.values_list("state", "store__sending").get()
        return state != State.STOPPING and may_send(self.run, sending)

    def beat(self) -> None:
        """Be called often during long looks. Raises Halted where it is not to go on."""
        if time.monotonic() - self._beat_at >= BEAT_SECONDS and not self.may_go_on():
            raise Halted

    def save(self, pages: list[Page]) -> None:
        """Move the cursor over these pages, with what became of them."""
        before, self._saved_at = self._saved_at, time.monotonic()
        ends = writing.Ends(source=self.source, destination=self.destination, is_try=self.is_try)
        writing.save(self.run, pages, self._saved_at - before, ends)

    def keep(self, jobs: list[StartedJob]) -> None:
        """Keep the jobs of pages that are not settled."""
        writing.keep_jobs(self.run, jobs, self.destination)

    def say(self, words: str) -> None:
        """Tell people what is being done."""
        writing.say(self.run, stage=f"{words}.")

    def end(self, state: State, reason: str) -> None:
        """Write down how it ended."""
        if JobRun.objects.ours(self.run.id, self.run.claims).exists():
            writing.say(self.run, stage="")
            JobRun.objects.end(self.run.id, state, reason)

    def give_way(self) -> None:
        """End it if it is to be stopped. If it has to wait, the next turn says for what."""
        self.run.refresh_from_db()
        if self.run.state == State.STOPPING:
            self.end(State.STOPPED, STOPPED)

    def wait(self, failure: Failure, until: datetime | None = None) -> None:
        """Go on later."""
        if JobRun.objects.ours(self.run.id, self.run.claims).exists():
            runs.wait(self.run.id, failure, until)

    def stumble(self, failure: Failure, at: Connection) -> None:
        """Wait for what passes, or for a person; end where neither would help."""
        match failure:
            case Retry():
                self.wait(failure)
            case Misconfigured():
                at.pause(failure)
                self.wait(Reject(at.paused_reason), now() + A_WHILE)
            case _:
                self.end(State.FAILED, failure.reason)
