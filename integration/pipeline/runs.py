"""Working on a run: taking it up, waiting, going on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from integration.core.errors import Failure, Retry
from integration.models import JobRun
from integration.pipeline.backoff import next_try

State = JobRun.State


@transaction.atomic
def take(run_id: int) -> JobRun | None:
    """Return the run with a fresh heartbeat; None if there is nothing to do for it now."""
    run = JobRun.objects.held(run_id)
    if run is None:
        return None
    if run.state == State.STOPPING:
        JobRun.objects.end(run_id, State.STOPPED)
        return None
    if run.wait_until and run.wait_until > now():
        return None
    run.state, run.heartbeat = State.RUNNING, now()
    run.started = run.started or run.heartbeat
    run.save(update_fields=["state", "heartbeat", "started"])
    return run


@transaction.atomic
def wait(run_id: int, failure: Failure, until: datetime | None = None) -> None:
    """Go on later: at this time, or when the other side asked, else a little later each time."""
    run = JobRun.objects.held(run_id)
    if run is None:
        return
    if isinstance(failure, Retry) and until is None:
        until = next_try(failure, run.tries, now())
    run.tries, run.wait_until = run.tries + 1, until
    run.reason = f"{failure.reason} It goes on by itself."
    run.save(update_fields=["tries", "wait_until", "reason"])
