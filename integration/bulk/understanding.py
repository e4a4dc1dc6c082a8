"""From a page of the shop to rows: mapped, checked, and only what is news."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import islice

from integration import registry
from integration.bulk.pages import Page, Row, RowFailure
from integration.bulk.preflight import bulk_of
from integration.bulk.wishes import Wishes
from integration.core.bulk import Entry, Portion
from integration.core.errors import Reject
from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.records import Record
from integration.models import Connection, Delivery, FailedEvent, JobRun, ResourceVersion
from integration.models.versions import Standing
from integration.pipeline.backoff import INTERRUPTIONS
from integration.pipeline.batches import OLDER, digest
from integration.pipeline.outbox import GONE, mapped, would_be_refused
from integration.pipeline.packs import without_body

logger = logging.getLogger(__name__)

Stage = FailedEvent.Stage
LIVE = "It happened after the import had begun: it is told of in real time."
WAITS = "It waits to be sent in real time."


class Understanding:
    """Makes rows of pages, for one run and its destination.

    What happened after `live_from` is left to real time, if it is history that is recorded. What is
    wrong with an entry is said on the first walk that meets it, and it is counted as read on the
    one that `counts`; `row_prefix` goes before its id.
    """

    def __init__(
        self,
        run: JobRun,
        destination: Connection,
        live_from: datetime | None,
        *,
        row_prefix: str = "",
        is_first: bool = True,
        counts: bool = True,
    ) -> None:
        self._wishes = Wishes.of(run.parameters)
        self._live_from = live_from
        self._row_prefix = row_prefix
        self._is_first = is_first
        self._counts = counts
        self._connection = destination
        self._destination = registry.destinations()[destination.kind]
        self._bulk = bulk_of(destination)
        self._facts: StoreFacts = run.store.facts()
        self._told: dict[str, str] = {}  # objects of the lowest stage, told of by many entries

    def rows(self, portion: Portion, stage: int, page: Page, most: int | None) -> list[Row]:
        """Return the rows of a stage that a page becomes, of so many entries at the most.

        Writes down what becomes of the rest.
        """
        found: list[Row] = []
        for entry in islice(portion.entries(), most):
            page.walked += 1
            page.read += self._counts
            meaning = entry.meaning
            if isinstance(meaning, Skip):
                page.skipped[meaning.reason] += self._is_first
            elif isinstance(meaning, Reject):
                self._fail(page, entry, meaning)
            else:
                found += self._of_entry(entry, meaning, portion.as_of, stage, page)
        return self._news(found, page)

    def _of_entry(
        self, entry: Entry, records: list[Record], as_of: datetime, stage: int, page: Page
    ) -> list[Row]:
        rows: list[Row] = []
        for record in records:
            try:
                for request in self._requests(record, entry, page):
                    is_known = len(records) > 1 and self._was_told(request)
                    row = None if is_known else self._row(entry, request, as_of, stage, page)
                    rows += [row] if row else []
            except INTERRUPTIONS:
                raise
            except Exception as exc:  # noqa: BLE001 - the top: a bug must not stop the others
                logger.exception("a row of an import could not be mapped")
                reason = f"This could not be mapped ({type(exc).__name__})."
                self._fail(page, entry, Reject(reason, code="unexpected"))
        return rows

    def _requests(self, record: Record, entry: Entry, page: Page) -> list[Request]:
        """The requests that a record becomes, but for those that are left to real time."""
        made, reasons = mapped([record], self._destination, self._facts)
        for reason in reasons:
            page.skipped[reason] += self._is_first
        live = [request for request in made if self._is_live(record, request)]
        for request in live:
            page.skipped[LIVE] += 1
            page.live.setdefault(entry.id, []).append(request.idempotency_key)
        return [request for request in made if request not in live] if live else made

    def _is_live(self, record: Record, request: Request) -> bool:
        """Whether it is an event that must start its flows, which history does not."""
        if request.order_key or not self._wishes.backfill or self._live_from is None:
            return False
        return record.occurred_at >= self._live_from

    def _was_told(self, request: Request) -> bool:
        """Whether another entry of this walk has brought the same: products share categories."""
        if request.owner or not request.order_key:
            return False
        content = digest(request.body)
        was_told = self._told.get(request.order_key) == content
        self._told[request.order_key] = content
        return was_told

    def _row(
        self, entry: Entry, request: Request, as_of: datetime, stage: int, page: Page
    ) -> Row | None:
        pack = self._bulk.packs.get(request.operation)
        if pack is None:
            self._fail(page, entry, Reject(f"No import sends {request.operation}.", code="bug"))
            return None
        if pack.stage != stage:
            return None
        # Before it is checked: who retries it later must start no flow either.
        final = self._bulk.historic(request) if self._wishes.backfill else request
        problems = self._destination.check(final.operation, final.body)
        if problems:
            failed = RowFailure(
                row=f"{self._row_prefix}{entry.id}",
                failure=would_be_refused(problems),
                stage=Stage.CHECKING,
                request=final,
            )
            page.fail(failed)
            return None
        return Row(
            entry=f"{self._row_prefix}{entry.id}",
            request=without_body(final),
            content=pack.piece(final),
            apart=pack.apart(final),
            page=page,
            as_of=as_of,
            standing=_standing(request, as_of) if request.order_key else None,
            notes=request.notes,
        )

    def _fail(self, page: Page, entry: Entry, failure: Reject) -> None:
        if self._is_first:
            row, stage = f"{self._row_prefix}{entry.id}", Stage.UNDERSTANDING
            page.fail(RowFailure(row=row, failure=failure, stage=stage, document=entry.document))

    def _news(self, rows: list[Row], page: Page) -> list[Row]:
        """Leave out what is older than what was sent, about who was erased, or on its way."""
        keys = {row.request.order_key for row in rows} - {""}
        known = ResourceVersion.objects.standings(self._connection, keys) if keys else {}
        about = {row.request.about for row in rows} - {""}
        gone = ResourceVersion.objects.deleted(self._connection, about) if about else set()
        facts = [row.request.idempotency_key for row in rows if not row.request.order_key]
        ready = Delivery.objects.ready_facts(self._connection, facts)
        newest = {row.request.order_key: row for row in rows}  # an object once: the last word
        kept = []
        for row in rows:
            reason = _why_not(row, known, gone, ready)
            if reason:
                page.skipped[reason] += 1
            elif _has_moved(row, known):
                page.moved.append(row)
            elif not row.standing or newest[row.request.order_key] is row:
                kept.append(row)
        return kept


def _why_not(row: Row, known: dict[str, Standing | None], gone: set[str], ready: set[str]) -> str:
    was = known.get(row.request.order_key)
    if row.standing and was and not row.standing.beats(was):
        return OLDER
    if row.request.about in gone:
        return GONE
    return WAITS if row.request.idempotency_key in ready else ""


def _has_moved(row: Row, known: dict[str, Standing | None]) -> bool:
    """Whether the object belonged to another thing before, which cannot be said in an update."""
    was = known.get(row.request.order_key)
    if not (row.standing and was and was.owner):
        return False
    return row.standing.owner != was.owner


def _standing(request: Request, as_of: datetime) -> Standing:
    return Standing(
        version=request.version,
        deleted=request.deletes,
        as_of=as_of,
        owner=request.owner,
        digest=digest([request.operation, request.body]),
    )
