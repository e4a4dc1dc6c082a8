"""What happened while an import went on. It is told of in real time, and only if not, as history.

Klaviyo keeps the first of a unique id: as history, a new order would start no flow.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import now

from integration.bulk.pages import Page, Row
from integration.bulk.understanding import Understanding
from integration.core.bulk import Portion
from integration.models import Connection, Delivery, InboundMessage, JobRun

PATIENCE = timedelta(minutes=2)  # a notification and its delivery take seconds
LONGEST, A_WHILE = timedelta(hours=1), timedelta(seconds=20)  # while messages are not processed
WORDS = "It waits a little for what happened meanwhile to come in real time."


def left(run: JobRun) -> list[str]:
    """Return the shop's ids of the rows of which something was left to real time."""
    return sorted(run.left.get("rows", {}))


def wait_until(run: JobRun, source: Connection) -> datetime:
    """Return when all of it should have come, and all that has come be processed."""
    left_at = datetime.fromisoformat(run.left["at"])
    waiting = source.messages.filter(state=InboundMessage.State.NEW, received_at__lte=left_at)
    if waiting.exists() and now() < left_at + LONGEST:
        return max(left_at + PATIENCE, now() + A_WHILE)
    return left_at + PATIENCE


def done(run: JobRun) -> None:
    """Nothing is left any more."""
    run.left = {}
    JobRun.objects.ours(run.id, run.claims).update(left={})


class Rest:
    """Makes rows of what was left to real time, and has no delivery now."""

    def __init__(self, run: JobRun, destination: Connection) -> None:
        self._understanding = Understanding(run, destination, live_from=None)
        self._destination = destination
        self._left = {key for keys in run.left.get("rows", {}).values() for key in keys}

    def rows(self, portion: Portion, stage: int, page: Page, most: int | None) -> list[Row]:
        """Return the rows. They were counted as read before, and the others as what they are."""
        aside = Page(cursor=page.cursor)
        found = self._understanding.rows(portion, stage, aside, most)
        wanted = [row for row in found if row.request.idempotency_key in self._left]
        keys = [row.request.idempotency_key for row in wanted]
        known = Delivery.objects.counting(self._destination, keys)
        rows = [row for row in wanted if row.request.idempotency_key not in known]
        return [row.on(page) for row in rows]
