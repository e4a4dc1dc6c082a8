"""Take, store, remove, again: until told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from django.db import Error, close_old_connections

from integration import registry
from integration.consumers.queues import Opener, Queue, Taken
from integration.consumers.stopping import Stop, Stopped
from integration.core.errors import Failure, Misconfigured, Retry
from integration.core.exchange import Access
from integration.models import Connection
from integration.pipeline import doors, inbox

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
CLOSED_SECONDS = 10.0  # between two looks at a connection that is switched off


def empty(slug: str, field: str, opens: Callable[[Access], Queue]) -> Iterator[int]:
    """Empty a store's queue, which this field of its connection names, until SIGTERM or SIGINT.

    Yields as `consume` does. Raises Misconfigured if there is no such queue.
    """
    stop = Stop()
    stop.heed_signals()
    yield from consume(kind_of(slug, field), slug, Opener(opens), stop)


def kind_of(slug: str, field: str) -> str:
    """Return the kind of the store's source that has a queue in this field.

    Raises Misconfigured if there is none.
    """
    for connection in Connection.objects.filter(store__slug=slug, kind__in=registry.sources()):
        if connection.values().get(field):
            return connection.kind
    raise Misconfigured(
        f"No connection of a store “{slug}” has a queue filled in.",
        remedy="Fill it in, in Connections.",
        code="not_set",
    )


def consume(kind: str, slug: str, opener: Opener, stop: Stop) -> Iterator[int]:
    """Store what comes through a queue until told to stop.

    Yields the connection's id whenever something is stored, before it is removed from the queue:
    there is work now. What goes wrong passes by itself or by a person's hand: it is waited for.
    """
    logger.info("store %s: taking from its queue", slug)
    troubles = 0
    try:
        while not stop.asked:
            try:
                yield from _round(kind, slug, opener, stop)
                troubles = 0
            except (Failure, Error) as exc:
                troubles += 1
                pause = _pause(exc, troubles)
                logger.warning("store %s: queue waits %.0f s: %s", slug, pause, _words(exc))
                stop.sleep(pause)
    except Stopped:
        pass
    logger.info("store %s: stopped", slug)


def _round(kind: str, slug: str, opener: Opener, stop: Stop) -> Iterator[int]:
    close_old_connections()  # one that PostgreSQL has closed since is of no use
    # Before anything is taken: without the database there is no use in it either.
    door = doors.find(kind, slug)
    if door is None:
        stop.sleep(CLOSED_SECONDS)
        return
    queue = opener.queue(door.access)
    with stop.waiting():
        batch = queue.take()
    stored, trouble = _store(door.connection, batch)
    if stored:
        yield door.connection.id
    queue.remove(stored)
    if trouble:
        queue.put_back(batch[len(stored) :])
        raise trouble


def _store(connection: Connection, batch: Sequence[Taken]) -> tuple[Sequence[Taken], Error | None]:
    """Store messages up to the first that cannot be. Return those that are, and what it was."""
    for place, message in enumerate(batch):
        try:
            inbox.receive(connection, {}, message.body)
        except Error as exc:
            logger.warning("queue message %s not stored: %s", message.id, type(exc).__name__)
            return batch[:place], exc
    return batch, None


def _pause(trouble: Failure | Error, troubles: int) -> float:
    asked = trouble.after if isinstance(trouble, Retry) else None
    return min(asked or 2.0 ** min(troubles - 1, 10), LONGEST_PAUSE)


def _words(trouble: Failure | Error) -> str:
    if isinstance(trouble, Failure):
        return f"{trouble.reason} ({trouble.code})"
    return type(trouble).__name__  # PostgreSQL's words may quote the row
