"""Following the jobs on the other side to their end, with every error they tell of."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import orjson
from django.db import transaction
from django.utils.timezone import now

from integration.bulk.afterwards import say_again, send_alone
from integration.bulk.pages import RowFailure
from integration.bulk.preflight import bulk_of
from integration.bulk.writing import Ends, fail_rows
from integration.core.bulk import JobAnswer, Refused
from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.exchange import Request
from integration.core.rules import Json
from integration.models import Connection, FailedEvent, JobRun, RemoteJob, ResourceVersion
from integration.models.connection import WORKS
from integration.models.remote_jobs import PATIENCE
from integration.pipeline import backlog, failures
from integration.pipeline.access import access
from integration.pipeline.runs import add

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
FOLLOW_SECONDS = 50.0
NAP_SECONDS = 0.5
NEVER_SAID = Reject("It was taken, but what became of it was never said.", code="lost")
SENDING = FailedEvent.Stage.SENDING


def due() -> list[int]:
    """Return the connections that have jobs to be asked after now."""
    jobs = RemoteJob.objects.due().filter(WORKS)
    return list(jobs.values_list("connection_id", flat=True).distinct())


def follow(connection_id: int) -> None:
    """Ask after the jobs of a connection until none is due soon, for a minute at most."""
    deadline = time.monotonic() + FOLLOW_SECONDS
    while time.monotonic() < deadline and RemoteJob.objects.going().filter(
        connection_id=connection_id
    ):
        if not look(connection_id):
            time.sleep(NAP_SECONDS)


def look(connection_id: int) -> bool:
    """Ask after one job that is due. Return whether there was one."""
    connection = Connection.objects.select_related("store").get(id=connection_id)
    job = _claimed(connection_id) if connection.works else None
    if job is None:
        return False
    try:
        answer = _asked(job, connection)
    except Retry as exc:
        if now() - job.created < PATIENCE:
            job.later(now() + timedelta(seconds=exc.after or 5.0))
            return True
        answer = JobAnswer(state="lost")
    except Misconfigured as exc:
        connection.pause(exc)
        job.later(now())
        return True
    except Reject as exc:
        logger.warning("remote job %s cannot be followed: %s", job.id, exc.code)
        answer = JobAnswer(state="lost")
    if answer.state == "going" and now() - job.created < PATIENCE:
        job.look_again()
    else:
        _settle(job, answer, connection)
    return True


@transaction.atomic
def _claimed(connection_id: int) -> RemoteJob | None:
    jobs = RemoteJob.objects.due().filter(connection_id=connection_id).order_by("not_before")
    job = jobs.select_for_update(skip_locked=True).first()
    if job:
        job.later(now() + LEASE)
    return job


def _asked(job: RemoteJob, connection: Connection) -> JobAnswer:
    contents = [orjson.dumps(stored["content"]) for stored in job.requests()]
    bulk = bulk_of(connection)
    return bulk.follow(access(connection), job.operation, job.external_id, contents)


def _request(stored: Json, connection: Connection) -> Request:
    known = {name: value for name, value in stored.items() if name not in ("row", "content")}
    pack = bulk_of(connection).packs[stored["operation"]]
    return Request(body=pack.body(orjson.dumps(stored["content"])), **known)


@transaction.atomic
def _settle(job: RemoteJob, answer: JobAnswer, connection: Connection) -> None:
    """Write down how a job ended, unless another worker has."""
    requests = job.requests()
    run = JobRun.objects.select_for_update(of=("self",)).filter(remote_jobs=job.id).first()
    is_done = answer.state == "done"
    if not job.end(RemoteJob.State.DONE if is_done else RemoteJob.State.LOST):
        return
    refused = answer.refused if is_done else _all_lost(len(requests))
    if run:
        _settle_rows(run, job, requests, refused, connection)
    else:
        backlog.confirm(connection, [request["row"] for request in requests], refused)
    bad = [requests[one.place] for one in refused if one.instead is None and one.place >= 0]
    ResourceVersion.objects.forget(connection, [request["order_key"] for request in bad])
    say_again(job, [request["order_key"] for request in requests], connection)


def _settle_rows(
    run: JobRun,
    job: RemoteJob,
    requests: list[Json],
    refused: Sequence[Refused],
    connection: Connection,
) -> None:
    real = [one for one in refused if one.instead is None]
    alone = [(requests[one.place], one) for one in refused if one.instead is not None]
    send_alone(run, job, alone, connection)
    told = _told(run, requests)
    real = [one for one in real if one.place < 0 or _key(requests[one.place]) not in told]
    failed = [_failed(one, requests, connection) for one in [*real, *_noted(refused)]]
    fail_rows(run, failed, Ends(source=connection, destination=connection, is_try=False))
    add(run.report, "failed", Counter(one.failure.reason for one in real))
    run.failed += len(real)
    # Those that go alone are accepted when they are; some may have been sent twice, after a crash.
    accepted = run.accepted + max(0, len(requests) - len(real) - len(alone))
    run.accepted = min(accepted, max(run.sent, run.accepted))
    run.save(update_fields=["failed", "accepted", "report"])


def _key(stored: Json) -> tuple[str, str]:
    return stored["row"], stored["order_key"]


def _told(run: JobRun, requests: list[Json]) -> set[tuple[str, str]]:
    """What failed already: after a crash the same rows may be in two jobs."""
    rows = {stored["row"] for stored in requests}
    failed = run.failures.filter(stage=SENDING, row__in=rows, delivery__isnull=False)
    return set(failed.values_list("row", "delivery__order_key"))


def _all_lost(count: int) -> tuple[Refused, ...]:
    return tuple(Refused(place=place, failure=NEVER_SAID) for place in range(count))


def _noted(refused: Sequence[Refused]) -> list[Refused]:
    return [one for one in refused if one.instead is not None and one.note]


def _failed(one: Refused, requests: list[Json], connection: Connection) -> RowFailure:
    if one.place < 0:
        failure = Reject(f"{failures.UNPLACED} {one.failure.reason}", code=one.failure.code)
        return RowFailure(row="", failure=failure, stage=SENDING)
    stored = requests[one.place]
    is_noted = one.instead is not None
    return RowFailure(
        row=stored["row"],
        failure=Reject(one.note, code="left_out") if is_noted else one.failure,
        stage=SENDING,
        request=_request(stored, connection),
        is_noted=is_noted,
    )
