"""From records to deliveries: mapped, checked, in order, each fact once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from integration import registry
from integration.core.errors import Reject
from integration.core.plugins import Request
from integration.core.records import Record
from integration.core.rules import Problem
from integration.models import Connection, Delivery, FailedEvent, InboundMessage, ResourceVersion
from integration.pipeline import failures

Bell = tuple[int, str]  # a connection and an operation for which something waits


def queue_records(
    records: Sequence[Record], connections: Iterable[Connection], message: InboundMessage | None
) -> set[Bell]:
    """Write a delivery for each request that these destinations make of the records.

    Belongs into the transaction that makes the fact. Returns what to ring for.
    """
    return {
        bell
        for connection in connections
        for bell in _queue(list(requests(records, connection)), connection, message)
    }


def requests(records: Iterable[Record], connection: Connection) -> Iterator[Request]:
    """Yield the requests that a connection makes of records."""
    destination = registry.destinations()[connection.kind]
    facts = connection.store.facts()
    for record in records:
        mapper = destination.mappers.get(type(record))
        if mapper:
            yield from mapper(record, facts)


def _queue(
    wanted: list[Request], connection: Connection, message: InboundMessage | None
) -> set[Bell]:
    destination = registry.destinations()[connection.kind]
    good: list[Request] = []
    for request in wanted:
        problems = destination.check(request.operation, request.body)
        if problems:
            _set_aside(request, problems, connection, message)
        elif _is_newest(request, connection):
            good.append(request)
    # An event that is there already is the same event: the database keeps the first.
    Delivery.objects.bulk_create(
        [_delivery(request, connection, message) for request in good], ignore_conflicts=True
    )
    return {(connection.id, request.operation) for request in good}


def _is_newest(request: Request, connection: Connection) -> bool:
    """Whether nothing newer of its object is known. What waits and is older is dropped."""
    if not request.order_key:
        return True
    if not ResourceVersion.objects.advance(connection, request.order_key, request.version):
        return False
    Delivery.objects.supersede(connection, request.order_key, request.version)
    return True


def _set_aside(
    request: Request,
    problems: list[Problem],
    connection: Connection,
    message: InboundMessage | None,
) -> None:
    delivery = _delivery(request, connection, message)
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


def _delivery(request: Request, connection: Connection, message: InboundMessage | None) -> Delivery:
    return Delivery(
        connection=connection,
        message=message,
        operation=request.operation,
        request={"method": request.method, "path": request.path, "body": request.body},
        idempotency_key=request.idempotency_key,
        order_key=request.order_key,
        version=request.version,
        notes=list(request.notes),
    )
