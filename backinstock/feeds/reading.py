"""Feeds are read when it is time: asked whether they have changed, checked, and taken."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from email.message import Message
from http import HTTPStatus

from django.conf import settings
from django.utils.timezone import now

from backinstock.feeds import packed
from backinstock.feeds.taking import Taken, take
from backinstock.models import Restock
from backinstock.models.feeds import Feed
from integration.core import http
from integration.core.errors import Failure, Reject, Retry
from integration.pipeline.backoff import next_try

logger = logging.getLogger(__name__)

MOST_BYTES = 50_000_000
FETCH_SECONDS = 120.0
AGENT = "Storewire"
SAME = "It has not changed since it was taken."


def due(at: datetime) -> list[int]:
    """Return the ids of the feeds that are to be read now."""
    return list(Feed.objects.due(at).order_by("read_at").values_list("id", flat=True))


def read_soon(feed: Feed) -> None:
    """Let a feed be read as soon as a worker has time, changed or not. The caller rings."""
    Feed.objects.filter(id=feed.id).update(read_at=None, not_before=now(), taken_as="")


def accept(feed: Feed) -> None:
    """Let a feed be taken next time however few rows it has. The caller rings."""
    Feed.objects.filter(id=feed.id).update(rows=None)
    read_soon(feed)


def read(feed_id: int, at: datetime | None = None) -> list[Restock]:
    """Read a feed if it is time to. Return the restocks that open.

    What went wrong is said in the feed's `result`, of single rows in its `problems`; it is read
    again later.
    """
    moment = at or now()
    feed = Feed.objects.due(moment).select_related("store").filter(id=feed_id).first()
    if feed is None or not feed.claim(moment):
        return []
    try:
        return _read(feed, moment)
    except Failure as exc:
        _put_off(feed, exc, moment)
        return []


def _read(feed: Feed, moment: datetime) -> list[Restock]:
    with packed.new_file() as fetched, packed.new_file() as inside:
        bounds = http.Bounds(
            most_bytes=MOST_BYTES,
            seconds=FETCH_SECONDS,
            internal_hosts=settings.FEED_ALLOWED_HOSTS,
        )
        answer = http.fetch(feed.url, fetched, bounds, _asking(feed))
        if answer.status == HTTPStatus.NOT_MODIFIED:
            feed.result, feed.is_well = SAME, True
            _save(feed, moment)
            return []
        _check(answer)
        file = packed.unpacked(fetched, inside, MOST_BYTES)
        taken = take(feed, file, _charset(answer.headers), moment)
    _keep(feed, taken, answer.headers, moment)
    return taken.restocks


def _asking(feed: Feed) -> dict[str, str]:
    headers = {"User-Agent": AGENT, "Accept": "text/csv, application/json, */*"}
    if feed.taken_as == feed.reading:
        known = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
        headers |= {name: value for name, value in known.items() if value}
    return headers


def _check(answer: http.Fetched) -> None:
    if answer.status == HTTPStatus.OK:
        return
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in (408, 425, 429):
        reason, after = f"The server answered {answer.status}.", http.retry_after(answer)
        raise Retry(reason, after=after, status=answer.status)
    reason = f"The server answered {answer.status} instead of a file: check the address."
    raise Reject(reason, code="refused", status=answer.status)


def _charset(headers: Mapping[str, str]) -> str:
    message = Message()
    message["Content-Type"] = headers.get("Content-Type", "")
    return message.get_content_charset("")


def _keep(feed: Feed, taken: Taken, headers: Mapping[str, str], moment: datetime) -> None:
    feed.result, feed.is_well, feed.problems = taken.words, taken.is_taken, taken.problems
    if taken.is_taken:
        feed.taken_at = moment
    if taken.is_whole:
        feed.rows, feed.taken_as = taken.rows, feed.reading
        feed.etag = headers.get("ETag", "")[:500]
        feed.last_modified = headers.get("Last-Modified", "")[:100]
    _save(feed, None if taken.is_taken and not taken.is_whole else moment)


def _save(feed: Feed, read_at: datetime | None) -> None:
    """Write what came of a reading. Without its time, it is due again at once."""
    feed.read_at, feed.attempts = read_at, 0
    feed.not_before = read_at or now()
    feed.save(
        update_fields=[
            *("result", "is_well", "problems", "taken_at", "rows", "taken_as", "etag"),
            *("last_modified", "read_at", "attempts", "not_before"),
        ]
    )


def _put_off(feed: Feed, failure: Failure, moment: datetime) -> None:
    logger.info("feed %s put off: %s", feed.id, failure.code)
    feed.result, feed.is_well = failure.reason[:500], False
    feed.not_before, feed.attempts = moment, feed.attempts + 1
    if isinstance(failure, Retry):
        feed.not_before = next_try(failure, feed.attempts, moment)
    else:
        feed.read_at = moment
    feed.save(update_fields=["result", "is_well", "not_before", "attempts", "read_at"])
