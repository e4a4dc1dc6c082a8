"""Working on a run: taking it up, waiting, going on, counting what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from integration.core.errors import Failure, Retry
from integration.core.rules import Json
from integration.models import JobRun
from integration.pipeline.backoff import next_try

State = JobRun.State
MOST_REASONS = 50  # different ones in a report
OTHERS = "For other reasons"


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


def hold(ids: Iterable[int | None]) -> None:
    """Lock these runs until the transaction ends. Comes before objects: imports do the same."""
    wanted = JobRun.objects.filter(id__in=[one for one in set(ids) if one])
    list(wanted.order_by("id").select_for_update().values_list("id"))


def fail(run_id: int, failure: Failure) -> None:
    """Count a request of a run that went by itself and failed. Belongs into a transaction."""
    run = JobRun.objects.filter(id=run_id).select_for_update().first()
    if run:
        run.failed += 1
        add(run.report, "failed", {failure.reason: 1})
        run.save(update_fields=["failed", "report"])


def add(report: Json, name: str, counted: Mapping[str, int]) -> None:
    """Add to the counts of a part of a report. It has room for so many different reasons."""
    part: dict[str, int] = report.setdefault(name, {})
    for reason, count in counted.items():
        key = reason if reason in part or len(part) < MOST_REASONS else OTHERS
        part[key] = part.get(key, 0) + count
