"""Many at a time: what has piled up goes with the bulk endpoints, a pack for each claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from integration.core.bulk import Bulk, Refused, Taken
from integration.core.errors import Failure, Reject
from integration.core.exchange import Access, Request
from integration.models import Connection, Delivery, FailedEvent, RemoteJob
from integration.pipeline import failures
from integration.pipeline.failures import said
from integration.pipeline.packing import Packer
from integration.pipeline.packs import Packed, Sender, Sent, without_body

MANY = 50  # waiting for one operation; fewer are through at once, one by one
MOST = 1000  # in a claim: its lease must not end before the answer


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What came of a pack: how many were taken, what was refused, why it ended early if it did."""

    taken: int
    refused: list[tuple[Delivery, Reject]]
    halted_by: Failure | None


@dataclass(frozen=True, kw_only=True)
class Parcel(Packed):
    """A delivery in a pack."""

    delivery: Delivery


def is_one(operation: str, waiting: int, bulk: Bulk) -> bool:
    """Return whether so much waits for an operation that it should go in bulk."""
    return waiting >= MANY and operation in bulk.piled_up


def send(connection: Connection, operation: str, bulk: Bulk, reach: Access) -> Sending:
    """Send a pack of what waits. What was not tried is due again; what was refused is returned."""
    pack = bulk.packs[operation]
    deliveries = Delivery.objects.claim(connection, operation, min(pack.most, MOST))
    if not deliveries:  # another worker has them
        return Sending(taken=0, refused=[], halted_by=None)
    packer: Packer[Parcel] = Packer(pack)
    full = [rows for one in deliveries for rows in packer.add(_parcel(one, bulk))]
    first, *others = [*full, *packer.flush()]
    sender: Sender[Parcel] = Sender(bulk.send(reach), bulk.packs, tries=1, until=0)
    sent = sender.deliver(operation, first)
    _write_down(sent, connection)
    untried = [row.delivery for rows in [sent.untried, *others] for row in rows]
    Delivery.objects.release_all(untried)
    return Sending(
        taken=sum(len(rows) for _, rows in sent.taken),
        refused=[(row.delivery, failure) for row, failure in sent.refused],
        halted_by=sent.halted_by,
    )


def _parcel(delivery: Delivery, bulk: Bulk) -> Parcel:
    request = Request(
        operation=delivery.operation,
        method=delivery.request["method"],
        path=delivery.request["path"],
        body=delivery.request["body"],
        idempotency_key=delivery.idempotency_key,
        order_key=delivery.order_key,
        version=delivery.version,
    )
    pack = bulk.packs[delivery.operation]
    return Parcel(
        request=without_body(request),
        content=pack.piece(request),
        apart=pack.apart(request),
        delivery=delivery,
    )


@transaction.atomic
def _write_down(sent: Sent[Parcel], connection: Connection) -> None:
    for taken, rows in sent.taken:
        answer = {"status": 202, "bulk": taken.operation, "job": taken.job}
        for row in rows:
            if row.notes:
                Delivery.objects.filter(id=row.delivery.id).update(notes=list(row.notes))
        deliveries = [row.delivery for row in rows]
        Delivery.objects.settle_all(deliveries, Delivery.State.SENT, answer)
        if taken.job:
            RemoteJob.objects.bulk_create([_job(taken, rows, connection)], ignore_conflicts=True)


def _job(taken: Taken, rows: list[Parcel], connection: Connection) -> RemoteJob:
    requests = [RemoteJob.stored(row.request, row.content, row.delivery.id) for row in rows]
    return RemoteJob(
        connection=connection,
        operation=taken.operation,
        external_id=taken.job,
        count=len(rows),
        packed=RemoteJob.pack(requests),
        as_of=min(row.delivery.created for row in rows),
        newest_as_of=max(row.delivery.created for row in rows),
    )


def confirm(connection: Connection, ids: Sequence[int], refused: Sequence[Refused]) -> None:
    """Write down how the work ended that was done with deliveries, in the job's order.

    Belongs into the transaction that ends the job.
    """
    sent = {one.id: one for one in Delivery.objects.filter(id__in=ids, state=Delivery.State.SENT)}
    for one in refused:
        if one.place < 0:
            failures.nobodys(connection, one.failure)
            continue
        delivery = sent.pop(ids[one.place], None)
        if delivery is None:
            continue
        if one.instead is not None:
            delivery.notes = [*delivery.notes, one.note] if one.note else delivery.notes
            delivery.save(update_fields=["notes"])
            delivery.again(one.instead)
        else:
            delivery.state, delivery.answer = Delivery.State.REJECTED, said(one.failure)
            delivery.save(update_fields=["state", "answer"])
            failures.delivery_failed(delivery, one.failure, FailedEvent.Stage.SENDING)
    Delivery.objects.filter(id__in=sent).update(state=Delivery.State.CONFIRMED)
