"""Receive: a message is stored as it came, whatever it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from django.db import DataError, transaction

from integration import registry
from integration.core.errors import Reject
from integration.core.plugins import Notification, Source
from integration.models import Connection, InboundMessage
from integration.models.copying import insert_at_once

LONGEST_KEY = 200


def receive(connection: Connection, headers: Mapping[str, str], body: bytes) -> None:
    """Store a message, or each of a batch, whatever it is. What is there already stays as it is."""
    source = registry.sources()[connection.kind]
    parts = source.parts(body)
    messages = [_received(connection, headers, part, source) for part in parts]
    try:
        _insert(*messages)
    except (DataError, UnicodeError):
        for message, part in zip(messages, parts, strict=True):
            _insert_somehow(message, part)


def keep(connection: Connection, notifications: Sequence[Notification]) -> int:
    """Store what a source told when asked. Return how many of them were new."""
    source = registry.sources()[connection.kind]
    found = [_message(connection, notification, source) for notification in notifications]
    messages = list({message.dedupe_key: message for message in found}.values())
    keys = [message.dedupe_key for message in messages]
    there = connection.messages.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True)
    known = set(there)
    new = [message for message in messages if message.dedupe_key not in known]
    InboundMessage.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def keep_events(connection: Connection, notifications: Sequence[Notification]) -> None:
    """Store what happened, as quickly as that can be. What is there already stays as it is."""
    source = registry.sources()[connection.kind]
    _insert(*(_message(connection, notification, source) for notification in notifications))


def again(message: InboundMessage) -> None:
    """Process a message once more, and send what comes of it even if it was sent before.

    One that was not known may be known to a newer version. Raises Reject, changing nothing, if
    there is nothing to be done.
    """
    if message.state in (InboundMessage.State.NEW, InboundMessage.State.PARKED):
        raise Reject("It waits to be processed already.")
    raw, payload = message.raw, message.payload
    body = json.dumps(payload).encode() if raw is None else bytes(raw)
    source = registry.sources()[message.connection.kind]
    anew = _message(message.connection, source.unwrap({}, body), source)
    if anew.state != InboundMessage.State.NEW:
        raise Reject(anew.error)
    for name in ("type", "resource_type", "resource_id", "version", "payload", "raw"):
        setattr(message, name, getattr(anew, name))
    message.resends += 1
    message.again()


def _received(
    connection: Connection, headers: Mapping[str, str], body: bytes, source: Source
) -> InboundMessage:
    try:
        return _message(connection, source.unwrap(headers, body), source)
    except Reject as exc:
        return _raw(connection, body, exc.reason)


def _message(connection: Connection, notification: Notification, source: Source) -> InboundMessage:
    state, error = InboundMessage.State.NEW, ""
    if not source.belongs(notification, connection.values()):
        state, error = InboundMessage.State.IGNORED, "It is about another shop than this store's."
    elif notification.type in source.ignored:
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


def _insert(*messages: InboundMessage) -> None:
    # Within a transaction that of its own is a savepoint, so that it can be tried otherwise.
    around = transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext()
    with around:  # the duplicate that loses is no error
        insert_at_once(messages)


def _insert_somehow(message: InboundMessage, body: bytes) -> None:
    try:
        _insert(message)
    except (DataError, UnicodeError):
        # JSON, but of a kind that PostgreSQL cannot hold: a NUL, half a character, 1e999.
        text = "The text has characters that cannot be stored."
        _insert(_raw(message.connection, body, text))
