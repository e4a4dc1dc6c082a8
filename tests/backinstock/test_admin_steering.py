"""What can be done about a variant: alert now, pause, resume, add stock, rehearse."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from backinstock import jobs
from backinstock.models import Alert, OptOut, Restock, SignUp, StockItem, Wave
from integration.models import Store
from tests.backinstock.admin import page, shown, sign_in


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[tuple]:
    """The bells that were rung; no worker comes."""
    rung: list[tuple] = []
    monkeypatch.setattr(jobs, "ring", lambda job, *ids: rung.append((job.__name__, *ids)))
    return rung


def restocked(item: StockItem, **values: object) -> tuple[Restock, Wave]:
    restock = Restock.objects.create(item=item, number=1, quantity=8, source="poll", **values)
    wave = Wave.objects.create(restock=restock, number=1, stock=8, size=8, alerted=2, skipped=1)
    return restock, wave


# --- Alert now, pause, resume -------------------------------------------------------------------


def test_alert_now_asks_first_and_says_what_stands_against_it(marketer, item, wait, store, rung):
    wait(1, 2)
    StockItem.objects.update(alerts_paused=True)
    Store.objects.update(sending="paused")

    told = shown(marketer.get(page(item, "alert_now")))

    assert "2 people wait for it. All of them hear of it at once" in told
    assert "As far as Storewire knows it is sold out" in told
    assert "Alerts are paused for this variant" in told
    assert "The store is not live" in told
    assert not Restock.objects.exists()
    assert rung == []


def test_alert_now_begins_a_restock_and_rings(marketer, item, wait, rung):
    wait(1)

    told = shown(marketer.post(page(item, "alert_now"), follow=True))

    restock = Restock.objects.get()
    assert (restock.item, restock.source, restock.state) == (item, "hand", "open")
    assert rung == [("alert_wave", restock.id)]
    assert "It has begun." in told
    again = shown(marketer.post(page(item, "alert_now"), follow=True))
    assert "People are being told of it already." in again
    assert Restock.objects.count() == len(rung) == 1


def test_a_paused_variant_tells_nobody_until_it_is_resumed(marketer, item, wait, rung):
    wait(1)
    restock, _ = restocked(item)
    assert "Nobody is told that it is back" in shown(marketer.get(page(item, "pause")))
    item.refresh_from_db()
    assert not item.alerts_paused

    told = shown(marketer.post(page(item, "pause"), follow=True))
    item.refresh_from_db()
    assert item.alerts_paused
    assert "Alerts are paused." in told
    assert page(item, "resume") in told
    assert rung == []

    marketer.post(page(item, "resume"))
    item.refresh_from_db()
    assert not item.alerts_paused
    assert rung == [("alert_wave", restock.id)]


# --- Stock by hand ------------------------------------------------------------------------------


def test_stock_added_by_hand_is_noted_and_opens_the_restock(marketer, item, wait, rung):
    wait(1)
    assert "1 person waits for it." in shown(marketer.get(page(item, "add_stock")))

    told = shown(marketer.post(page(item, "add_stock"), {"quantity": "12"}, follow=True))

    item.refresh_from_db()
    level = item.levels.get()
    assert (item.quantity, item.is_available) == (12, True)
    assert (level.quantity, level.source) == (12, "hand")
    assert rung == [("alert_wave", Restock.objects.get().id)]
    assert "Noted: 12 in stock. It is back, and people are being told." in told


def test_stock_by_hand_that_is_no_return_rings_for_nobody(marketer, item, wait, rung):
    wait(1)

    told = shown(marketer.post(page(item, "add_stock"), {"quantity": "0"}, follow=True))

    assert "Noted: 0 in stock. " in told
    assert rung == []


@pytest.mark.parametrize("quantity", ["", "-1", "many"])
def test_stock_that_is_no_number_is_refused_at_its_field(marketer, item, quantity: str):
    response = marketer.post(page(item, "add_stock"), {"quantity": quantity})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["quantity"]
    assert not item.levels.exists()


# --- Rehearsal ----------------------------------------------------------------------------------


def test_a_rehearsal_says_who_hears_when_and_who_not_and_why(marketer, item, wait, rung):
    people = wait(1, 2, 3, 4, 5)
    SignUp.objects.filter(id=people[1].id).update(bought_at=now())
    OptOut.objects.create(store=item.store, person=people[2].person)

    response = marketer.get(page(item, "rehearse"), {"units": "2"})

    told = shown(response)
    assert [wave.count for wave, _ in response.context["waves"]] == [2, 1]
    assert "<strong>3 people</strong> would hear of it" in told
    assert "<li>Bought it meanwhile: 1 person</li>" in told
    assert "<li>Wants no alerts: 1 person</li>" in told
    for number in range(1, 6):
        assert f"p{number}@klaviyo-demo.com" in told
    assert not Restock.objects.exists()
    assert not Alert.objects.exists()
    assert rung == []


def test_a_rehearsal_lists_a_hundred_people_and_counts_all(marketer, item, wait, choose_settings):
    choose_settings(rate=0)
    wait(*range(150))

    response = marketer.get(page(item, "rehearse"), {"units": "1"})

    told = shown(response)
    assert "<strong>150 people</strong> would hear of it" in told
    assert told.count("@klaviyo-demo.com</a>") == 100
    assert "And 50 more in wave 1." in told


def test_a_rehearsal_says_in_words_why_nobody_hears(marketer, item, wait, choose_settings):
    choose_settings(minimum_stock=50)
    wait(1)
    StockItem.objects.update(alerts_paused=True, quantity=3)

    told = shown(marketer.get(page(item, "rehearse"), {"units": "30"}))

    assert "<strong>Nobody</strong> would hear of it." in told
    assert "33 are not enough: back means at least 50." in told
    assert "Alerts are paused for this variant: resume them." in told


def test_a_rehearsal_that_is_not_asked_for_shows_only_the_form(marketer, item, wait):
    wait(1)

    response = marketer.get(page(item, "rehearse"))

    assert "found" not in response.context
    refused = marketer.get(page(item, "rehearse"), {"units": "0"})
    assert list(refused.context["form"].errors) == ["units"]


@pytest.mark.parametrize("name", ["rehearse", "alert_now", "add_stock", "pause", "resume"])
def test_a_variant_that_is_not_there_is_404(marketer, item, name: str):
    nowhere = page(item, name).replace(str(item.id), "999999")

    assert marketer.get(nowhere).status_code == 404
