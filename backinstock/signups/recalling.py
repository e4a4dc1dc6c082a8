"""What is on its way to somebody who leaves stays here, and what failed is not sent again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from backinstock.models import Alert, SignUp
from integration.models import Delivery, FailedEvent, Store

LEFT = "They left the waiting list while it was on its way."
ERASED = "The person was erased."
UNSENT = (Delivery.State.READY, Delivery.State.REJECTED)
DROPPED = (Delivery.State.REJECTED, Delivery.State.DISCARDED)


def recall(sign_ups: Collection[int], at: datetime) -> None:
    """Send none of the alerts of these entries that are not sent yet, also no failed one again.

    Belongs into the transaction that ends the entries, after they have. What a worker is sending
    at this moment may still go out, but is not tried again.
    """
    open_ones = [Alert.State.QUEUED, Alert.State.FAILED]
    _discard(_deliveries_of(sign_ups, state__in=open_ones), at)


def blank(store: Store, sign_ups: Sequence[SignUp], at: datetime) -> None:
    """Send nothing of these entries that is not sent yet, and take the person out of all of it.

    Belongs into the transaction that erases the person.
    """
    ids = [*_deliveries_of([one.id for one in sign_ups]), *_tellings_of(store, sign_ups)]
    _discard(ids, at)
    for one in Delivery.objects.filter(id__in=ids).only("request"):
        one.request, one.answer = {**one.request, "body": {}}, {"reason": ERASED}
        one.save(update_fields=["request", "answer"])
    FailedEvent.objects.filter(delivery__in=ids).update(payload=None, reason=ERASED)


def _deliveries_of(sign_ups: Collection[int], **which: object) -> list[int]:
    """Those of alerts."""
    alerts = Alert.objects.filter(sign_up__in=sign_ups, delivery__isnull=False, **which)
    return [id_ for id_ in alerts.values_list("delivery_id", flat=True) if id_]


def _tellings_of(store: Store, sign_ups: Sequence[SignUp]) -> list[int]:
    """Those that say that somebody joined, or is to confirm it."""
    metrics = store.facts().settings.get("metrics", {}).values()
    names = ["back_in_stock", *(metric["name"] for metric in metrics)]
    keys = [f"{name}:{one.public_id}" for one in sign_ups for name in names]
    told = Delivery.objects.filter(connection__store=store, idempotency_key__in=keys)
    # Apart, as the index of the keys has only what counts.
    apart = (told.exclude(state__in=DROPPED), told.filter(state__in=DROPPED))
    return [id_ for some in apart for id_ in some.values_list("id", flat=True)]


def _discard(deliveries: Collection[int], at: datetime) -> None:
    if not deliveries:
        return
    Delivery.objects.filter(id__in=deliveries, state__in=UNSENT).update(
        state=Delivery.State.DISCARDED, answer={"reason": LEFT}, settled_at=at
    )
    FailedEvent.objects.unresolved().filter(delivery__in=deliveries).update(
        resolution=FailedEvent.Resolution.DISCARDED, resolved_at=at
    )
