"""A variant comes back: the right people hear of it, once, in waves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from backinstock import alerts, restocks, stock, waves
from backinstock.models import Alert, OptOut, Restock, SignUp, StockItem, StockLevel
from integration.models import Delivery, Store
from tests.backinstock.conftest import only_restock
from tests.conftest import Sandbox

pytestmark = pytest.mark.django_db

SHOP = StockLevel.Source.SHOP


@pytest.fixture
def back(store: Store, item: StockItem, lists):
    """So many of the variant are there now."""

    def back(quantity: int | None = 1, **options: object) -> Restock | None:
        return stock.note_stock(store, item.sku, quantity, SHOP, **options)

    return back


def told(sandbox: Sandbox) -> list[str]:
    """Return the addresses that Klaviyo has an alert for, one for each alert."""
    profiles = {one["id"]: one["email"] for one in sandbox.state()["profiles"]}
    return sorted(
        profiles[event["profile_id"]]
        for event in sandbox.state()["events"]
        if event["metric"] == "Back In Stock Alert"
    )


def test_as_many_are_told_as_there_are_units(wait, back, plan, deliver, numbers, sandbox: Sandbox):
    wait(*range(1, 11))
    back(3)
    plan()
    deliver()

    assert numbers("alerted") == [1, 2, 3]
    assert numbers("waiting") == [4, 5, 6, 7, 8, 9, 10]
    assert told(sandbox) == [f"p{number}@klaviyo-demo.com" for number in (1, 2, 3)]


def test_the_next_wave_asks_what_is_left(wait, back, plan, deliver, numbers, monkeypatch):
    wait(*range(1, 11))
    start = now()
    back(4)
    plan()
    deliver()
    # Two were sold, and nobody told us.
    monkeypatch.setattr("backinstock.polling.ask", lambda store, skus, product_ids: back(2))
    plan(start + timedelta(minutes=59))
    assert numbers("alerting") == []

    plan(start + timedelta(minutes=61))
    assert numbers("alerting") == [5, 6]
    assert [wave.size for wave in only_restock().waves.all()] == [4, 2]


def test_it_ends_when_it_is_sold_out_again(wait, back, plan, numbers):
    wait(1, 2, 3)
    start = now()
    back(1)
    plan()
    back(0)
    plan(start + timedelta(days=1))

    assert only_restock().state == "done"
    assert only_restock().reason == "Sold out again."
    assert numbers("waiting") == [2, 3]


def test_it_ends_when_everybody_was_told(wait, back, plan):
    wait(1, 2)
    back(5)
    plan()

    assert (only_restock().state, only_restock().reason) == (
        "done",
        "Nobody is left to be told.",
    )


def test_what_two_tell_of_is_one_restock(wait, back, plan):
    wait(1)
    first = back(5)
    second = back(5, at=now() + timedelta(seconds=1))

    assert first is not None
    assert second is None
    assert only_restock().number == 1


def test_an_older_word_changes_nothing(item: StockItem, back):
    back(0)
    assert back(7, at=now() - timedelta(hours=1)) is None

    item.refresh_from_db()
    assert item.quantity == 0


def test_whoever_waits_for_a_sibling_hears_nothing(store: Store, item, wait, plan, numbers):
    wait(1)
    StockItem.objects.create(
        store=store, sku="RED-42", product_id="shoe", names=item.names, is_available=False
    )
    stock.note_stock(store, "RED-42", 5, SHOP)
    plan()

    assert numbers("waiting") == [1]


def test_whoever_waits_for_any_hears_of_the_first(store: Store, item, wait, plan, numbers):
    wait(1, any_variant=True)
    StockItem.objects.create(
        store=store, sku="RED-42", product_id="shoe", names=item.names, is_available=False
    )
    stock.note_stock(store, "RED-42", 5, SHOP)
    plan()

    assert numbers("alerting") == [1]
    assert Alert.objects.get().restock.item.sku == "RED-42"


def test_who_has_bought_opted_out_or_was_just_told_is_skipped_with_the_reason(
    store: Store, wait, back, plan
):
    bought, out, cool, _ = wait(1, 2, 3, 4)
    SignUp.objects.filter(id=bought.id).update(bought_at=now())
    OptOut.objects.create(store=store, person=out.person)
    wait(3, state="alerted", alerted_at=now() - timedelta(hours=1))
    back(1)
    plan()

    reasons = dict(Alert.objects.values_list("sign_up__email", "reason"))
    assert reasons == {
        bought.email: "bought",
        out.email: "opted_out",
        cool.email: "cooling_down",
        "p4@klaviyo-demo.com": "",
    }


def test_who_is_suppressed_in_klaviyo_takes_nobodys_place(wait, back, plan, numbers, monkeypatch):
    wait(1, 2)
    monkeypatch.setattr(
        "backinstock.lineup.suppressed_of", lambda store, people: frozenset({"p1@klaviyo-demo.com"})
    )
    back(1)
    plan()

    assert numbers("alerting") == [2]
    assert Alert.objects.get(reason="suppressed").sign_up.email == "p1@klaviyo-demo.com"


def test_flapping_tells_a_person_once_within_the_cool_down(
    wait, back, plan, deliver, numbers, sandbox: Sandbox
):
    wait(1, keep=True)
    for quantity in (1, 0, 1, 0, 1):
        back(quantity)
        plan()
        deliver()

    assert Restock.objects.count() == 3
    assert told(sandbox) == ["p1@klaviyo-demo.com"]
    assert numbers("waiting") == [1]


def test_a_minimum_time_keeps_what_flickers_from_being_a_return(
    choose_settings, store: Store, wait, item, plan
):
    choose_settings(minimum_minutes=10)
    store.refresh_from_db()
    wait(1)
    start = now()
    for minute, quantity in ((0, 1), (2, 0), (4, 1)):
        at = start + timedelta(minutes=minute)
        assert stock.note_stock(store, item.sku, quantity, SHOP, at=at) is None
    assert stock.settle_ready(start + timedelta(minutes=13)) == []

    [restock] = stock.settle_ready(start + timedelta(minutes=14))
    assert restock.item_id == item.id
    assert stock.settle_ready(start + timedelta(minutes=15)) == []


def test_an_alert_is_done_only_when_klaviyo_has_it(
    wait, back, plan, deliver, numbers, sandbox: Sandbox
):
    wait(1)
    sandbox.fail("503")
    back(1)
    plan()
    deliver()
    assert numbers("alerting") == [1]

    sandbox.recover()
    waves.go(only_restock().id)
    deliver()
    assert numbers("alerting") + numbers("alerted") == [1]


def test_a_discarded_alert_puts_the_person_back_in_line(wait, back, plan, numbers):
    wait(1)
    back(1)
    plan()
    Delivery.objects.update(state="discarded")
    alerts.settle()

    assert numbers("waiting") == [1]
    assert Alert.objects.get().reason == "not_sent"


def test_a_worker_that_dies_between_two_steps_forgets_and_doubles_nobody(
    choose_settings, wait, back, monkeypatch, numbers
):
    choose_settings(rate=0)
    wait(*range(1, 26))
    monkeypatch.setattr(waves, "STEP", 10)
    back(1)
    step, calls = waves._step, []

    def dies(*args: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit
        return step(*args)

    monkeypatch.setattr(waves, "_step", dies)
    with pytest.raises(SystemExit):
        waves.go(only_restock().id)
    assert len(numbers("alerting")) == 10

    waves.go(only_restock().id)
    assert numbers("alerting") == list(range(1, 26))
    assert Alert.objects.count() == Delivery.objects.count() == 25
    assert [wave.alerted for wave in only_restock().waves.all()] == [25]


def test_a_store_that_is_not_live_tells_nobody_and_nobody_loses_their_place(
    store: Store, wait, back, plan, numbers
):
    store.sending = "dry_run"
    store.save()
    wait(1)
    back(1)
    plan()

    assert numbers("waiting") == [1]
    assert only_restock().state == "open"
    assert "not live" in only_restock().reason


def test_paused_and_resumed_by_hand(wait, back, plan, numbers):
    wait(1)
    restock = back(1)
    assert restocks.pause(restock)
    plan()
    assert numbers("waiting") == [1]

    assert restocks.resume(restock)
    plan()
    assert numbers("alerting") == [1]


def test_alert_now_tells_everybody_of_what_is_sold_out_by_our_count(item, wait, plan, numbers):
    wait(1, 2)
    assert restocks.alert_now(item)
    assert restocks.alert_now(item) is None
    plan()

    assert numbers("alerting") == [1, 2]


def test_the_alert_says_what_a_template_needs(wait, back, plan, deliver, sandbox: Sandbox):
    wait(1, locale="de-DE", units=2, page="https://www.my-shop.com/de/shoe")
    back(2)
    plan()
    deliver()

    [event] = sandbox.state()["events"]
    restock = only_restock()
    assert event["unique_id"] == f"{SignUp.objects.get().public_id}:{restock.public_id}"
    properties = event["properties"]
    assert properties["UnsubscribeURL"].startswith("http")
    expected = {
        "ProductName": "Schuh",
        "SKU": "BLUE-42",
        "ProductID": "shoe",
        "ProductURL": "https://www.my-shop.com/de/shoe",
        "Price": 49.9,
        "Currency": "EUR",
        "InventoryQuantity": 2,
        "UnitsWanted": 2,
        "Locale": "de-DE",
    }
    assert {name: properties.get(name) for name in expected} == expected
