"""Consent: written down, and on its way, or neither. There is no other way to subscribe anyone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.timezone import now

from integration.core.records import ConsentChanged
from integration.models import Consent, Store
from integration.pipeline.batches import Batch, Queued
from integration.pipeline.outbox import queue_records


@transaction.atomic
def record(store: Store, changes: Iterable[ConsentChanged], *, source: str) -> Queued:
    """Write down what people said, in the order in which they did, and queue it.

    `external_id` of each is what tells the person from others: the same one each time, and no
    address. `source` says what took their word, for people: "Back in stock form". The caller rings.
    """
    said = list(changes)
    Consent.objects.bulk_create([_row(store, one, source) for one in said])
    batch = Batch(records=said, as_of=now())
    return queue_records([batch], store.connections.destinations())


def forget(store: Store, person: str) -> int:
    """Take somebody's addresses out of the ledger. Return from how many rows."""
    return Consent.objects.of(store, person).forget()


def _row(store: Store, change: ConsentChanged, source: str) -> Consent:
    return Consent(
        store=store,
        person=change.external_id,
        email=change.email,
        phone=change.phone,
        granted=change.granted,
        list_id=change.list_id,
        text=change.text,
        where=change.where,
        source=source,
        at=change.occurred_at,
    )
