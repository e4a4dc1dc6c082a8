"""“We see you”: what was heard of a store since a test began."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from integration.models import InboundMessage
from storefront.admin import words
from storefront.admin.event_filters import connections
from storefront.models import BrowserEvent, Sighting

MOST = 10


def since(store_id: int, began: str, at: datetime) -> dict[str, Any]:
    """Return the newest events since then, the newest first, and whether a page was heard at all.

    `began` is in milliseconds since 1970. What is no time is now: nothing was heard since.
    """
    start = _moment(began, at)
    events = (
        BrowserEvent.objects.filter(connection_id__in=connections(store_id))
        .filter(received_at__gt=start)
        .defer("raw")
        .order_by("-received_at", "-id")[:MOST]
    )
    return {
        "events": [_told(event, at) for event in events],
        "page": Sighting.objects.filter(store_id=store_id, last_seen__gt=start).exists(),
    }


def _told(event: InboundMessage, at: datetime) -> dict[str, Any]:
    return {
        "id": event.id,
        "name": words.name_of(event),
        "ago": words.ago(event.received_at, at),
        "page": words.page_of(event),
    }


def _moment(milliseconds: str, at: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return at
