"""The overview: demand over time, and what is wanted most."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.timezone import now

from backinstock import demand
from backinstock.admin import charts
from backinstock.models import Alert, Restock, SignUp, StockItem, Wave
from backinstock.models.polls import StockPoll
from integration.models import Connection, Store
from tests.backinstock.admin import page, shown, sign_in

OVERVIEW = reverse("admin:backinstock_stockitem_overview")


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


def test_without_a_store_it_says_what_to_do(marketer):
    assert "There is no store yet" in shown(marketer.get(OVERVIEW))


def test_without_a_permission_it_is_not_shown(db, client):
    assert sign_in(client).get(OVERVIEW).status_code == 403


def test_a_store_where_it_is_off_says_where_to_switch_it_on(marketer, store):
    connection = Connection.objects.create(store=store, kind="backinstock", enabled=False)

    told = shown(marketer.get(OVERVIEW))

    assert "It is off in this store" in told
    assert reverse("admin:integration_connection_change", args=[connection.id]) in told
    Connection.objects.update(enabled=True)
    assert "It is off in this store" not in shown(marketer.get(OVERVIEW))


def test_it_says_how_the_form_gets_on_the_shop(marketer, lists, store, settings):
    settings.PUBLIC_URL = "https://storewire.storewire-demo.com"

    told = shown(marketer.get(OVERVIEW))

    script = "https://storewire.storewire-demo.com/static/backinstock/widget.js"
    assert f'&lt;script src="{script}" data-store="shop" async&gt;' in told
    assert 'href="https://storewire.storewire-demo.com/backinstock/shop/form/"' in told
    assert "It has no origins yet." in told
    store.origins = ["https://www.storewire-demo.com"]
    store.save()
    assert "It has no origins yet." not in shown(marketer.get(OVERVIEW))


def test_the_first_store_where_it_is_on_is_shown_and_any_can_be_chosen(marketer, lists, store):
    other = Store.objects.create(slug="a-shop", name="A shop")

    assert marketer.get(OVERVIEW).context["chosen"].store == store
    assert marketer.get(f"{OVERVIEW}?store={other.id}").context["chosen"].store == other
    assert marketer.get(f"{OVERVIEW}?store=nothing").context["chosen"].store == store


def test_it_counts_who_waits_and_for_how_much(marketer, item, wait):
    wait(1, 2, units=3)
    wait(3, state="alerted")
    wait(4, item=StockItem.objects.create(store=item.store, sku="B", price=10, currency="USD"))

    response = marketer.get(OVERVIEW)

    assert response.context["figures"] == [
        ("3", "people wait"),
        ("2", "variants"),
        ("7", "units wanted"),
        ("299.40 EUR + 10.00 USD", "waiting to be spent"),
    ]
    assert [line["sku"] for line in response.context["top"]] == ["BLUE-42", "B"]
    assert page(item) in shown(response)


def test_the_twenty_that_are_wanted_most_are_listed(marketer, item, wait):
    for number in range(25):
        wanted = StockItem.objects.create(store=item.store, sku=f"SKU-{number}")
        wait(*range(number + 1), item=wanted)

    top = marketer.get(OVERVIEW).context["top"]

    assert [line["sku"] for line in top] == [f"SKU-{number}" for number in range(24, 4, -1)]
    assert (top[0]["people"], top[0]["percent"], top[19]["percent"]) == ("25", 100, 24)


def test_days_are_the_stores_own_and_have_no_gap(item, wait):
    Store.objects.update(timezone="Pacific/Auckland")
    store, (one, two, three) = Store.objects.get(), wait(1, 2, 3)
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)  # the 21st there
    moments = {one: at, two: at - timedelta(hours=2), three: at - timedelta(days=9)}
    for sign_up, moment in moments.items():
        SignUp.objects.filter(id=sign_up.id).update(created=moment)
    restock = Restock.objects.create(item=item, number=1, source="poll")
    about = {"restock": restock, "wave": Wave.objects.create(restock=restock, number=1), "at": at}
    Alert.objects.create(sign_up=one, state="queued", **about)
    Alert.objects.create(sign_up=two, state="skipped", reason="bought", **about)

    days = demand.days(store, 3, at)

    assert [(day.day, day.sign_ups, day.alerts) for day in days] == [
        (date(2026, 11, 19), 0, 0),
        (date(2026, 11, 20), 1, 0),
        (date(2026, 11, 21), 1, 1),
    ]


def test_the_picture_has_its_words_and_a_table(marketer, item, wait):
    wait(1, 2)
    SignUp.objects.update(created=now())

    response = marketer.get(OVERVIEW)

    sign_ups, alerts = response.context["charts"]
    assert len(sign_ups.bars) == 1
    assert sign_ups.words.endswith(": 2.")
    assert alerts.bars == []
    told = shown(response)
    assert f'aria-label="{sign_ups.words}"' in told
    assert '<td class="is-number">2</td><td class="is-number">0</td>' in told


@pytest.mark.parametrize(("asked", "days"), [("90", 90), ("365", 365), ("1", 30), ("x", 30)])
def test_one_chooses_how_many_days(marketer, lists, asked: str, days: int):
    assert marketer.get(f"{OVERVIEW}?days={asked}").context["charts"][0].width == days


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, ["1", "", "0"]),
        (1, ["1", "", "0"]),
        (2, ["2", "1", "0"]),
        (7, ["8", "4", "0"]),
        (9, ["10", "5", "0"]),
        (11, ["20", "10", "0"]),
        (25, ["30", "15", "0"]),
        (4001, ["5,000", "2,500", "0"]),
    ],
)
def test_a_scale_ends_at_a_round_number(most: int, ticks: list[str]):
    chart = charts.bars("Sign-ups", "sign-ups", [(date(2026, 11, 1), most)], "a")

    assert chart.ticks == ticks


def test_a_busy_day_stands_as_high_as_it_should():
    numbers = [(date(2026, 11, 1), 5), (date(2026, 11, 2), 0), (date(2026, 11, 3), 10)]

    chart = charts.bars("Sign-ups", "sign-ups", numbers, "a")

    assert [(bar.x, bar.y, bar.height, bar.words) for bar in chart.bars] == [
        ("0.1", "50.00", "50.00", "1 Nov: 5 sign-ups"),
        ("2.1", "0.00", "100.00", "3 Nov: 10 sign-ups"),
    ]
    assert chart.words == "Sign-ups from 1 Nov to 3 Nov: 15 in all, most on 3 Nov: 10."


def test_what_only_strangers_have_named_does_not_lead(marketer, item, wait):
    wait(1)
    junk = StockItem.objects.create(store=item.store, sku="JUNK")
    wait(2, 3, 4, item=junk, product_id="")

    response = marketer.get(OVERVIEW)

    assert [line["sku"] for line in response.context["top"]] == ["BLUE-42", "JUNK"]
    assert "Not known to the shop" in shown(response)


def test_it_says_why_the_shop_could_not_be_asked(marketer, lists, store):
    Store.objects.update(timezone="Europe/Berlin")
    poll = StockPoll.objects.create(
        store=store,
        reason="The shop does not know the key. Write a new one.",
        not_before=datetime(2999, 1, 1, 12, tzinfo=UTC),
    )

    told = shown(marketer.get(OVERVIEW))

    assert "The shop does not know the key. Write a new one." in told
    assert "It is asked again: 1 January 2999, 13:00." in told
    StockPoll.objects.filter(id=poll.id).update(reason="")
    assert "could not be asked" not in shown(marketer.get(OVERVIEW))


def test_signing_in_without_a_page_in_mind_leads_to_the_start_page(client, db):
    User.objects.create_superuser("somebody", password="x")

    response = client.post(reverse("admin:login"), {"username": "somebody", "password": "x"})

    assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))
