"""What was done long ago is deleted, piece by piece, so that nobody waits for it.

What failed stays until a person has resolved it, and what nobody understood stays as well: a newer
version may. Klaviyo keeps the first of a unique id for good, so what comes once more after that is
no second event.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from integration.models import Connection, Delivery, FailedEvent, InboundMessage

PIECE = 1_000  # rows at a time: a tenth of a second
TURN_SECONDS = 50.0  # then others have theirs

State = Delivery.State


def purge(moment: datetime) -> int:
    """Delete what was settled more than RETENTION_DAYS before a moment. Return how many rows went.

    With 0 days everything is kept.
    """
    if not settings.RETENTION_DAYS:
        return 0
    before = moment - timedelta(days=settings.RETENTION_DAYS)
    until = time.monotonic() + TURN_SECONDS
    return sum(_delete(rows, until) for rows in _old(before))


def _old(before: datetime) -> Iterator[QuerySet[Any]]:
    """Yield what may go, by an index each: failures first, as they hold what they are about."""
    long_ago = Q(resolved_at__lt=before) | Q(resolved_at=None, last_at__lt=before)  # or only noted
    resolved = FailedEvent.objects.exclude(resolution=FailedEvent.Resolution.OPEN)
    yield resolved.filter(long_ago).order_by("last_at")
    # What it is about is held by a failure, and a message by what is made of it.
    by_delivery = Exists(FailedEvent.objects.filter(delivery=OuterRef("pk")))
    by_message = Exists(FailedEvent.objects.filter(message=OuterRef("pk")))
    made = Exists(Delivery.objects.filter(message=OuterRef("pk")))
    for connection in Connection.objects.all():
        sent = connection.deliveries.filter(state__in=[State.SENT, State.CONFIRMED])
        yield sent.filter(settled_at__lt=before).exclude(by_delivery).order_by("settled_at")
        settled = Q(settled_at__lt=before) | Q(settled_at=None, created__lt=before)
        dropped = connection.deliveries.filter(settled, state__in=[State.REJECTED, State.DISCARDED])
        yield dropped.exclude(by_delivery).order_by("id")
    done = [InboundMessage.State.DONE, InboundMessage.State.IGNORED]
    for connection in Connection.objects.all():
        came = connection.messages.filter(state__in=done, received_at__lt=before)
        yield came.exclude(by_message).exclude(made).order_by("received_at")


def _delete(rows: QuerySet[Any], until: float) -> int:
    gone = 0
    while time.monotonic() < until:
        ids = list(rows.values_list("id", flat=True)[:PIECE])
        if not ids:
            break
        rows.model._default_manager.filter(id__in=ids).delete()
        gone += len(ids)
    return gone
