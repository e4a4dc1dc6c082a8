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
    done = _done(run)
    percent = None
    if run.state == State.SUCCEEDED:
        percent = 100
    elif done is not None:
        percent = min(99, int(done * 100))
    rate = run.read / run.worked if run.worked >= 1 and run.read else None
    remaining = None
    if done and run.worked >= 1 and run.is_active:
        remaining = max(0.0, run.worked / done - run.worked)
    return Progress(percent=percent, rate=rate, remaining=remaining, words=words(run))


def _done(run: JobRun) -> float | None:
    """How much of its work is done. An entry is counted as read once, but may be walked over
    several times, and what belongs to it as well: `walks` are the entries of each walk.
    """
    walks: list[int] = run.report.get("walks", [])
    if not any(walks):
        return run.read / run.total if run.total else None
    number = int(run.cursor.partition(":")[0] or 0)
    walked: int = run.report.get("walked", 0)
    return (sum(walks[:number]) + walked) / sum(walks)


def summary(run: JobRun) -> str:
    """Return what came of a run that has ended well, as far as that is known by now."""
    would = "would be sent" if run.parameters.get("dry_run") else "sent"
    said = f"{run.read:,} read, {run.sent:,} {would}"
    more = [("failed", run.failed), ("skipped", run.skipped)]
    return ", ".join([said, *(f"{count:,} {what}" for what, count in more if count)]) + "."


def words(run: JobRun) -> str:
    """Return what a run is doing, in a sentence."""
    if run.state == State.QUEUED:
        return run.reason or "It waits for a worker."
    if run.state == State.STOPPING:
        return "It stops as soon as what is under way is done."
    if run.state == State.SUCCEEDED and run.reason:
        return summary(run)  # what went by itself may have failed since
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
