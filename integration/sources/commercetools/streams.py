"""What the shop did while nobody listened: its messages, and the documents that changed.

Each is walked by a time and the id (a compound keyset), so any number of rows may have the same
time: https://docs.commercetools.com/api/general-concepts#iterating-over-all-elements
A full page shows by its order whether the shop heeds `sort`. One that does not is walked by offset:
that loses nothing while it keeps its rows in one order, and past the 10,000th it refuses.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from integration.core.errors import Failure, Misconfigured, Reject
from integration.core.exchange import Read
from integration.core.plugins import Notification, Page, Stream
from integration.core.rules import Json
from integration.core.text import storable
from integration.sources.commercetools import envelopes, mapping, paging
from integration.sources.commercetools.client import SCOPE_MISSING

logger = logging.getLogger(__name__)

HANDLED = '"category", "customer", "inventory-entry", "order", "payment", "product"'
SWITCHED_OFF = "switched_off"  # the code of a Reject: there is no such stream here, or not for us
SWITCH_ON = (
    "In commercetools switch messages on (the project's update action changeMessagesConfiguration "
    "with “enabled”), and give the API client the scope view_messages."
)
MISSED = "Orders, refunds and deletions that were missed are not found without them."


@dataclass(frozen=True, kw_only=True)
class _Listing:
    """A collection, the time that orders it, and what is told of an entry."""

    path: str
    time: str
    told: Callable[[Json], Json]
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """After which entry to go on, and with how many at a time."""

    at: str
    id: str = ""
    limit: int = paging.MOST
    offset: int = 0


def _stream(listing: _Listing) -> Stream:
    def stream(read: Read, since: datetime, cursor: str) -> Page:
        place = _place(since, cursor)
        page = paging.ask(read, listing.path, _query(listing, place), place.limit)
        usable = [entry for entry in page.rows if _is_usable(entry, listing)]
        following = replace(place, limit=page.limit, offset=place.offset + len(page.rows))
        in_order = usable and not place.offset and _are_in_order(usable, listing, place)
        if in_order and not page.is_last:
            following = _Place(at=usable[-1][listing.time], id=usable[-1]["id"], limit=page.limit)
        told = [_notification(listing.told(entry)) for entry in _ordered(usable, listing)]
        return Page(
            notifications=[notification for notification in told if notification],
            cursor=json.dumps(asdict(following)),
            is_last=page.is_last,
        )

    return stream


def _messages(read: Read, since: datetime, cursor: str) -> Page:
    """The project's messages. Raises Reject with SWITCHED_OFF if it keeps none, or not for us."""
    try:
        page = _told(read, since, cursor)
    except Misconfigured as exc:
        if exc.code != SCOPE_MISSING:
            raise
        reason = f"commercetools does not let us read its messages. {MISSED} {SWITCH_ON}"
        raise Reject(reason, code=SWITCHED_OFF, status=exc.status, answer=exc.answer) from exc
    if not cursor and not page.notifications and not _are_kept(read):
        reason = f"The commercetools project keeps no messages. {MISSED} {SWITCH_ON}"
        raise Reject(reason, code=SWITCHED_OFF)
    return page


def _are_kept(read: Read) -> bool:
    try:
        project = read("")
    except Failure:
        return True  # the scope view_project_settings is missing: nothing is known
    messages = project.get("messages")
    return not isinstance(messages, dict) or messages.get("enabled") is not False


def _place(since: datetime, cursor: str) -> _Place:
    if cursor:
        return _Place(**json.loads(cursor))
    return _Place(at=paging.stamp(since))


def _query(listing: _Listing, place: _Place) -> list[tuple[str, str]]:
    time, at = listing.time, json.dumps(place.at)
    where = f"{time} >= {at}"
    if place.id:
        where = f"{time} > {at} or ({time} = {at} and id > {json.dumps(place.id)})"
    asked = [("where", listing.where)] if listing.where else []
    asked += [("where", where), ("sort", f"{time} asc"), ("sort", "id asc")]
    return [*asked, ("offset", str(place.offset))] if place.offset else asked


def _is_usable(entry: Any, listing: _Listing) -> bool:
    try:
        mapping.moment(entry[listing.time])
        return isinstance(entry["id"], str)
    except (KeyError, TypeError, ValueError):
        return False


def _key(at: str, id_: str) -> tuple[datetime, str]:
    return mapping.moment(at), id_


def _ordered(entries: list[Json], listing: _Listing) -> list[Json]:
    return sorted(entries, key=lambda entry: _key(entry[listing.time], entry["id"]))


def _are_in_order(entries: list[Json], listing: _Listing, place: _Place) -> bool:
    is_ahead = _key(entries[0][listing.time], entries[0]["id"]) > _key(place.at, place.id)
    return is_ahead and entries == _ordered(entries, listing)


def _notification(payload: Json) -> Notification | None:
    try:
        return envelopes.unwrap({}, json.dumps(storable(payload)).encode())
    except Reject as exc:
        logger.warning("left out of the catch-up: %s", exc.reason)
        return None


def _change(type_id: str) -> Callable[[Json], Json]:
    # Only that it changed: the handler reads it anew.
    def change(entry: Json) -> Json:
        return {
            "notificationType": "ResourceUpdated",
            "resource": {"typeId": type_id, "id": entry["id"]},
            "version": entry.get("version"),
            "modifiedAt": entry["lastModifiedAt"],
        }

    return change


def _changes(path: str, type_id: str) -> Stream:
    return _stream(_Listing(path=path, time="lastModifiedAt", told=_change(type_id)))


_told = _stream(
    _Listing(
        path="messages",
        time="createdAt",
        told=lambda entry: {"notificationType": "Message", **entry},
        where=f"resource(typeId in ({HANDLED}))",
    )
)

STREAMS: dict[str, Stream] = {
    "messages": _messages,
    "customers": _changes("customers", "customer"),
    "categories": _changes("categories", "category"),
    "products": _changes("products", "product"),
    "inventory": _changes("inventory", "inventory-entry"),
}
