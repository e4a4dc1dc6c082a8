"""What pages told, in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from integration.admin.display import NOTHING
from integration.models import InboundMessage
from integration.sources.storefront.notices import IDENTIFY
from integration.sources.storefront.people import identifier

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SAYS_WHO = "Says who it is"
# What stands for somebody whose address we do not know.
OTHERS = {"external_id": "Customer {}", "exchange_id": "Somebody whom Klaviyo knows"}


def name_of(event: InboundMessage) -> str:
    """Return what an event is called."""
    told = event.payload or {}
    return SAYS_WHO if told.get("type") == IDENTIFY else str(told.get("name") or event.type)


def person_of(event: InboundMessage) -> str:
    """Return who it was: by what their profile is found."""
    found = identifier((event.payload or {}).get("person") or {})
    if found is None:
        return "Nobody known"
    name, value = found
    return OTHERS.get(name, "{}").format(value)


def page_of(event: InboundMessage) -> str:
    """Return the page that it came from."""
    return str((event.payload or {}).get("page") or NOTHING)


def path_of(event: InboundMessage) -> str:
    """Return the page without its origin, which is one of the store's."""
    parts = urlsplit(page_of(event))
    return parts.path or NOTHING


def ago(then: datetime, at: datetime) -> str:
    """Return how long ago that was."""
    passed = max(at - then, timedelta(0))
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if passed >= unit:
            return _many(passed // unit, name)
    return _many(passed.seconds, "second")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'} ago"
