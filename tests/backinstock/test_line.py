"""Who stands in line, and keeps the place whatever happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from backinstock import alerts, purchases, restocks, signups, stock, waves
from backinstock.models import Alert, Restock, SignUp, StockItem, StockLevel
from backinstock.signups import Wish, sign_up
from integration.core.records import ProductChanged, Variant
from integration.models import Delivery, Store
from tests.backinstock.conftest import NOON, only_restock

pytestmark = pytest.mark.django_db

SHOP = StockLevel.Source.SHOP


@pytest.fixture
def red(store: Store, item: StockItem) -> StockItem:
    """Another variant of the product, sold out too."""
    return StockItem.objects.create(
        store=store,
        sku="RED-42",
        product_id=item.product_id,
        quantity=0,
        is_available=False,
        seen_at=NOON,
    )


@pytest.fixture
def back(store: Store, item: StockItem):
    """So many of the variant are there now."""

    def back(quantity: int = 1) -> Restock | None:
        return stock.note_stock(store, item.sku, quantity, SHOP)

    return back


def test_who_waits_for_the_variant_and_for_any_hears_once(wait, back, plan):
    wait(1)
    wait(1, any_variant=True)
    back(5)
    plan()

    states = Alert.objects.order_by("sign_up__any_variant").values_list("state", "reason")
    assert list(states) == [("queued", ""), ("skipped", "cooling_down")]


def test_of_two_variants_a_person_hears_of_the_first(store: Store, red, wait, back, plan):
    wait(1)
    wait(1, item=red)
    back(5)
    stock.note_stock(store, red.sku, 5, SHOP)
    plan()

    assert Alert.objects.filter(state="queued").count() == 1


def test_where_the_event_is_switched_off_nobody_loses_the_place(
    store: Store, wait, back, plan, numbers
):
    off = {"name": "Back In Stock Alert", "enabled": False}
    store.settings = {**store.settings, "metrics": {"back_in_stock_alert": off}}
    store.save()
    wait(1, 2)
    back(5)
    plan()

    assert numbers("waiting") == [1, 2]
    assert only_restock().state == "open"
    assert "switched off" in only_restock().reason


def test_who_stays_on_the_list_and_bought_hears_of_the_next_return(
    choose_settings, store: Store, wait, back, plan, deliver, numbers
):
    choose_settings(cool_down_hours=0)
    store.refresh_from_db()
    [one] = wait(1, keep=True)
    back()
    plan()
    deliver()
    purchases.note_purchase(store.id, {one.person}, ["BLUE-42"], ["shoe"], now())
    back(0)
    back(1)
    plan()

    assert numbers("alerting") == [1]


def test_alert_now_goes_on_when_the_shop_says_what_is_known(back, item, wait, plan, numbers):
    wait(1)
    assert restocks.alert_now(item)
    back(0)
    plan()

    assert numbers("alerting") == [1]


def test_who_confirms_after_the_return_hears_of_what_is_there(
    choose_settings, store: Store, item, back, plan, numbers
):
    choose_settings(confirm=True)
    store.refresh_from_db()
    one = sign_up(store, Wish(sku=item.sku, product_id="shoe", email="p1@klaviyo-demo.com"))
    back(5)
    assert only_restock().reason == "Nobody waited."
    signups.confirm(one)

    assert restocks.reopen_for_newcomers(store) == [only_restock()]
    plan()
    assert numbers("alerting") == [1]


def test_a_newcomer_takes_up_nothing_that_is_sold_out_again(store: Store, item, back):
    back(5)
    back(0)
    sign_up(store, Wish(sku=item.sku, product_id="shoe", email="p1@klaviyo-demo.com"))

    assert restocks.reopen_for_newcomers(store) == []


def test_an_alert_that_failed_keeps_nobody_from_hearing_of_another_variant(
    store: Store, red, wait, back, plan
):
    wait(1)
    back()
    plan()
    Delivery.objects.update(state="rejected")
    alerts.settle()
    wait(1, item=red)
    later = now() + timedelta(days=60)
    stock.note_stock(store, red.sku, 5, SHOP, at=later)
    plan(later)

    assert Alert.objects.get(restock__item=red).state == "queued"


def test_where_all_want_more_than_there_is_nobody_is_asked_about(wait, back, plan, monkeypatch):
    asked: list[object] = []
    monkeypatch.setattr(
        "backinstock.lineup.suppressed_of",
        lambda store, people: asked.extend(people) or frozenset(),
    )
    wait(*range(300), units=3)
    back(2)
    plan()

    assert asked == []
    wave = only_restock().waves.get()
    assert (wave.alerted, wave.passed_over, wave.is_planned) == (0, 300, True)
    assert SignUp.objects.filter(state="waiting").count() == 300


def test_who_stays_on_the_list_goes_to_the_end_of_the_line(
    choose_settings, store: Store, wait, back, plan, deliver, numbers
):
    choose_settings(cool_down_hours=0)
    store.refresh_from_db()
    wait(1, 2, 3, keep=True)
    for expected in ([1, 2], [3, 1]):
        back(2)
        plan()
        told = Alert.objects.filter(state="queued").order_by("id")
        assert [int(one.sign_up.email[1]) for one in told] == expected
        deliver()
        back(0)


def test_every_wave_but_the_first_asks_the_shop_however_short_the_wait(
    choose_settings, store: Store, wait, back, plan, monkeypatch
):
    choose_settings(wave_minutes=1)
    store.refresh_from_db()
    asked: list[list[str]] = []
    monkeypatch.setattr(
        "backinstock.polling.ask", lambda store, skus, product_ids: asked.append(skus) or []
    )
    wait(1, 2)
    start = now()
    back(1)
    plan()
    assert asked == []

    plan(start + timedelta(seconds=61))
    assert asked == [["BLUE-42"]]


def test_where_no_product_is_known_who_would_take_any_hears_of_what_they_looked_at(
    store: Store, item, wait, back, plan, numbers
):
    wait(1, any_variant=True, product_id="what the page says")
    StockItem.objects.filter(id=item.id).update(product_id="")
    back(1)
    plan()

    assert numbers("alerting") == [1]


def test_the_shops_word_corrects_what_pages_call_a_product(store: Store, item, wait):
    wait(1, any_variant=True, product_id="wrong")
    wait(2, any_variant=True, product_id="wrong")
    wait(2, any_variant=True)
    stock.describe(
        store,
        ProductChanged(
            external_id="shoe",
            occurred_at=NOON,
            name={"en": "Shoe"},
            variants=(Variant(sku=item.sku, price=None, stock=0),),
        ),
    )

    entries = SignUp.objects.order_by("id").values_list("email", "product_id")
    assert list(entries) == [
        ("p1@klaviyo-demo.com", "shoe"),
        ("p2@klaviyo-demo.com", "wrong"),  # they wait for it already
        ("p2@klaviyo-demo.com", "shoe"),
    ]


def test_alert_now_of_what_nobody_knew_goes_on_when_the_shop_says_it_has_none(
    store: Store, lists, wait, plan, numbers
):
    unknown = StockItem.objects.create(store=store, sku="NEW-1")
    wait(1, item=unknown, product_id="")
    assert restocks.alert_now(unknown)
    stock.note_stock(store, unknown.sku, 0, SHOP)
    plan()

    assert numbers("alerting") == [1]


def test_a_long_wave_gives_way_and_goes_on(choose_settings, store: Store, wait, back, monkeypatch):
    choose_settings(rate=0)
    store.refresh_from_db()
    wait(*range(25))
    monkeypatch.setattr(waves, "STEP", 10)
    restock = back(1)
    once = iter([True, False])
    waves.go(restock.id, may_go_on=lambda: next(once))
    assert Alert.objects.count() == 10
    assert waves.due(now()) == [restock.id]

    waves.go(restock.id)
    assert Alert.objects.count() == 25
