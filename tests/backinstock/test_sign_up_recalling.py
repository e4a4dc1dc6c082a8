"""Who leaves while an alert is on its way to them gets none, and nothing of them stays in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now

from backinstock import alerts, signups, stock
from backinstock.models import SignUp, StockLevel
from integration.core.errors import Reject
from integration.models import Delivery, FailedEvent
from integration.pipeline import failures
from tests.backinstock.sign_ups import ANNA
from tests.backinstock.test_waves import told

pytestmark = pytest.mark.django_db

LEAVING = {
    "cancel": signups.cancel,
    "opt_out": lambda one: signups.opt_out(one.store, one.person),
    "erase": lambda one: signups.erase(one.store, one.person),
}


@pytest.fixture
def on_its_way(store, item, wait, plan) -> SignUp:
    """An alert is queued for somebody who waits."""
    [one] = wait(1)
    stock.note_stock(store, item.sku, 1, StockLevel.Source.SHOP)
    plan()
    return one


@pytest.fixture
def failed(on_its_way) -> FailedEvent:
    """And was refused."""
    delivery = Delivery.objects.get()
    delivery.settle(Delivery.State.REJECTED, {})
    event = failures.delivery_failed(
        delivery, Reject("p1@klaviyo-demo.com is no address."), FailedEvent.Stage.SENDING
    )
    alerts.settle()
    return event


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_who_leaves_while_an_alert_is_on_its_way_gets_none(
    leave: Callable[[SignUp], object], on_its_way, deliver, sandbox
):
    leave(on_its_way)
    deliver()

    assert told(sandbox) == []
    on_its_way.refresh_from_db()
    assert on_its_way.state == "cancelled"
    assert list(on_its_way.alerts.values_list("state", "reason")) == [("skipped", "not_sent")]


def test_what_is_being_sent_as_somebody_leaves_is_not_tried_again(on_its_way, klaviyo):
    [taken] = Delivery.objects.claim(klaviyo, "create_event", 1)
    signups.opt_out(on_its_way.store, on_its_way.person)
    taken.wait(now(), {})

    assert Delivery.objects.claim(klaviyo, "create_event", 1) == []


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_a_failed_alert_is_not_retried_after_the_person_left(
    leave: Callable[[SignUp], object], on_its_way, failed, deliver, sandbox
):
    leave(on_its_way)

    with pytest.raises(Reject, match="discarded already"):
        failures.retry(failed, None)
    deliver()
    assert told(sandbox) == []


def test_others_hear_of_it_all_the_same(store, item, wait, plan, deliver, sandbox):
    one, _ = wait(1, 2)
    stock.note_stock(store, item.sku, 2, StockLevel.Source.SHOP)
    plan()
    signups.cancel(one)
    deliver()

    assert told(sandbox) == ["p2@klaviyo-demo.com"]


def test_who_is_erased_leaves_no_address_in_what_failed(on_its_way, failed):
    signups.erase(on_its_way.store, on_its_way.person)

    left = [Delivery.objects.values().get(), FailedEvent.objects.values().get()]
    assert "p1@" not in str(left)
    assert Delivery.objects.get().request["body"] == {}


@pytest.mark.parametrize("state", ["ready", "sent", "rejected", "discarded"])
@pytest.mark.parametrize("confirm", [False, True])
def test_who_is_erased_leaves_no_address_in_what_said_that_they_joined(
    store, item, klaviyo, choose_settings, confirm: bool, state: str
):
    choose_settings(confirm=confirm, mirror="both")
    store.refresh_from_db()
    one = signups.sign_up(store, signups.Wish(sku=item.sku, email=ANNA))
    signups.sign_up(store, signups.Wish(sku=item.sku, email="grace@klaviyo-demo.com"))
    signups.announce(store.id)
    Delivery.objects.update(state=state)

    signups.erase(store, one.person)

    mine = Delivery.objects.filter(idempotency_key__endswith=one.public_id)
    assert mine.count() == (1 if confirm else 2)
    assert ANNA not in str(list(Delivery.objects.values()))
    assert str(list(Delivery.objects.values())).count("grace@") == mine.count()
    assert set(mine.values_list("state", flat=True)) == {"sent" if state == "sent" else "discarded"}


def test_a_failed_alert_ends_one_day_and_is_forgotten(on_its_way, failed):
    later = now() + timedelta(days=400)
    SignUp.objects.update(expires_at=later)

    assert signups.expire(later) == 1
    assert signups.forget(later + timedelta(days=100)) == 1

    on_its_way.refresh_from_db()
    assert (on_its_way.state, on_its_way.email) == ("expired", "")
    failed.refresh_from_db()
    assert failed.resolution == "discarded"


def test_an_entry_does_not_end_while_its_alert_is_being_sent(on_its_way, deliver, numbers):
    SignUp.objects.update(expires_at=now())

    assert signups.expire(now()) == 0
    deliver()
    assert numbers("alerted") == [1]
