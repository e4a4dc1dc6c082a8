"""One turn of an import: a minute or two of work, from where the last one ended."""

from __future__ import annotations

import ctypes
import logging
from contextlib import suppress

from django.utils.timezone import now

from integration.bulk.holding import A_WHILE, Hold, may_send
from integration.bulk.preflight import sides
from integration.bulk.turns import Turn
from integration.bulk.writing import Lost
from integration.core.errors import Reject
from integration.models import JobRun
from integration.pipeline import runs
from integration.pipeline.backoff import INTERRUPTIONS
from integration.pipeline.garbage import few_collections

logger = logging.getLogger(__name__)

State = JobRun.State
MMAP_THRESHOLD, LARGE_BYTES = -3, 131_072  # mallopt(3)


def run(run_id: int) -> None:
    """Import for a turn, unless somebody else does."""
    claims = JobRun.objects.claim(run_id)
    if claims is None:
        return
    try:
        _give_large_blocks_back()
        with few_collections():
            _turn(run_id, claims)
    except INTERRUPTIONS:
        raise
    except Lost:
        logger.info("run %s: another worker is at it, or it is over", run_id)
    except Exception as exc:
        logger.exception("run %s: the import could not go on", run_id)
        if JobRun.objects.ours(run_id, claims).exists():
            reason = f"The import met something unexpected ({type(exc).__name__})."
            JobRun.objects.end(run_id, State.FAILED, reason)
    finally:
        JobRun.objects.release(run_id, claims)


def _turn(run_id: int, claims: int) -> None:
    run = runs.take(run_id)
    if run is None or run.claims != claims:
        return
    try:
        source, destination = sides(run.store, run.kind)
    except Reject as exc:
        JobRun.objects.end(run.id, State.FAILED, exc.reason)
        return
    for connection in (source, destination):
        if connection.paused_reason:
            runs.wait(run.id, Reject(connection.paused_reason), now() + A_WHILE)
            return
    if not may_send(run, run.store.sending):
        set_to = run.store.get_sending_display().partition(":")[0].lower()
        reason = f"The store is set to “{set_to}”: it waits until that is “live”."
        runs.wait(run.id, Reject(reason), now() + A_WHILE)
        return
    Turn(Hold(run, source, destination)).go()


def _give_large_blocks_back() -> None:
    """Have glibc return what packs and pages took; by itself it keeps some 60 MB of it."""
    with suppress(AttributeError, OSError):  # where there is no glibc
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE_BYTES)
