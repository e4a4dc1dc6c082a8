"""What came of a pack, written into the pages of its rows."""

from __future__ import annotations

from collections.abc import Mapping

from integration.bulk.pages import Row, RowFailure, StartedJob
from integration.core.bulk import Pack, Taken
from integration.core.errors import Failure, Reject
from integration.models import FailedEvent
from integration.pipeline.packs import Sent

MOST_KEPT = 1000  # failures and notes of a page; what is only noted beyond that is only counted
SENDING = FailedEvent.Stage.SENDING


def settle(sent: Sent[Row], packs: Mapping[str, Pack]) -> Failure | None:
    """Write down what came of a pack. Return why some of it was not tried to the end, if so."""
    for taken, rows in sent.taken:
        for row in rows:
            _arrived(row, packs[sent.operation], has_job=bool(taken.job))
        if taken.job:
            _start_job(taken, rows)
    for row, failure in sent.refused:
        row.page.outstanding -= 1
        request = row.whole(packs[sent.operation])
        row.page.fail(RowFailure(row=row.entry, failure=failure, stage=SENDING, request=request))
    return sent.halted_by


def tried(rows: list[Row], pack: Pack) -> None:
    """Write down rows that would go out."""
    for row in rows:
        row.page.outstanding -= 1
        row.page.sent += 1
        _note(row, pack)


def _arrived(row: Row, pack: Pack, *, has_job: bool) -> None:
    page = row.page
    page.outstanding -= 1
    page.sent += 1
    page.accepted += not has_job
    if row.standing:
        page.standings[row.request.order_key] = row.standing
    if row.forget:
        page.removed.append(row.request.order_key)
    _note(row, pack)


def _note(row: Row, pack: Pack) -> None:
    """What a row goes without is noted, for who asks why."""
    row.page.notes.update(row.notes)
    for note in row.notes:
        if len(row.page.failures) >= MOST_KEPT:
            return
        failure = Reject(note, code="left_out")
        request = row.whole(pack)
        row.page.fail(
            RowFailure(
                row=row.entry, failure=failure, stage=SENDING, request=request, is_noted=True
            )
        )


def _start_job(taken: Taken, rows: list[Row]) -> None:
    """The job is written down with the first of its pages. The later ones may be sent again."""
    first = min((row.page for row in rows), key=lambda page: page.number)
    first.jobs.append(StartedJob(operation=taken.operation, external_id=taken.job, rows=rows))
