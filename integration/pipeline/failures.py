"""What failed for good: written down once, retried or discarded by a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from integration import registry
from integration.core.errors import Failure, Reject
from integration.models import Connection, Delivery, FailedEvent, InboundMessage, ResourceVersion
from integration.pipeline import runs
from integration.pipeline.parts import without_newer

UNPLACED = "Something of a job was refused, and it was not said which row."


def message_failed(message: InboundMessage, failure: Failure) -> FailedEvent:
    """Write down that a message could not be turned into records."""
    return _record(
        failure,
        {"message": message, "stage": FailedEvent.Stage.UNDERSTANDING},
        {
            "store_id": message.connection.store_id,
            "connection": message.connection,
            "payload": message.payload,
        },
    )


def delivery_failed(delivery: Delivery, failure: Failure, stage: FailedEvent.Stage) -> FailedEvent:
    """Write down that a request would be, or was, refused. Belongs into a transaction."""
    is_known = FailedEvent.objects.filter(delivery=delivery).exists()  # it fails once more
    if delivery.run_id and not is_known:
        runs.fail(delivery.run_id, failure)
    # The next word about the object is sent even if it says the same.
    ResourceVersion.objects.unsent(delivery.connection, delivery.order_key)
    return _record(
        failure,
        {"delivery": delivery},
        {
            "store_id": delivery.connection.store_id,
            "connection": delivery.connection,
            "message_id": delivery.message_id,
            "run_id": delivery.run_id,
            "row": delivery.row,
            "payload": delivery.request["body"],
            "stage": stage,
        },
    )


def nobodys(connection: Connection, failure: Failure) -> FailedEvent:
    """Write down that something was refused, and that nobody said which."""
    return FailedEvent.objects.create(
        store_id=connection.store_id,
        connection=connection,
        stage=FailedEvent.Stage.SENDING,
        **words(failure) | {"reason": f"{UNPLACED} {failure.reason}"},
    )


def words(failure: Failure) -> dict[str, Any]:
    """Return what a failed event keeps of a failure."""
    return {
        "code": failure.code[:100],
        "reason": failure.reason,
        "pointer": failure.pointer[:500],
        "status": failure.status,
    }


def said(failure: Failure) -> dict[str, Any]:
    """Return what a delivery keeps of a failure as its answer."""
    kept = {"reason": failure.reason, "status": failure.status, "answer": failure.answer}
    return {key: value for key, value in kept.items() if value}


def overtake(connection: Connection, order_keys: Iterable[str]) -> None:
    """A newer word about these objects is on its way: what failed of older ones is settled."""
    older = FailedEvent.objects.unresolved().filter(
        connection=connection, delivery__order_key__in=sorted(order_keys)
    )
    older.update(resolution=FailedEvent.Resolution.OVERTAKEN, resolved_at=now())


def retry(failed: FailedEvent, user: AbstractBaseUser | None) -> None:
    """Send it, or process it, again, as it was or as it was corrected in `payload`.

    The caller rings. Raises Reject, changing nothing, if it cannot be: the reason says why.
    """
    try:
        with transaction.atomic():
            held = _held(failed)
            if held.delivery_id:
                _retry_delivery(held.delivery_id, held.payload)
            elif held.message_id:
                _retry_message(held.message_id, held.payload)
            else:
                raise Reject(
                    "This came from an import: retry it on the import's page, which reads it anew."
                    if held.row
                    else "What failed has been cleaned up since. It can only be discarded."
                )
            _resolve(held, FailedEvent.Resolution.RETRIED, user)
    except IntegrityError as exc:
        raise Reject("The same was sent meanwhile. Discard this one.", code="sent_since") from exc


def discard(failed: FailedEvent, user: AbstractBaseUser | None) -> None:
    """Leave it unsent, knowingly. It stays on record. Raises Reject if it is not open any more."""
    with transaction.atomic():
        held = _held(failed)
        rejected = Delivery.objects.filter(failures=held, state=Delivery.State.REJECTED)
        rejected.update(state=Delivery.State.DISCARDED, settled_at=now())
        _resolve(held, FailedEvent.Resolution.DISCARDED, user)


def _held(failed: FailedEvent) -> FailedEvent:
    """The failed event, locked: of two people, one decides."""
    held = FailedEvent.objects.select_for_update().get(id=failed.id)
    if held.resolution != FailedEvent.Resolution.OPEN:
        raise Reject(f"It is {held.get_resolution_display().lower()} already.", code="resolved")
    return held


def _record(failure: Failure, key: dict[str, Any], values: dict[str, Any]) -> FailedEvent:
    values |= {
        **words(failure),
        "last_at": now(),
        "resolution": FailedEvent.Resolution.OPEN,
        "resolved_at": None,
        "resolved_by": None,
    }
    failed, created = FailedEvent.objects.update_or_create(**key, defaults=values)
    if not created:
        FailedEvent.objects.filter(id=failed.id).update(attempts=F("attempts") + 1)
    return failed


def _retry_delivery(delivery_id: int, body: Any) -> None:
    delivery = Delivery.objects.select_for_update().get(id=delivery_id)
    connection = delivery.connection
    if not isinstance(body, dict):
        raise Reject("The corrected request is not a JSON object.", code="invalid")
    problems = registry.destinations()[connection.kind].check(delivery.operation, body)
    if problems:
        raise Reject(
            f"The request would be refused: {problems[0]}.",
            code="invalid",
            pointer=problems[0].pointer,
        )
    said = ResourceVersion.objects.said(connection, [delivery.order_key])[delivery.order_key]
    if said:
        delivery.again(without_newer(body, said, delivery.version))
        return
    if delivery.order_key and Delivery.objects.later(delivery).exists():
        raise Reject(
            "A newer version of the same object was sent since. Discard this one.",
            code="superseded",
        )
    if delivery.order_key:
        ResourceVersion.objects.reach(connection, delivery.order_key, delivery.version)
        # A part of it may have been told since: it is told again by the next word about that.
        ResourceVersion.objects.forget(connection, delivery.after)
    delivery.again(body)


def _retry_message(message_id: int, payload: Any) -> None:
    message = InboundMessage.objects.select_for_update().get(id=message_id)
    if not isinstance(payload, dict):
        raise Reject("The corrected message is not a JSON object.", code="invalid")
    message.payload = payload
    message.again()


def _resolve(
    failed: FailedEvent, resolution: FailedEvent.Resolution, user: AbstractBaseUser | None
) -> None:
    failed.resolution, failed.resolved_at = resolution, now()
    failed.resolved_by_id = user.pk if user else None
    failed.save(update_fields=["resolution", "resolved_at", "resolved_by"])
