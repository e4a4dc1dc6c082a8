"""Waiting lists and restocks on their way to Klaviyo: once, in order, mended where they fail."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils.timezone import now

from integration.core.money import Money
from integration.core.records import ProductChanged, Record, Variant
from integration.models import Connection, Delivery, FailedEvent
from integration.pipeline import failures
from integration.pipeline.batches import Batch, Queued
from integration.pipeline.outbox import queue_records
from tests.conftest import Sandbox
from tests.integration.destinations.waiting import AT, SCARF, joined, notice

pytestmark = pytest.mark.django_db
PRICE: Money = SCARF["price"]
SCARF_CHANGED = ProductChanged(
    external_id="8e6a1c52",
    occurred_at=AT,
    version=1,
    name={"en-GB": "Wool scarf"},
    variants=(Variant(sku="SW-113-ROWAN", price=PRICE, stock=0),),
)


@pytest.fixture
def queue(klaviyo: Connection):
    """Records are queued for Klaviyo."""

    def queue(*records: Record) -> Queued:
        with transaction.atomic():
            return queue_records([Batch(records=records, as_of=now())], [klaviyo])

    return queue


def test_of_one_restock_a_person_hears_once_however_often_it_is_said(
    queue, send, sandbox: Sandbox, klaviyo: Connection
):
    assert queue(notice()).bells == {(klaviyo.id, "create_event")}
    assert queue(notice()).bells == set()
    send()
    assert queue(notice(units=1)).bells == set()
    queue(notice(external_id="sign-up-1:restock-2"))
    send()

    found = [(event["metric"], event["unique_id"]) for event in sandbox.state()["events"]]
    assert found == [
        ("Back In Stock Alert", "sign-up-1:restock-1"),
        ("Back In Stock Alert", "sign-up-1:restock-2"),
    ]


def test_many_alerts_go_in_bulk_and_each_arrives(queue, send, sandbox: Sandbox):
    people = range(60)
    queue(
        *(
            notice(external_id=f"sign-up-{n}:restock-1", email=f"a{n}@storewire-demo.com")
            for n in people
        )
    )
    send()

    state = sandbox.state()
    assert {event["unique_id"] for event in state["events"]} == {
        f"sign-up-{n}:restock-1" for n in people
    }
    assert state["counts"]["requests"] == {"bulk_create_events": 1}
    assert {event["backfill"] for event in state["events"]} == {False}


def test_an_entry_for_a_variant_that_is_still_on_its_way_waits_for_it(
    queue, send, sandbox: Sandbox
):
    queue(SCARF_CHANGED)
    queue(joined(announce=False, mirror=True))
    send()

    assert not FailedEvent.objects.exists()
    [entry] = sandbox.state()["back_in_stock"]
    assert entry["variant_id"] == "$custom:::$default:::SW-113-ROWAN"


def test_an_entry_for_a_variant_that_klaviyo_does_not_have_is_retried_by_a_person(
    queue, send, sandbox: Sandbox
):
    queue(joined(announce=False, mirror=True))
    send()
    [failed] = FailedEvent.objects.all()
    assert failed.code == "variant_missing"
    assert failed.reason == (
        "Klaviyo's catalogue does not have this variant (yet). Import the store's products, then "
        "retry."
    )

    queue(SCARF_CHANGED)
    send()
    failures.retry(failed, None)
    send()

    assert len(sandbox.state()["back_in_stock"]) == 1
    assert Delivery.objects.get(operation="create_back_in_stock_subscription").state == "sent"
