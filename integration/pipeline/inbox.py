"""Receive and process: a message is stored as it came, then judged."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from django.db import DataError, transaction
from django.utils.timezone import now

from integration import registry
from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.plugins import Notification, Shop, Skip, Source
from integration.core.records import Record
from integration.models import Connection, InboundMessage
from integration.pipeline import failures
from integration.pipeline.access import access
from integration.pipeline.backoff import INTERRUPTIONS, MOST_ATTEMPTS, next_try
from integration.pipeline.outbox import Bell, queue_records

logger = logging.getLogger(__name__)

BATCH = 32
THREADS = 8  # handlers wait for the shop's answers most of the time
DRAIN_SECONDS = 60.0
SUBMIT_SECONDS = 10.0  # a batch that takes longer is put back, well before its lease ends
LONGEST_KEY = 200

Outcome = list[Record] | Skip | Failure | None  # None: not tried
Understood = tuple[InboundMessage, list[Record]]


def receive(connection: Connection, headers: Mapping[str, str], body: bytes) -> None:
    """Store a message, whatever it is. One that is there already changes nothing."""
    source = registry.sources()[connection.kind]
    try:
        message = _message(connection, source.unwrap(headers, body), source)
    except Reject as exc:
        message = _raw(connection, body, exc.reason)
    try:
        _insert(message)
    except (DataError, UnicodeError):
        # JSON, but of a kind that PostgreSQL cannot hold: a NUL, half a character, 1e999.
        _insert(_raw(connection, body, "The text has characters that cannot be stored."))


def again(message: InboundMessage) -> None:
    """Process a message that led to nothing, because a newer version may know what to do with it.

    Raises Reject, changing nothing, if there is still nothing to be done.
    """
    if message.state not in (InboundMessage.State.UNKNOWN, InboundMessage.State.IGNORED):
        raise Reject("Only what is not known or was ignored can be processed again.")
    raw, payload = message.raw, message.payload
    body = json.dumps(payload).encode() if raw is None else bytes(raw)
    source = registry.sources()[message.connection.kind]
    anew = _message(message.connection, source.unwrap({}, body), source)
    if anew.state != InboundMessage.State.NEW:
        raise Reject(anew.error)
    for name in ("type", "resource_type", "resource_id", "version", "payload", "raw"):
        setattr(message, name, getattr(anew, name))
    message.again()


def drain(connection_id: int) -> Iterator[set[Bell]]:
    """Process what is due for a source, for a minute at most. Yields what to ring for."""
    deadline = time.monotonic() + DRAIN_SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while time.monotonic() < deadline:
            connection = Connection.objects.select_related("store").get(id=connection_id)
            if not connection.works:
                return
            messages = InboundMessage.objects.claim(connection, BATCH)
            if not messages:
                return
            source = registry.sources()[connection.kind]
            shop = Shop(
                settings=connection.store.facts().settings, read=source.reader(access(connection))
            )
            until = time.monotonic() + SUBMIT_SECONDS
            judge = partial(_judge, source=source, shop=shop, until=until)
            outcomes = pool.map(judge, messages)
            destinations = list(connection.store.connections.destinations())
            yield _settle(list(zip(messages, outcomes, strict=True)), destinations)


def _message(connection: Connection, notification: Notification, source: Source) -> InboundMessage:
    state, error = InboundMessage.State.NEW, ""
    if notification.type in source.ignored:
        state, error = InboundMessage.State.IGNORED, source.ignored[notification.type]
    elif notification.type not in source.handlers:
        state = InboundMessage.State.UNKNOWN
        error = f"Nothing is made of “{notification.type}” messages."
    return InboundMessage(
        connection=connection,
        dedupe_key=_short(notification.key),
        type=notification.type[:200],
        resource_type=notification.resource_type[:100],
        resource_id=notification.resource_id[:200],
        version=notification.version,
        payload=notification.payload,
        state=state,
        error=error,
    )


def _raw(connection: Connection, body: bytes, error: str) -> InboundMessage:
    return InboundMessage(
        connection=connection,
        dedupe_key=f"raw:{hashlib.sha256(body).hexdigest()}",
        raw=body,
        state=InboundMessage.State.UNKNOWN,
        error=error,
    )


def _short(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    return f"hash:{hashlib.sha256(key.encode()).hexdigest()}"


def _insert(message: InboundMessage) -> None:
    # One statement in a transaction of its own; the duplicate that loses is no error.
    with transaction.atomic():
        InboundMessage.objects.bulk_create([message], ignore_conflicts=True)


def _judge(message: InboundMessage, source: Source, shop: Shop, until: float) -> Outcome:
    """What becomes of a message. Runs in a thread: reads the shop, never the database."""
    if time.monotonic() > until:
        return None
    try:
        handler = source.handlers[message.type]
        return handler(message.payload or {}, replace(shop, attempt=message.attempts))
    except Failure as exc:
        return exc
    except Exception as exc:  # noqa: BLE001 - the top of the pipeline: a bug must not stop the rest
        logger.exception("message %s: handler failed", message.id)
        return Reject(
            f"Storewire could not read this message ({type(exc).__name__}).", code="unexpected"
        )


def _settle(judged: list[tuple[InboundMessage, Outcome]], to: list[Connection]) -> set[Bell]:
    """Write down what became of a batch."""
    understood = []
    for message, outcome in judged:
        match outcome:
            case Retry() if message.attempts < MOST_ATTEMPTS:
                message.wait(next_try(outcome, message.attempts, now()), outcome.reason)
            case Misconfigured():
                message.connection.pause(outcome)
                message.release(outcome.reason)
            case Failure():
                _fail(message, outcome)
            case None:
                message.release()
            case Skip():
                message.settle(InboundMessage.State.IGNORED, outcome.reason)
            case _:
                understood.append((message, outcome))
    return _queue_all(understood, to)


def _queue_all(understood: list[Understood], to: list[Connection]) -> set[Bell]:
    """Queue a batch in one transaction; if one message spoils it, each on its own."""
    try:
        return _queue(understood, to)
    except INTERRUPTIONS:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the next step finds the one and says it
        return {bell for one in understood for bell in _queue_alone(one, to)}


def _queue_alone(one: Understood, to: list[Connection]) -> set[Bell]:
    message = one[0]
    try:
        return _queue([one], to)
    except INTERRUPTIONS:
        raise
    except Exception as exc:  # noqa: BLE001 - the top of the pipeline, for what mapping does
        logger.exception("message %s: mapping failed", message.id)
        _fail(
            message, Reject(f"This could not be mapped ({type(exc).__name__}).", code="unexpected")
        )
        return set()


@transaction.atomic
def _queue(understood: list[Understood], to: list[Connection]) -> set[Bell]:
    ours = InboundMessage.objects.finish([message for message, _ in understood])
    queued = queue_records([one for one in understood if one[0].id in ours], to)
    for message_id, reason in queued.left_out.items():
        InboundMessage.objects.filter(id=message_id).update(error=reason)
    return queued.bells


def _fail(message: InboundMessage, failure: Failure) -> None:
    with transaction.atomic():
        if message.settle(InboundMessage.State.FAILED, failure.reason):
            failures.message_failed(message, failure)
