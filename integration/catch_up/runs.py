"""The runs of a catch-up, among all runs."""

from __future__ import annotations

from integration.models import JobRun

KIND = "catch_up"


def waiting() -> list[int]:
    """Return the active runs that nobody works on, and that need not wait any longer."""
    return JobRun.objects.waiting([KIND])


def stop(run_id: int) -> bool:
    """Stop a run, after the page that is being read. Return whether it was still active."""
    return JobRun.objects.stop(run_id)
