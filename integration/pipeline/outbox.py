"""From records to deliveries: mapped, checked, in order, each fact once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from integration import registry
from integration.core.errors import Reject
from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.plugins import Destination
from integration.core.records import Record
from integration.core.rules import Problem
from integration.models import Connection, Delivery, FailedEvent, ResourceVersion
from integration.models.copying import write_new
from integration.pipeline import failures, objects
from integration.pipeline.batches import Batch, Queued, Wanted, wanted

GONE = "Whom this is about was erased."
TWICE = "The same had come before; it goes out once."


def queue_records(batches: Iterable[Batch], connections: Iterable[Connection]) -> Queued:
    """Write a delivery for each request that these destinations make of the records.

    Belongs into the transaction that makes the facts.
    """
    listed = list(batches)
    queued = Queued()
    for connection in connections:
        facts = connection.store.facts()
        made = [(batch, _made(batch, connection, facts, queued)) for batch in listed]
        objects.hold_owners({one.completes for _, found in made for one in found}, connection)
        everything = [one for batch, found in made for one in _wanted(batch, found, connection)]
        _queue(everything, connection, queued)
    return queued


def requests(records: Iterable[Record], connection: Connection) -> tuple[list[Request], list[str]]:
    """Return the requests that a connection makes of records, and why it makes none of some."""
    return mapped(records, registry.destinations()[connection.kind], connection.store.facts())


def mapped(
    records: Iterable[Record], destination: Destination, facts: StoreFacts
) -> tuple[list[Request], list[str]]:
    """Return the requests that a destination makes of records, and why it makes none of some."""
    made: list[Request] = []
    reasons = []
    for record in records:
        mapper = destination.mappers.get(type(record))
        found = mapper(record, facts) if mapper else []
        if isinstance(found, Skip):
            reasons.append(found.reason)
        else:
            made += found
    return made, reasons


def _made(batch: Batch, connection: Connection, facts: StoreFacts, queued: Queued) -> list[Request]:
    made, reasons = mapped(batch.records, registry.destinations()[connection.kind], facts)
    if reasons and not made and batch.origin:
        queued.unwanted[batch.origin.id] = reasons[0]
    return made


def _wanted(batch: Batch, made: list[Request], connection: Connection) -> list[Wanted]:
    listed: list[Request] = []
    for request in made:
        removals = _removals(request, made, connection) if request.completes else []
        # What is deleted goes after what belongs to it.
        first = tuple(one.order_key for one in removals) if request.deletes else ()
        last = replace(request, after=(*request.after, *first)) if first else request
        listed += [*removals, last]
    return [wanted(request, batch, connection) for request in listed]


def _removals(head: Request, made: list[Request], connection: Connection) -> list[Request]:
    """What was sent of an owner before and is not among its objects any more."""
    removal = registry.destinations()[connection.kind].removal
    present = {other.order_key for other in made if other.owner == head.completes}
    known = ResourceVersion.objects.of_owner(connection, head.completes)
    gone = [removal(key, head.version) for key in sorted(known - present)]
    return [replace(one, owner=head.completes) for one in gone if one]


def _queue(everything: list[Wanted], connection: Connection, queued: Queued) -> None:
    objects.hold(everything, connection)
    destination = registry.destinations()[connection.kind]
    good: list[Wanted] = []
    bad: dict[str, tuple[Wanted, list[Problem]]] = {}  # the last word about each
    for one in everything:
        if one.batch.token:
            key = (connection.id, one.delivery.idempotency_key)
            queued.keys.setdefault(one.batch.token, []).append(key)
        problems = destination.check(one.request.operation, one.request.body)
        if problems:
            bad[_what_of(one)] = (one, problems)
        else:
            good.append(one)
    kept = objects.news(good, connection, queued)
    last = [*kept, *(one for one, _ in bad.values())]
    overtaken = {one.request.order_key for one in last if not one.request.parts}
    failures.overtake(connection, overtaken - {""})
    for one, problems in bad.values():
        _set_aside(one.delivery, problems)
        if one.batch.token:
            queued.set_aside[one.batch.token] = one.delivery.id
    deliveries = _not_queued_yet(kept, connection, queued)
    # Events in one order for all workers, so that no two wait for each other. Should another one
    # have written the same event meanwhile, the database keeps the first. Objects keep theirs:
    # their rows are locked already, and an item comes before its variants.
    deliveries.sort(key=lambda delivery: "" if delivery.order_key else delivery.idempotency_key)
    write_new(deliveries)
    queued.bells |= {(connection.id, delivery.operation) for delivery in deliveries}
    queued.queued_for |= {one.message_id for one in deliveries if one.message_id}


def _what_of(one: Wanted) -> str:
    """What tells the failure of a request from the failures of others: its object, if it says all
    of that.
    """
    whole = "" if one.request.parts else one.request.order_key
    return whole or one.delivery.idempotency_key


def _not_queued_yet(kept: list[Wanted], connection: Connection, queued: Queued) -> list[Delivery]:
    """Leave out the facts that have a delivery already, and those about who was erased."""
    known = Delivery.objects.counting(connection, [one.delivery.idempotency_key for one in kept])
    about = {one.request.about for one in kept} - {""}
    gone = ResourceVersion.objects.deleted(connection, about) if about else set()
    deliveries = []
    for one in kept:
        if one.request.about in gone:
            queued.note(one.batch, GONE)
        elif one.delivery.idempotency_key in known:
            queued.note(one.batch, TWICE)
        else:
            known.add(one.delivery.idempotency_key)
            deliveries.append(one.delivery)
    return deliveries


def _set_aside(delivery: Delivery, problems: list[Problem]) -> None:
    delivery.state = Delivery.State.REJECTED
    delivery.save()
    failures.delivery_failed(delivery, would_be_refused(problems), FailedEvent.Stage.CHECKING)


def would_be_refused(problems: list[Problem]) -> Reject:
    """Return the failure of a request that has these problems."""
    reason = "; ".join(str(problem) for problem in problems[:5])
    return Reject(
        f"This would be refused, so it was not sent: {reason}.",
        code="invalid",
        pointer=problems[0].pointer,
    )
