"""How far an import is, for people and for scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from integration.models import JobRun
from integration.models.runs import ABANDONED

State = JobRun.State


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is. `rate` is entries read a second, `remaining` seconds; None: not known."""

    percent: int | None
    rate: float | None
    remaining: float | None
    words: str  # a sentence about what it is doing


def progress(run: JobRun) -> Progress:
    """Return how far a run is."""
    percent = None
    if run.state == State.SUCCEEDED:
        percent = 100
    elif run.total:
        percent = min(99, run.read * 100 // run.total)
    rate = run.read / run.worked if run.worked >= 1 and run.read else None
    remaining = None
    if rate and run.total and run.is_active:
        remaining = max(0, run.total - run.read) / rate
    return Progress(percent=percent, rate=rate, remaining=remaining, words=words(run))


def words(run: JobRun) -> str:
    """Return what a run is doing, in a sentence."""
    if run.state == State.QUEUED:
        return run.reason or "It waits for a worker."
    if run.state == State.STOPPING:
        return "It stops as soon as what is under way is done."
    if not run.is_active:
        return run.reason or run.get_state_display() + "."
    if run.wait_until and run.wait_until > now():
        return run.reason
    if run.heartbeat and _is_stale(run.heartbeat):
        return "Its worker has gone. Another one takes it up by itself."
    stage = run.report.get("stage", "")
    return stage or "It is under way."


def _is_stale(heartbeat: datetime) -> bool:
    return heartbeat < now() - ABANDONED - timedelta(seconds=5)
