"""Telling the destinations of who signed up, in batches and after the answer to the shopper."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import now

from backinstock import notices
from backinstock.config import Policy, policy_of
from backinstock.models import SignUp
from integration.core.records import ConsentChanged, Record
from integration.models import Connection, Store
from integration.pipeline import consent
from integration.pipeline.batches import Batch, Bell, Queued
from integration.pipeline.outbox import queue_records

AT_ONCE = 500  # in one transaction
OVER = (SignUp.State.CANCELLED, SignUp.State.EXPIRED)  # before anybody was told of it
FORM = "Back in stock form"  # by which somebody agreed


def unannounced() -> list[int]:
    """Return the stores that have sign-ups of which the destinations do not know yet."""
    waiting = SignUp.objects.filter(is_announced=False).order_by()
    return list(waiting.values_list("store_id", flat=True).distinct())


def announce(store_id: int) -> set[Bell]:
    """Queue what is to be told of a store's new sign-ups. Return what to ring for."""
    store = Store.objects.get(id=store_id)
    rules = policy_of(store)
    connections = list(store.connections.destinations().select_related("store"))
    bells: set[Bell] = set()
    while True:
        told, rung = _announce_some(store, rules, connections)
        bells |= rung
        if told < AT_ONCE:
            return bells


@transaction.atomic
def _announce_some(
    store: Store, rules: Policy, connections: Sequence[Connection]
) -> tuple[int, set[Bell]]:
    """Return of how many was told, and what to ring for."""
    new = SignUp.objects.filter(store=store, is_announced=False).order_by("id")
    held = new.select_for_update(of=("self",), skip_locked=True).select_related("item")
    sign_ups = list(held[:AT_ONCE])
    if not sign_ups:
        return 0, set()
    records = [record for sign_up in sign_ups for record in _records(sign_up, rules)]
    queued = queue_records([Batch(records=records, as_of=now())], connections)
    agreed = [_consent(sign_up, rules) for sign_up in sign_ups if _agrees(sign_up, rules)]
    said = consent.record(store, agreed, source=FORM) if agreed else Queued()
    ids = [sign_up.id for sign_up in sign_ups]
    SignUp.objects.filter(id__in=ids).update(is_announced=True)
    return len(sign_ups), queued.bells | said.bells


def _records(sign_up: SignUp, rules: Policy) -> list[Record]:
    if not sign_up.person or sign_up.state in OVER:
        return []
    if sign_up.state == SignUp.State.UNCONFIRMED:
        return [notices.to_confirm(sign_up)]
    mirror = rules.mirror != "no"
    if rules.announce or mirror:
        return [notices.joined(sign_up, announce=rules.announce, mirror=mirror)]
    return []


def _agrees(sign_up: SignUp, rules: Policy) -> bool:
    """Whether somebody wants the newsletter, and has confirmed who they are where they must."""
    silent = (SignUp.State.UNCONFIRMED, *OVER)
    is_theirs = bool(sign_up.person) and sign_up.state not in silent
    return is_theirs and sign_up.newsletter and bool(rules.newsletter_list)


def _consent(sign_up: SignUp, rules: Policy) -> ConsentChanged:
    return ConsentChanged(
        external_id=sign_up.person,
        occurred_at=sign_up.waiting_since,
        email=sign_up.email,
        phone=sign_up.phone,
        granted=True,
        list_id=rules.newsletter_list,
        text=sign_up.newsletter_text,
        where=sign_up.page or FORM,
    )
