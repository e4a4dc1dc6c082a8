"""Writing down what became of settled pages, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import now

from integration import registry
from integration.bulk.pages import Page, RowFailure, StartedJob
from integration.models import (
    Connection,
    Delivery,
    FailedEvent,
    JobRun,
    RemoteJob,
    ResourceVersion,
)
from integration.pipeline.failures import said, words
from integration.pipeline.runs import add

MOST_NOTED = 10_000  # rows that only have a note
MOST_LEFT = 10_000  # rows of which something was left to real time


class Lost(Exception):
    """Another worker has taken the run up, or it is over."""


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Where an import reads, where it sends to, and whether it only tries."""

    source: Connection
    destination: Connection
    is_try: bool


@transaction.atomic
def save(run: JobRun, pages: list[Page], seconds: float, ends: Ends) -> None:
    """Move the run's cursor over these pages, with what became of them. Raises Lost."""
    held = JobRun.objects.held(run.id)
    if held is None or held.claims != run.claims:
        raise Lost
    _hold_objects(pages, ends.destination)
    for page in pages:
        held.cursor = page.cursor
        held.read += page.read
        held.sent += page.sent
        held.accepted += page.accepted
        held.failed += page.failed
        held.skipped += page.skipped.total()
        held.report["walked"] = held.report.get("walked", 0) + page.walked
        add(held.report, "skipped", page.skipped)
        add(held.report, "notes", page.notes)
        _leave(held, page)
        if not ends.is_try:
            _move(held, page, ends.destination)
        _fail(held, page, ends)
        _advance(page, ends.destination)
        RemoteJob.objects.bulk_create(
            [_remote_job(held, job, ends.destination) for job in page.jobs], ignore_conflicts=True
        )
    held.worked += seconds
    held.heartbeat, held.tries, held.wait_until, held.reason = now(), 0, None, ""
    held.save()
    run.refresh_from_db()


@transaction.atomic
def keep_jobs(run: JobRun, jobs: list[StartedJob], destination: Connection) -> None:
    """Keep jobs of pages that are not settled: they are followed, whoever goes on, or nobody."""
    held = JobRun.objects.held(run.id)
    if held is None or held.claims != run.claims:
        raise Lost
    RemoteJob.objects.bulk_create(
        [_remote_job(held, job, destination) for job in jobs], ignore_conflicts=True
    )


def _leave(run: JobRun, page: Page) -> None:
    """Note what was left to real time, to look whether it came."""
    rows: dict[str, list[str]] = run.left.setdefault("rows", {})
    for row, keys in page.live.items():
        if row in rows or len(rows) < MOST_LEFT:
            rows[row] = keys
            run.left["at"] = now().isoformat()


def _move(run: JobRun, page: Page, destination: Connection) -> None:
    """What belongs to another thing now is deleted, and made anew there, by itself."""
    plugin = registry.destinations()[destination.kind]
    for row in page.moved:
        assert plugin.bulk  # noqa: S101 - for mypy: it comes from a pack,
        assert row.standing  # noqa: S101 - and is an object
        made = row.whole(plugin.bulk.packs[row.request.operation])
        removal = plugin.removal(made.order_key, made.version)
        for request in (removal, made) if removal else (made,):
            key = f"{request.operation}:{made.order_key}@run{run.id}"
            delivery = Delivery.of(request, destination, key)
            delivery.run, delivery.row = run, row.entry[:300]
            delivery.save()
            run.sent += 1
        ResourceVersion.objects.advance(destination, {made.order_key: row.standing})


def _hold_objects(pages: list[Page], destination: Connection) -> None:
    """Nothing else is told of them meanwhile. All at once: nobody may lock them in two steps."""
    keys = {key for page in pages for key in page.standings}
    keys |= {row.request.order_key for page in pages for row in page.moved}
    ResourceVersion.objects.hold(destination, keys)


def _advance(page: Page, destination: Connection) -> None:
    """Remember what was sent of each object, unless something newer came meanwhile."""
    if page.standings:
        newest = ResourceVersion.objects.advance(destination, page.standings)
        Delivery.objects.supersede(destination, newest)  # what waits for these is older
    ResourceVersion.objects.remove(destination, page.removed)


@transaction.atomic
def say(run: JobRun, cursor: str | None = None, **said: str | int | list[int]) -> None:
    """Write something into the report of a run that is ours, with a new cursor if there is one."""
    held = JobRun.objects.held(run.id)
    if held is None or held.claims != run.claims:
        raise Lost
    held.report |= said
    held.cursor = held.cursor if cursor is None else cursor
    held.save(update_fields=["report", "cursor"])
    run.report, run.cursor = held.report, held.cursor


def _remote_job(run: JobRun, job: StartedJob, destination: Connection) -> RemoteJob:
    requests = [RemoteJob.stored(row.request, row.content, row.entry) for row in job.rows]
    return RemoteJob(
        connection=destination,
        run=run,
        operation=job.operation,
        external_id=job.external_id,
        count=len(requests),
        packed=RemoteJob.pack(requests),
        as_of=min(row.as_of for row in job.rows),
        newest_as_of=max(row.as_of for row in job.rows),
    )


def _fail(run: JobRun, page: Page, ends: Ends) -> None:
    """A row that fails is a rejected delivery with its failed event, as in real time."""
    if not page.failures:
        return
    add(run.report, "failed", _reasons(page))
    kept = [one for one in page.failures if not one.is_noted or _has_room(run)]
    fail_rows(run, kept, ends)


def fail_rows(run: JobRun, failures: list[RowFailure], ends: Ends) -> None:
    """Write the failed events of these rows, each with its request, to be retried."""
    destination, is_try = ends.destination, ends.is_try
    real = [one for one in failures if one.request and not one.is_noted and not is_try]
    deliveries = {id(one): _delivery(run, one, destination) for one in real}
    Delivery.objects.bulk_create(deliveries.values())
    FailedEvent.objects.bulk_create(
        [
            FailedEvent(
                store_id=run.store_id,
                connection=destination if one.request else ends.source,
                delivery=deliveries.get(id(one)),
                run=run,
                row=one.row[:300],
                stage=one.stage,
                payload=one.request.body if one.request else one.document,
                **words(one.failure),
                resolution=_resolution(one, is_try),
            )
            for one in failures
        ]
    )


def _resolution(one: RowFailure, is_try: bool) -> FailedEvent.Resolution:
    if one.is_noted or is_try:
        return FailedEvent.Resolution.NOTED
    return FailedEvent.Resolution.OPEN


def _delivery(run: JobRun, one: RowFailure, destination: Connection) -> Delivery:
    request = one.request
    assert request is not None  # noqa: S101 - for mypy
    # No two fail under one key: what failed before does not stand in the way.
    key = request.idempotency_key or f"{request.order_key}@run{run.id}"
    delivery = Delivery.of(request, destination, key)
    delivery.run, delivery.row = run, one.row[:300]
    delivery.state, delivery.settled_at = Delivery.State.REJECTED, now()
    delivery.answer = said(one.failure)
    return delivery


def _reasons(page: Page) -> Counter[str]:
    return Counter(one.failure.reason for one in page.failures if not one.is_noted)


def _has_room(run: JobRun) -> bool:
    noted: int = run.report.setdefault("noted", 0)
    run.report["noted"] = noted + 1
    return noted < MOST_NOTED
