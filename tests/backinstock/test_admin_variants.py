"""A variant's page: who waits, its stock over time, its returns, and who heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from backinstock import jobs
from backinstock.models import Alert, Restock, StockItem, StockLevel, Wave
from integration.models import Store
from tests.backinstock.admin import listed, page, shown, sign_in


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


def test_the_page_says_who_waits_and_what_can_be_done(marketer, item, wait):
    wait(1, 2, units=2)
    StockItem.objects.create(store=item.store, sku="BLUE-43", product_id="shoe")
    wait(3, any_variant=True, item=StockItem.objects.get(sku="BLUE-43"))

    told = shown(marketer.get(page(item)))

    assert "<strong>3</strong>people wait" in told
    assert "<strong>5</strong>units wanted" in told
    assert "<strong>249.50 EUR</strong>waiting to be spent" in told
    for name in ("rehearse", "alert_now", "add_stock", "pause"):
        assert page(item, name) in told
    assert page(item, "resume") not in told


def test_who_may_only_look_is_offered_nothing_else(client, item, wait, rung):
    wait(1)
    reader = sign_in(client, "view_stockitem")

    told = shown(reader.get(page(item)))

    assert page(item, "rehearse") in told
    assert page(item, "alert_now") not in told
    assert listed("signup") not in told
    for name in ("alert_now", "add_stock", "pause", "resume"):
        assert reader.post(page(item, name), {"quantity": "5"}).status_code == 403
    item.refresh_from_db()
    assert (item.quantity, item.alerts_paused, rung) == (0, False, [])


def test_the_stock_is_drawn_as_steps_with_its_words_and_a_table(marketer, item):
    at = now()
    for days, quantity in ((40, 7), (20, 0), (5, None), (2, 10)):
        level = StockLevel(item=item, quantity=quantity, source="feed")
        level.at = at - timedelta(days=days)
        level.save()
    restocked(item, at=at - timedelta(days=2))

    response = marketer.get(page(item))
    chart = response.context["variant"]["history"]["chart"]

    assert chart.line == "M0.0 30.00H333.3V100.00H833.3M933.3 0.00H1000.0"
    assert chart.area.count("M") == 3
    assert [mark.x for mark in chart.marks] == ["933.3"]
    assert chart.ticks == ["10", "5", "0"]
    assert ": between 0 and 10, 10 at the end." in chart.words
    told = shown(response)
    assert f'<svg role="img" aria-label="{chart.words}"' in told
    assert '<td class="is-number">7</td><td>The product feed</td>' in told
    assert "<script>" not in told


@pytest.mark.parametrize(("asked", "days"), [("7", 7), ("90", 90), ("5000", 30), ("x", 30)])
def test_one_chooses_how_much_of_the_stock_is_drawn(marketer, item, asked: str, days: int):
    StockLevel.objects.create(item=item, quantity=1, source="shop")

    history = marketer.get(page(item) + f"?days={asked}").context["variant"]["history"]

    assert history["days"] == days


def test_without_a_word_about_its_stock_the_page_says_who_can_tell(marketer, item):
    assert "Nobody has told yet how many there are." in shown(marketer.get(page(item)))


def test_its_returns_are_told_with_their_waves_and_who_heard(marketer, item, wait):
    restock, wave = restocked(item, reason="Sold out again.", state="done", next_wave_at=None)
    told_one, skipped = wait(1, 2)
    about = {"restock": restock, "wave": wave}
    Alert.objects.create(sign_up=told_one, state="sent", **about)
    Alert.objects.create(sign_up=skipped, state="skipped", reason="bought", **about)

    told = shown(marketer.get(page(item)))

    assert page(restock) in told
    assert "Sold out again." in told
    assert "p1@klaviyo-demo.com</a></td> <td>Klaviyo has it</td>" in told
    assert "p2@klaviyo-demo.com</a></td> <td>Skipped</td> <td>Bought it meanwhile</td>" in told


def test_addresses_are_for_those_who_may_see_people(client, item, wait):
    restock, wave = restocked(item)
    (one,) = wait(1)
    alert = Alert.objects.create(sign_up=one, restock=restock, wave=wave, state="sent")
    seen = ("view_stockitem", "view_restock", "view_alert", "view_optout")
    reader = sign_in(client, *seen)

    addresses = [page(item), page(item, "rehearse") + "?units=5", listed("alert"), page(alert)]
    for address in addresses:
        assert "p1@" not in shown(reader.get(address))
    assert reader.get(listed("signup")).status_code == 403
    assert f"Sign-up {one.id}" in shown(reader.get(page(alert)))
    assert "0 alerts" in shown(reader.get(listed("alert", "?q=p1@klaviyo-demo.com")))


def test_who_heard_comes_in_pages(marketer, item, wait):
    restock, wave = restocked(item)
    people = wait(*range(30))
    Alert.objects.bulk_create(
        Alert(sign_up=one, restock=restock, wave=wave, state="sent") for one in people
    )

    told = shown(marketer.get(page(item) + "?heard=2"))

    assert "Page 2 of 2" in told
    assert told.count("@klaviyo-demo.com") == 5


def test_a_page_has_one_clock_the_stores(marketer, item):
    Store.objects.update(timezone="Pacific/Auckland")
    at = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # the 21st there
    StockItem.objects.update(seen_at=at)
    StockLevel.objects.create(item=item, at=at, quantity=0, source="feed")
    restock, _ = restocked(item, at=at, next_wave_at=at, state="open")

    for told in (shown(marketer.get(page(item))), shown(marketer.get(page(restock)))):
        assert told.count("Times on this page are those of the store: Pacific/Auckland.") == 1
        assert "21 November 2026, 01:30" in told
        assert "20 November 2026" not in told
        assert "12:30" not in told
    assert "21 November 2026, 01:30" in shown(marketer.get(listed("restock")))
