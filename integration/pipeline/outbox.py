"""From records to deliveries: mapped, checked, in order, each fact once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from integration import registry
from integration.core.errors import Reject
from integration.core.plugins import Request
from integration.core.records import Record
from integration.core.rules import Problem
from integration.models import Connection, Delivery, FailedEvent, InboundMessage, ResourceVersion
from integration.pipeline import failures

Bell = tuple[int, str]  # a connection and an operation for which something waits
Origin = InboundMessage | None


@dataclass
class Queued:
    """What to ring for, and why nothing was queued for a message (by its id)."""

    bells: set[Bell] = field(default_factory=set)
    left_out: dict[int, str] = field(default_factory=dict)

    def note(self, origin: Origin, reason: str) -> None:
        """Say why nothing was queued for what a message said."""
        if origin:
            self.left_out[origin.id] = reason


def queue_records(
    batch: Iterable[tuple[Origin, Sequence[Record]]], connections: Iterable[Connection]
) -> Queued:
    """Write a delivery for each request that these destinations make of the records.

    Belongs into the transaction that makes the facts.
    """
    pairs = list(batch)
    queued = Queued()
    for connection in connections:
        wanted = [
            (request, origin)
            for origin, records in pairs
            for request in requests(records, connection)
        ]
        _queue(wanted, connection, queued)
    return queued


def requests(records: Iterable[Record], connection: Connection) -> Iterator[Request]:
    """Yield the requests that a connection makes of records."""
    destination = registry.destinations()[connection.kind]
    facts = connection.store.facts()
    for record in records:
        mapper = destination.mappers.get(type(record))
        if mapper:
            yield from mapper(record, facts)


def _queue(wanted: list[tuple[Request, Origin]], connection: Connection, queued: Queued) -> None:
    destination = registry.destinations()[connection.kind]
    good = []
    for request, origin in wanted:
        problems = destination.check(request.operation, request.body)
        if problems:
            _set_aside(_delivery(request, connection, origin), problems)
        else:
            good.append(_delivery(request, connection, origin))
    deliveries = _not_queued_yet(_newest_of_each(good, connection, queued), connection, queued)
    # In one order for all workers, so that no two wait for each other. Should another one have
    # written the same event meanwhile, the database keeps the first.
    deliveries.sort(key=lambda delivery: delivery.idempotency_key)
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    queued.bells |= {(connection.id, delivery.operation) for delivery in deliveries}


def _not_queued_yet(
    deliveries: list[Delivery], connection: Connection, queued: Queued
) -> list[Delivery]:
    """Leave out the facts that have a delivery already."""
    keys = [delivery.idempotency_key for delivery in deliveries]
    known = Delivery.objects.counting(connection, keys)
    kept = []
    for delivery in deliveries:
        if delivery.idempotency_key in known:
            queued.note(delivery.message, "The same had come before; it goes out once.")
        else:
            known.add(delivery.idempotency_key)
            kept.append(delivery)
    return kept


def _newest_of_each(
    deliveries: list[Delivery], connection: Connection, queued: Queued
) -> list[Delivery]:
    """Leave out what is older than what is known of its object, or than another one here."""
    newest: dict[str, Delivery] = {}
    for delivery in deliveries:
        key = delivery.order_key
        if key and (key not in newest or newest[key].version <= delivery.version):
            newest[key] = delivery
    if not newest:
        return deliveries
    versions = {key: delivery.version for key, delivery in newest.items()}
    current = ResourceVersion.objects.advance(connection, versions)
    Delivery.objects.supersede(connection, {key: versions[key] for key in current})
    kept = []
    for delivery in deliveries:
        key = delivery.order_key
        if not key or (key in current and newest[key] is delivery):
            kept.append(delivery)
        else:
            queued.note(delivery.message, "A newer version of the same object had come before.")
    return kept


def _set_aside(delivery: Delivery, problems: list[Problem]) -> None:
    delivery.state = Delivery.State.REJECTED
    delivery.save()
    reason = "; ".join(str(problem) for problem in problems[:5])
    failures.delivery_failed(
        delivery,
        Reject(
            f"This would be refused, so it was not sent: {reason}.",
            code="invalid",
            pointer=problems[0].pointer,
        ),
        FailedEvent.Stage.CHECKING,
    )


def _delivery(request: Request, connection: Connection, origin: Origin) -> Delivery:
    return Delivery(
        connection=connection,
        message=origin,
        operation=request.operation,
        request={"method": request.method, "path": request.path, "body": request.body},
        idempotency_key=request.idempotency_key,
        order_key=request.order_key,
        version=request.version,
        notes=list(request.notes),
    )
