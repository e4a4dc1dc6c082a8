"""The life of a run: who works on it, when it waits, how it ends.

A heartbeat says that a worker is at it; none, that anybody may take it up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from integration.core.errors import Retry
from integration.models import JobRun
from integration.pipeline.backoff import next_try

KIND = "catch_up"
ABANDONED = timedelta(minutes=2)  # no page takes that long: its worker died
State = JobRun.State
ACTIVE = (State.QUEUED, State.RUNNING, State.STOPPING)


def waiting() -> list[int]:
    """Return the active runs that nobody works on, and that need not wait any longer."""
    return [run.id for run in _free() if not _must_wait(run)]


def claim(run_id: int) -> bool:
    """Return whether the run is ours to work on now: it is active and nobody else does."""
    return bool(_free().filter(id=run_id).update(heartbeat=now()))


def release(run_id: int) -> None:
    """Let anybody take it up, if it is not at its end."""
    JobRun.objects.filter(id=run_id, state__in=ACTIVE).update(heartbeat=None)


def stop(run_id: int) -> bool:
    """Stop a run, after the page that is being read. Return whether it was still active."""
    if _free().filter(id=run_id).update(state=State.STOPPED, finished=now()):
        return True
    going = JobRun.objects.filter(id=run_id, kind=KIND, state__in=[State.QUEUED, State.RUNNING])
    return bool(going.update(state=State.STOPPING))


@transaction.atomic
def take(run_id: int) -> JobRun | None:
    """Return the run with a fresh heartbeat; None if there is nothing to do for it now."""
    run = held(run_id)
    if run is None:
        return None
    if run.state == State.STOPPING:
        end(run_id, State.STOPPED)
        return None
    if _must_wait(run):
        return None
    run.state, run.heartbeat = State.RUNNING, now()
    run.started = run.started or run.heartbeat
    run.save(update_fields=["state", "heartbeat", "started"])
    return run


def held(run_id: int) -> JobRun | None:
    """Return the run, locked until the transaction ends; None if it is not active."""
    runs = JobRun.objects.filter(id=run_id, kind=KIND, state__in=ACTIVE)
    return runs.select_for_update().first()


@transaction.atomic
def wait(run_id: int, failure: Retry) -> None:
    """Go on later: when the other side asked, else a little later each time."""
    run = held(run_id)
    if run is None:
        return
    tries = run.parameters.get("tries", 0)
    until = next_try(failure, tries, now())
    run.parameters |= {"tries": tries + 1, "wait_until": until.isoformat()}
    run.reason = f"{failure.reason} It goes on by itself."
    run.save(update_fields=["parameters", "reason"])


def end(run_id: int, state: JobRun.State, reason: str = "") -> None:
    """Write down how it ended, unless it has."""
    active = JobRun.objects.filter(id=run_id, kind=KIND, state__in=ACTIVE)
    active.update(state=state, reason=reason, finished=now())


def _free() -> QuerySet[JobRun]:
    dead = Q(heartbeat=None) | Q(heartbeat__lt=now() - ABANDONED)
    return JobRun.objects.filter(dead, kind=KIND, state__in=ACTIVE)


def _must_wait(run: JobRun) -> bool:
    until = run.parameters.get("wait_until", "")
    return bool(until) and datetime.fromisoformat(until) > now()
