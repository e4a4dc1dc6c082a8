"""Reading the streams of a run, a page at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from integration import registry
from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.plugins import Page
from integration.core.rules import Json
from integration.models import JobRun, SyncState
from integration.pipeline import inbox, runs
from integration.pipeline.access import access
from integration.pipeline.backoff import INTERRUPTIONS

logger = logging.getLogger(__name__)

RUN_SECONDS = 60.0
SWITCHED_OFF = "switched_off"  # the code of a Reject: the shop has no such stream, or not for us
State = JobRun.State
WAITING, DONE, OFF, FAILED = "waiting", "done", "off", "failed"  # a stream in a run


def run(run_id: int) -> Iterator[int]:
    """Read for a minute at most, unless somebody else does. Yields the connection of each page."""
    claims = JobRun.objects.claim(run_id)
    if claims is None:
        return
    deadline = time.monotonic() + RUN_SECONDS
    try:
        while time.monotonic() < deadline:
            connection_id = step(run_id)
            if connection_id is None:
                break
            yield connection_id
    finally:
        JobRun.objects.release(run_id, claims)


def step(run_id: int) -> int | None:
    """Read one page and keep it. Return the connection it came from.

    None if there is nothing to do now: all is read, or it was stopped, failed or has to wait.
    """
    try:
        return _step(run_id)
    except INTERRUPTIONS:
        raise
    except Exception as exc:  # noqa: BLE001 - the top: no run may hang on a bug for ever
        logger.exception("run %s: a page could not be kept", run_id)
        JobRun.objects.end(
            run_id, State.FAILED, f"A page could not be kept ({type(exc).__name__})."
        )
        return None


def _step(run_id: int) -> int | None:
    run = runs.take(run_id)
    if run is None:
        return None
    state = _next_stream(run)
    if state is None:
        _finish(run)
        return None
    connection = state.connection
    if not connection.works:
        off = f"{connection.label} is switched off."
        JobRun.objects.end(run_id, State.FAILED, connection.paused_reason or off)
        return None
    try:
        _keep(run_id, state, _read(state))
    except Retry as exc:
        runs.wait(run_id, exc)
        return None
    except Reject as exc:
        _leave_out(run_id, state, exc)
    except Misconfigured as exc:
        connection.pause(exc)
        JobRun.objects.end(run_id, State.FAILED, f"{exc.reason} {exc.remedy}")
        return None
    return connection.id


def _next_stream(run: JobRun) -> SyncState | None:
    for line in run.parameters["streams"]:
        if line["state"] == WAITING:
            states = SyncState.objects.select_related("connection__store")
            return states.get(connection_id=line["connection"], stream=line["stream"])
    return None


def _read(state: SyncState) -> Page:
    source = registry.sources()[state.connection.kind]
    assert state.since is not None  # noqa: S101 - for mypy: every start sets it
    read = source.reader(access(state.connection))
    return source.streams[state.stream](read, state.since, state.cursor)


@transaction.atomic
def _keep(run_id: int, state: SyncState, page: Page) -> None:
    """Store what a page told, and move on, unless another worker has done so."""
    run = JobRun.objects.held(run_id)
    line = _open_line(run, state)
    if run is None or line is None:
        return
    here = SyncState.objects.filter(id=state.id, since=state.since, cursor=state.cursor)
    if not here.update(**_moved(run, state, page)):
        return
    new, read = inbox.keep(state.connection, page.notifications), len(page.notifications)
    if new:
        SyncState.objects.filter(id=state.id).update(last_at=now())
    line["read"] += read
    line["new"] += new
    line["state"] = DONE if page.is_last else WAITING
    run.read, run.sent, run.skipped = run.read + read, run.sent + new, run.skipped + read - new
    run.tries, run.wait_until = 0, None
    run.reason, run.heartbeat = "", now()
    run.save()


def _moved(run: JobRun, state: SyncState, page: Page) -> dict[str, Any]:
    """Where a stream is after a page. Read to its end, it is known up to when the run started.

    A run that began later than the stream was known leaves a gap, which the next one fills.
    """
    if not page.is_last:
        return {"cursor": page.cursor}
    moved: dict[str, Any] = {"cursor": "", "last_success": now()}
    if state.read_until is None or (state.since and state.since <= state.read_until):
        moved["read_until"] = max(filter(None, [state.read_until, run.started]))
    return moved


@transaction.atomic
def _leave_out(run_id: int, state: SyncState, failure: Reject) -> None:
    """Go on without a stream that the shop will not tell us."""
    run = JobRun.objects.held(run_id)
    line = _open_line(run, state)
    if run is None or line is None:
        return
    line["state"] = OFF if failure.code == SWITCHED_OFF else FAILED
    line["note"] = failure.reason
    run.failed += line["state"] == FAILED
    run.save()


def _open_line(run: JobRun | None, state: SyncState) -> Json | None:
    """The line of a stream that is still to be read."""
    for line in run.parameters["streams"] if run else []:
        is_it = (line["connection"], line["stream"]) == (state.connection_id, state.stream)
        if is_it and line["state"] == WAITING:
            found: Json = line
            return found
    return None


def _finish(run: JobRun) -> None:
    lines = run.parameters["streams"]
    has_failed = any(line["state"] == FAILED for line in lines)
    reason = " ".join(line["note"] for line in lines if line["note"])
    JobRun.objects.end(run.id, State.FAILED if has_failed else State.SUCCEEDED, reason)
