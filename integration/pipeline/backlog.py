"""Many at a time: what has piled up goes with the bulk endpoints, a pack for each claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from integration import registry
from integration.core.bulk import Bulk, Pack, Refused, Taken
from integration.core.errors import Failure
from integration.core.exchange import Access, Request
from integration.models import Connection, Delivery, FailedEvent, JobRun, RemoteJob
from integration.pipeline import failures, runs
from integration.pipeline.access import limiter
from integration.pipeline.failures import said
from integration.pipeline.packing import Packer
from integration.pipeline.packs import Packed, Sender, Sent, without_body

MANY = 50  # waiting for one operation; fewer are through at once, one by one
FEW = 25  # waiting at a time of what a pack would not have
MOST = 1000  # in a claim: its lease must not end before the answer
PATIENCE = 3  # tries in a row that fail before packs become smaller: it may be too much at once


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What came of a pack: how many were taken, what was refused, why it ended early if it did.

    What was alone in its pack is refused for whatever reason: the pack was not too much.
    """

    taken: int
    refused: list[tuple[Delivery, Failure]]
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
    most = _most(pack, f"{registry.destinations()[connection.kind].account(reach)}:{operation}")
    deliveries = Delivery.objects.claim(connection, operation, most)
    if not deliveries:  # another worker has them
        return Sending(taken=0, refused=[], halted_by=None)
    packer: Packer[Parcel] = Packer(pack)
    full = [rows for one in deliveries for rows in packer.add(_parcel(one, bulk))]
    first, *others = [*full, *packer.flush()]
    sender: Sender[Parcel] = Sender(bulk.send(reach), bulk.packs, tries=1, until=0)
    sent = sender.deliver(operation, first)
    _write_down(sent, connection)
    refused: list[tuple[Delivery, Failure]] = [(row.delivery, why) for row, why in sent.refused]
    untried = [row.delivery for rows in [sent.untried, *others] for row in rows]
    if sent.halted_by and len(deliveries) == 1:
        refused, untried = [(deliveries[0], sent.halted_by)], []
    Delivery.objects.release_all(untried)
    return Sending(
        taken=sum(len(rows) for _, rows in sent.taken), refused=refused, halted_by=sent.halted_by
    )


def _most(pack: Pack, name: str) -> int:
    """How many to send at a time: half as many each time that the other side did not answer."""
    return max(1, min(pack.most, MOST) >> max(0, limiter().streak(name) - PATIENCE))


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
        else:
            _count_accepted(deliveries)


def _count_accepted(deliveries: Iterable[Delivery]) -> None:
    """What an import leaves to go by itself may have piled up, too."""
    for run_id, count in Counter(one.run_id for one in deliveries if one.run_id).items():
        JobRun.objects.accepted(run_id, count)


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


def one_after_another(order_keys: Sequence[str]) -> dict[str, list[str]]:
    """Return what each of these objects has to wait for: more at a time would go in a pack again,
    which will not have them.
    """
    before = [*[""] * FEW, *order_keys]
    return {key: [other] if other else [] for key, other in zip(order_keys, before, strict=False)}


def confirm(connection: Connection, ids: Sequence[int], refused: Sequence[Refused]) -> None:
    """Write down how the work ended that was done with deliveries, in the job's order.

    Belongs into the transaction that ends the job.
    """
    sent = {one.id: one for one in Delivery.objects.filter(id__in=ids, state=Delivery.State.SENT)}
    runs.hold(one.run_id for one in sent.values())
    alone = [ids[one.place] for one in refused if one.instead is not None]
    after = one_after_another([sent[id_].order_key for id_ in sorted(alone) if id_ in sent])
    for one in refused:
        if one.place < 0:
            failures.nobodys(connection, one.failure)
            continue
        delivery = sent.pop(ids[one.place], None)
        if delivery is None:
            continue
        if one.instead is not None:
            delivery.notes = [*delivery.notes, one.note] if one.note else delivery.notes
            delivery.after = after[delivery.order_key]
            delivery.save(update_fields=["notes", "after"])
            delivery.again(one.instead)
        else:
            delivery.state, delivery.answer = Delivery.State.REJECTED, said(one.failure)
            delivery.save(update_fields=["state", "answer"])
            failures.delivery_failed(delivery, one.failure, FailedEvent.Stage.SENDING)
    Delivery.objects.filter(id__in=sent).update(state=Delivery.State.CONFIRMED)
    _count_accepted(sent.values())
