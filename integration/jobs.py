"""RQ entry points: doorbells. A job takes ids, calls one function, rings the next."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import django_rq
from django.conf import settings
from django.utils.timezone import now
from redis import Redis
from redis.exceptions import RedisError

from integration import bulk, monitoring, retention, subscriptions
from integration import catch_up as catching_up
from integration.core.errors import Reject
from integration.core.redis_client import connect
from integration.pipeline import delivery, processing

logger = logging.getLogger(__name__)

BELL_SECONDS = 10  # one ring waits at a time; a ring whose worker died is forgotten after this
# Jobs that may take long, or can wait: no notification waits behind them.
QUEUES = {
    "catch_up": "bulk",
    "import_run": "bulk",
    "follow": "default",
    "purge": "default",
    "poll_stock": "default",
    "read_feed": "bulk",
}
TURN_SECONDS = 0.5  # of a job while others wait
TIMEOUT_SECONDS = 400  # a drain stops by itself after a minute, an import after two or three


def ring(job: Callable[..., Any], *ids: int | str) -> None:
    """Wake a worker for this job, unless a ring for the same waits already.

    A ring that gets lost only delays: the rows are there, and the sweep rings again.
    """
    try:
        if _redis().set(_bell(job, *ids), 1, nx=True, ex=BELL_SECONDS):
            name = QUEUES.get(job.__name__, "realtime")
            queue = django_rq.get_queue(name, commit_mode="auto", connection=_redis())
            queue.enqueue(job, *ids, job_timeout=TIMEOUT_SECONDS, failure_ttl=86_400)
    except RedisError as exc:
        logger.warning("ring lost, the sweep will follow: %s", type(exc).__name__)


def answered(job: Callable[..., Any], *ids: int | str) -> None:
    """Say that a job has begun. Belongs before its first look at the rows: who writes one after
    that look rings anew.
    """
    _redis().delete(_bell(job, *ids))


def turn() -> Callable[[], bool]:
    """Return whether a job may go on: for a while, and then as long as nobody else waits.

    One worker has to do: what comes in all the time must not hold up what is to go out.
    """
    until = time.monotonic() + TURN_SECONDS
    queue = django_rq.get_queue("realtime", connection=_redis())
    return lambda: time.monotonic() < until or not queue.count


def process(connection_id: int) -> None:
    """Process what a source has sent."""
    answered(process, connection_id)
    may_go_on = turn()
    for bells in processing.drain(connection_id, may_go_on):
        for destination_id, operation in bells:
            ring(deliver, destination_id, operation)
    if not may_go_on():
        ring(process, connection_id)


def deliver(connection_id: int, operation: str) -> int:
    """Send what waits for a destination, and then what waited for that."""
    answered(deliver, connection_id, operation)
    may_go_on = turn()
    accepted = delivery.drain(connection_id, operation, may_go_on)
    if not may_go_on():
        ring(deliver, connection_id, operation)
    if accepted:
        for other in monitoring.waiting_operations(connection_id) - {operation}:
            ring(deliver, connection_id, other)
    return accepted


def catch_up(run_id: int) -> None:
    """Read what a shop did while nobody listened, for a minute at most."""
    answered(catch_up, run_id)
    for connection_id in catching_up.run(run_id):
        ring(process, connection_id)
    _ring_catch_ups()


def import_run(run_id: int) -> None:
    """Import for a turn, and leave the rest to the next one."""
    answered(import_run, run_id)
    bulk.run(run_id)
    _ring_imports()


def follow(connection_id: int) -> None:
    """Ask after the work that the other side does with what it took."""
    answered(follow, connection_id)
    bulk.follow(connection_id)
    _ring_imports()


def scheduled_catch_up() -> None:
    """Start a catch-up of every live store that has none."""
    for store in catching_up.due_stores():
        try:
            run = catching_up.start(store, None, None)
        except Reject as exc:
            logger.info("no catch-up of store %s: %s", store.id, exc.code)
        else:
            ring(catch_up, run.id)


def check_subscriptions() -> None:
    """Ask every shop whether what it tells arrives, for people to see."""
    for connection in monitoring.subscribed():
        subscriptions.check_health(connection)


def purge() -> None:
    """Delete what was done long ago, turn by turn until nothing is left of it."""
    answered(purge)
    if retention.purge(now()):
        ring(purge)


def sweep() -> None:
    """Ring for everything that is due: retries, ended leases, and what a lost Redis forgot."""
    for connection_id in monitoring.waiting_messages():
        ring(process, connection_id)
    for connection_id, operation in monitoring.waiting_deliveries():
        ring(deliver, connection_id, operation)
    _ring_catch_ups()
    _ring_imports()


def _ring_imports() -> None:
    for connection_id in bulk.due():
        ring(follow, connection_id)
    for run_id in bulk.waiting():
        ring(import_run, run_id)


def _ring_catch_ups() -> None:
    for run_id in catching_up.waiting():
        ring(catch_up, run_id)


def _redis() -> Redis:
    return connect(settings.REDIS_URL)


def _bell(job: Callable[..., Any], *ids: int | str) -> str:
    return ":".join(["bell", job.__name__, *map(str, ids)])
