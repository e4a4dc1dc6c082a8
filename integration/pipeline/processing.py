"""Process: a message becomes records, and these become deliveries, in one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError, transaction
from django.utils.timezone import now

from integration import registry
from integration.core.errors import PARKED, Failure, Misconfigured, Reject, Retry
from integration.core.exchange import Skip
from integration.core.plugins import Look, Shop, Source
from integration.core.records import Record
from integration.models import Connection, InboundMessage
from integration.pipeline import failures
from integration.pipeline.access import access, lately
from integration.pipeline.backoff import INTERRUPTIONS, MOST_ATTEMPTS, next_try
from integration.pipeline.batches import Batch, Bell
from integration.pipeline.outbox import queue_records

logger = logging.getLogger(__name__)

BATCH = 32
THREADS = 8  # handlers wait for the shop's answers most of the time
DRAIN_SECONDS = 60.0
SUBMIT_SECONDS = 10.0  # a batch that takes longer is put back, well before its lease ends

State = InboundMessage.State
Outcome = list[Record] | Look | Skip | Failure | None  # None: not tried


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A message and what its handler said of it, having begun to look at this moment."""

    message: InboundMessage
    outcome: Outcome
    as_of: datetime

    def batch(self) -> Batch:
        """Return the records, on their way to the outbox."""
        records = self.outcome.records if isinstance(self.outcome, Look) else self.outcome
        assert isinstance(records, list)  # noqa: S101 - for mypy: the others went another way
        return Batch(records=records, as_of=self.as_of, origin=self.message)


def drain(connection_id: int, may_go_on: Callable[[], bool] = lambda: True) -> Iterator[set[Bell]]:
    """Process what is due for a source, for a minute at most. Yields what to ring for."""
    deadline = time.monotonic() + DRAIN_SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while time.monotonic() < deadline and may_go_on():
            connection = Connection.objects.select_related("store").get(id=connection_id)
            if not connection.works:
                return
            messages = InboundMessage.objects.claim(connection, BATCH)
            if not messages:
                return
            source, shop = registry.sources()[connection.kind], shop_of(connection)
            until = time.monotonic() + SUBMIT_SECONDS
            judging = partial(_judge_in_time, source=source, shop=shop, until=until)
            judged = list(pool.map(judging, _newest_of_each(messages, source)))
            yield _settle(judged, list(connection.store.connections.destinations()))


def shop_of(connection: Connection) -> Shop:
    """Return what the handlers of a source may use."""
    source = registry.sources()[connection.kind]
    return Shop(
        store=connection.store.facts(),
        read=source.reader(access(connection)),
        at=now(),
        lately=lately(connection),
    )


def judge(message: InboundMessage, source: Source, shop: Shop) -> Judged:
    """Return what becomes of a message. Reads the shop, never the database; raises nothing."""
    as_of = now()
    if message.type in shop.store.settings["messages"]["off"]:
        skip = Skip("This type of message is switched off for the store.")
        return Judged(message=message, outcome=skip, as_of=as_of)
    outcome: Outcome
    try:
        handles = source.handlers[message.type]
        mine = replace(shop, at=as_of, attempt=message.attempts, looks=message.looks)
        outcome = handles.handler(message.payload or {}, mine)
    except Failure as exc:
        outcome = exc
    except Exception as exc:  # noqa: BLE001 - the top of the pipeline: a bug must not stop the rest
        logger.exception("message %s: handler failed", message.id)
        reason = f"Storewire could not read this message ({type(exc).__name__})."
        outcome = Reject(reason, code="unexpected")
    return Judged(message=message, outcome=outcome, as_of=as_of)


def _judge_in_time(message: InboundMessage, source: Source, shop: Shop, until: float) -> Judged:
    if time.monotonic() > until:
        return Judged(message=message, outcome=None, as_of=now())
    return judge(message, source, shop)


def _newest_of_each(messages: list[InboundMessage], source: Source) -> list[InboundMessage]:
    """Leave out messages for which the same resource would be read twice. They are done."""
    rereading = {type_ for type_, handles in source.handlers.items() if handles.rereads}
    newest: dict[tuple[str, str], InboundMessage] = {}
    chosen = []
    for message in sorted(messages, key=lambda message: -(message.version or 0)):
        key = (message.type, message.resource_id)
        if message.resends or message.type not in rereading or key not in newest:
            newest[key] = message
            chosen.append(message)
        else:
            message.settle(State.DONE, "Another message about the same thing came with it.")
    return sorted(chosen, key=lambda message: message.id)


def _settle(judged: list[Judged], to: list[Connection]) -> set[Bell]:
    """Write down what became of a batch."""
    understood = []
    for one in judged:
        message, outcome = one.message, one.outcome
        match outcome:
            case Retry() if message.attempts < MOST_ATTEMPTS:
                state = State.PARKED if outcome.code == PARKED else State.NEW
                until = next_try(outcome, message.attempts, now())
                message.wait(until, outcome.reason, state)
            case Misconfigured():
                message.connection.pause(outcome)
                message.release(outcome.reason)
            case Failure():
                _fail(message, outcome)
            case None:
                message.release()
            case Skip():
                message.settle(State.IGNORED, outcome.reason)
            case _:
                understood.append(one)
    return _queue_all(understood, to)


def _queue_all(understood: list[Judged], to: list[Connection]) -> set[Bell]:
    """Queue a batch in one transaction; if one message spoils it, each on its own."""
    try:
        return _queue(understood, to)
    except INTERRUPTIONS:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the next step finds the one and says it
        return {bell for one in understood for bell in _queue_alone(one, to)}


def _queue_alone(one: Judged, to: list[Connection]) -> set[Bell]:
    try:
        return _queue([one], to)
    except INTERRUPTIONS:
        raise
    except Exception as exc:  # noqa: BLE001 - the top of the pipeline, for what mapping does
        # PostgreSQL's words quote the row, which is somebody's.
        told = not isinstance(exc, DatabaseError)
        logger.error("message %s: %s", one.message.id, type(exc).__name__, exc_info=told)
        reason = f"This could not be mapped ({type(exc).__name__})."
        _fail(one.message, Reject(reason, code="unexpected"))
        return set()


@transaction.atomic
def _queue(understood: list[Judged], to: list[Connection]) -> set[Bell]:
    held = InboundMessage.objects.finish([one.message for one in understood])
    ours = [one for one in understood if one.message.id in held]
    queued = queue_records([one.batch() for one in ours], to)
    for message_id in queued.left_out.keys() - queued.queued_for:
        _say(message_id, queued.left_out[message_id], State.DONE)
    for message_id in queued.unwanted.keys() - queued.queued_for - queued.left_out.keys():
        _say(message_id, queued.unwanted[message_id], State.IGNORED)
    for one in ours:
        if isinstance(one.outcome, Look):
            one.message.look_again(now() + timedelta(seconds=one.outcome.again_after))
    return queued.bells


def _say(message_id: int, reason: str, state: State) -> None:
    InboundMessage.objects.filter(id=message_id).update(error=reason, state=state)


def _fail(message: InboundMessage, failure: Failure) -> None:
    with transaction.atomic():
        if message.settle(State.FAILED, failure.reason):
            failures.message_failed(message, failure)
