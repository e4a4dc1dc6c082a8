"""Deliver: what waits for one connection and operation is sent, in claims of a batch.

Few at a time go to the single endpoints, at once. What has piled up goes in bulk: `backlog.py`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction
from django.utils.timezone import now

from integration import registry
from integration.core.bulk import Bulk
from integration.core.errors import THROTTLED, Failure, Misconfigured, Reject, Retry
from integration.core.exchange import Access, Answer
from integration.core.limits import Limiter, Rate
from integration.core.plugins import Send
from integration.core.text import storable
from integration.models import (
    Connection,
    Delivery,
    FailedEvent,
    JobRun,
    ResourceVersion,
    Store,
)
from integration.pipeline import backlog, failures
from integration.pipeline.access import access, limiter
from integration.pipeline.backoff import INTERRUPTIONS, MOST_ATTEMPTS, next_try

logger = logging.getLogger(__name__)

BATCH = 32
THREADS = 8  # requests in flight: at 150 ms each that is 50 a second, about Klaviyo's pace
DRAIN_SECONDS = 60.0
SUBMIT_SECONDS = 10.0  # a batch that takes longer is put back, well before its lease ends
LONGEST_NAP = 1.0  # wait here for the next second's permits; for the next minute's, ring later

Outcome = Answer | Failure | None  # None: not tried
# What makes the outcomes of deliveries: `map`, or that of a pool of threads
Each = Callable[[Callable[[Delivery], Outcome], list[Delivery]], Iterable[Outcome]]


def drain(connection_id: int, operation: str, may_go_on: Callable[[], bool] = lambda: True) -> int:
    """Send what is due, for a minute at most. Return how many were accepted."""
    deadline = time.monotonic() + DRAIN_SECONDS
    accepted = 0
    with ThreadPoolExecutor(THREADS) as pool:
        while time.monotonic() < deadline and may_go_on():
            connection = Connection.objects.select_related("store").get(id=connection_id)
            if not _may_send(connection):
                break
            count = _batch(connection, operation, pool)
            if count is None:
                break
            accepted += count
    return accepted


def _may_send(connection: Connection) -> bool:
    is_paused = connection.store.sending == Store.Sending.PAUSED
    return connection.works and (not is_paused or _ends_here(connection))


def _ends_here(connection: Connection) -> bool:
    """Return whether nothing leaves us: whatever a store sends, it has to know what is so."""
    return registry.destinations()[connection.kind].in_turn


def _batch(connection: Connection, operation: str, pool: ThreadPoolExecutor) -> int | None:
    """Send up to a batch. Return how many were accepted, None if there is nothing to do now."""
    due = Delivery.objects.due().filter(connection_id=connection.id, operation=operation)
    waiting = due[: max(BATCH, backlog.MANY)].count()
    if not waiting:
        return None
    wanted = min(waiting, BATCH)
    if connection.store.sending == Store.Sending.DRY_RUN and not _ends_here(connection):
        return _rehearse(Delivery.objects.claim(connection, operation, wanted))
    destination = registry.destinations()[connection.kind]
    reach = access(connection)
    name, rates = f"{destination.account(reach)}:{operation}", destination.rates[operation]
    if destination.bulk and backlog.is_one(operation, waiting, destination.bulk):
        return _send_many(connection, operation, destination.bulk, reach, name)
    permits = limiter().take(name, rates, wanted) if rates else wanted
    if not permits:
        return _nap(limiter(), name, rates)
    deliveries = Delivery.objects.claim(connection, operation, permits)
    each = map if destination.in_turn else pool.map
    return _send_batch(deliveries, destination.send(reach), each, name)


def _rehearse(deliveries: list[Delivery]) -> int:
    for delivery in deliveries:
        # What was never sent must not count as sent when the store goes live.
        ResourceVersion.objects.unsent(delivery.connection, delivery.order_key)
        delivery.settle(Delivery.State.DISCARDED, {"reason": "Dry run: this would have been sent."})
    return 0


def _nap(limits: Limiter, name: str, rates: tuple[Rate, ...]) -> int | None:
    """Wait for permits if they come soon; a worker that sleeps for long serves nobody."""
    seconds = limits.wait(name, rates)
    if seconds > LONGEST_NAP:
        return None
    time.sleep(max(seconds, 0.05))
    return 0


def _send_batch(deliveries: list[Delivery], send: Send, each: Each, name: str) -> int:
    halt = threading.Event()
    attempt = _attempt(send, halt, time.monotonic() + SUBMIT_SECONDS)
    outcomes = each(attempt, deliveries)
    settled = [
        _settle_safely(delivery, outcome, name)
        for delivery, outcome in zip(deliveries, outcomes, strict=True)
    ]
    return sum(settled)


def _send_many(
    connection: Connection, operation: str, bulk: Bulk, reach: Access, name: str
) -> int | None:
    """Send a pack. Return how many were accepted, None if there is nothing more to do now."""
    sending = backlog.send(connection, operation, bulk, reach)
    if not (sending.taken or sending.refused or sending.halted_by):
        return None
    for delivery, failure in sending.refused:
        _settle_safely(delivery, failure, name)
    match sending.halted_by:
        case None:
            limiter().recovered(name)
            return sending.taken
        case Misconfigured():
            connection.pause(sending.halted_by)
        case Retry() if sending.halted_by.code != THROTTLED:
            limiter().stumble(name)
    return None


def _attempt(send: Send, halt: threading.Event, deadline: float) -> Callable[[Delivery], Outcome]:
    """Return a function for the threads: one try, unless another one met a wall before."""

    def attempt(delivery: Delivery) -> Outcome:
        if halt.is_set() or time.monotonic() > deadline:
            return None
        try:
            return send(delivery.operation, delivery.request)
        except Reject as exc:
            return exc
        except Failure as exc:  # the other side is down, busy or locked: not this row's fault
            halt.set()
            return exc
        except Exception as exc:  # noqa: BLE001 - a bug must not stop the others
            logger.exception("delivery %s: sending failed", delivery.id)
            return Reject(f"Storewire could not send this ({type(exc).__name__}).", code="bug")

    return attempt


def _settle_safely(delivery: Delivery, outcome: Outcome, name: str) -> bool:
    try:
        return _settle(delivery, outcome, name)
    except INTERRUPTIONS:
        raise
    except Exception:
        # Its lease ends and it is due again; the others of the batch must be written down.
        logger.exception("delivery %s: the answer could not be written down", delivery.id)
        return False


def _settle(delivery: Delivery, outcome: Outcome, name: str) -> bool:
    """Write down what came of it. Return whether it was accepted."""
    match outcome:
        case None:
            delivery.release()
        case Answer():
            answer = {"status": outcome.status, "body": storable(outcome.body)}
            settled = delivery.settle(Delivery.State.SENT, answer, outcome.notes)
            if settled and delivery.run_id:
                JobRun.objects.accepted(delivery.run_id)
            limiter().recovered(name)
            return settled
        case Retry() if delivery.attempts < MOST_ATTEMPTS or outcome.code == THROTTLED:
            _later(delivery, outcome, name)
        case Misconfigured():
            delivery.connection.pause(outcome)
            delivery.release(failures.said(outcome))
        case Failure():
            _reject(delivery, outcome)
    return False


@transaction.atomic
def _reject(delivery: Delivery, failure: Failure) -> None:
    if delivery.settle(Delivery.State.REJECTED, failures.said(failure)):
        failures.delivery_failed(delivery, failure, FailedEvent.Stage.SENDING)


def _later(delivery: Delivery, failure: Retry, name: str) -> None:
    if failure.code == THROTTLED:
        # Everyone waits: Klaviyo counts the account, not this row. It is due right after.
        limiter().pause(name, failure.after or LONGEST_NAP)
        delivery.release(failures.said(failure))
        return
    limiter().stumble(name)
    delivery.wait(next_try(failure, delivery.attempts, now()), failures.said(failure))
