"""Alerts: queued with their deliveries, and marked when it is known what became of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from backinstock import notices
from backinstock.models import Alert, SignUp, Wave
from backinstock.rules import BOUGHT, Choice
from integration.models import Connection, Delivery
from integration.models.copying import write_new
from integration.pipeline.batches import Batch, Bell
from integration.pipeline.outbox import queue_records

CHUNK = 1_000
State = Alert.State


def queue(
    choice: Choice,
    people: Mapping[int, SignUp],
    wave: Wave,
    to: Sequence[Connection],
    at: datetime,
) -> set[Bell]:
    """Queue an alert for each of those chosen, and note who is skipped and why.

    `people` by id, held until the end of the transaction. Return what to ring for.
    """
    told = [people[one.id] for one in choice.told]
    restock = wave.restock
    batches = [
        Batch(
            records=[notices.restocked(one, restock.item, restock, at)],
            as_of=at,
            token=str(one.id),
        )
        for one in told
    ]
    queued = queue_records(batches, to)
    deliveries = queued.set_aside | _deliveries(queued.keys)
    told = [one for one in told if str(one.id) in deliveries]  # who is not, keeps the place
    write_new(
        [
            Alert(
                sign_up=one,
                restock=restock,
                wave=wave,
                state=State.QUEUED,
                delivery_id=deliveries[str(one.id)],
                at=at,
            )
            for one in told
        ]
    )
    SignUp.objects.filter(id__in=[one.id for one in told]).update(state=SignUp.State.ALERTING)
    _skip(choice, people, wave, at)
    return queued.bells


def settle(at: datetime | None = None) -> int:
    """Mark the alerts whose deliveries are settled. Return how many."""
    count = 0
    while True:
        found = _settle_some(at or now())
        count += found
        if found < CHUNK:
            return count


@transaction.atomic
def _settle_some(at: datetime) -> int:
    answered = Alert.objects.answered().select_related("delivery")
    some = list(answered.select_for_update(of=("self",), skip_locked=True)[:CHUNK])
    states = Delivery.State
    sent = [one for one in some if _delivered(one) in (states.SENT, states.CONFIRMED)]
    failed = [one for one in some if _delivered(one) == states.REJECTED]
    dropped = [one for one in some if _delivered(one) == states.DISCARDED]
    _mark(sent, at, state=State.SENT, reason="")
    _mark(failed, at, state=State.FAILED)
    _mark(dropped, at, state=State.SKIPPED, reason=Alert.Reason.NOT_SENT)
    alerting = SignUp.objects.filter(state=SignUp.State.ALERTING)
    told = alerting.filter(id__in=[one.sign_up_id for one in sent])
    # Who stays on the list is the last in line now.
    told.filter(keep=True).update(state=SignUp.State.WAITING, alerted_at=at, waiting_since=at)
    told.update(state=SignUp.State.ALERTED, alerted_at=at, ended_at=at)
    alerting.filter(id__in=[one.sign_up_id for one in dropped]).update(state=SignUp.State.WAITING)
    return len(some)


def _delivered(alert: Alert) -> str:
    return alert.delivery.state if alert.delivery else ""


def _mark(some: Iterable[Alert], at: datetime, **values: str) -> None:
    Alert.objects.filter(id__in=[one.id for one in some]).update(settled_at=at, **values)


def _skip(choice: Choice, people: Mapping[int, SignUp], wave: Wave, at: datetime) -> None:
    Alert.objects.bulk_create(
        [
            Alert(
                sign_up=people[one.id],
                restock=wave.restock,
                wave=wave,
                state=State.SKIPPED,
                reason=reason,
                at=at,
                settled_at=at,
            )
            for one, reason in choice.skipped
        ]
    )
    bought = [one.id for one, reason in choice.skipped if reason == BOUGHT]
    skipped = SignUp.objects.filter(id__in=bought)
    skipped.filter(keep=True).update(bought_at=None)  # the next return is news to them
    skipped.filter(keep=False).update(state=SignUp.State.BOUGHT, ended_at=at)


def _deliveries(keys: Mapping[str, list[tuple[int, str]]]) -> dict[str, int]:
    """The delivery that counts under the keys of each token."""
    by_key = {key: token for token, found in keys.items() for _, key in found}
    connections = {connection_id for found in keys.values() for connection_id, _ in found}
    dropped = [Delivery.State.REJECTED, Delivery.State.DISCARDED]
    written = Delivery.objects.filter(
        connection_id__in=connections, idempotency_key__in=list(by_key)
    ).exclude(state__in=dropped)  # as the unique constraint has it, whose index this needs
    return {by_key[key]: id_ for id_, key in written.values_list("id", "idempotency_key")}
