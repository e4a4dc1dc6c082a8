"""The waiting list by variant, and what its store wanted to be told of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from backinstock.models import SignUp, StockItem
from integration.models import Connection
from tests.backinstock.admin import listed, page, rows, shown, sign_in


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


def line_of(response, sku: str) -> list[str]:
    """Return the texts of a variant's line, in their columns."""
    changes = response.context["cl"]
    item = next(item for item in changes.result_list if item.sku == sku)
    admin = changes.model_admin
    return [str(getattr(admin, f"shown_{name}")(item)) for name in COLUMNS]


COLUMNS = ("name", "people", "units", "money", "oldest", "stock", "standing")
STORE = 8  # the last column
LISTS = ("stockitem", "signup", "restock", "alert", "optout")


@pytest.mark.parametrize("model", LISTS)
def test_every_list_is_there_while_it_is_empty(marketer, model: str):
    assert "Nothing here yet" in shown(marketer.get(listed(model)))


@pytest.mark.parametrize("model", LISTS)
def test_without_a_permission_nothing_is_shown(db, client, model: str):
    assert sign_in(client).get(listed(model)).status_code == 403


def test_the_empty_list_says_where_to_switch_it_on(marketer, store):
    add = reverse("admin:integration_connection_add")
    assert f"{add}?store={store.id}&amp;kind=backinstock" in shown(
        marketer.get(listed("stockitem"))
    )

    connection = Connection.objects.create(store=store, kind="backinstock", enabled=False)
    told = shown(marketer.get(listed("stockitem")))
    assert reverse("admin:integration_connection_change", args=[connection.id]) in told
    assert "Back in stock is off in Shop" in told

    Connection.objects.update(enabled=True)
    told = shown(marketer.get(listed("stockitem")))
    assert "is off" not in told
    assert "Then put the form on the shop" in told


def test_a_line_says_how_much_waits(marketer, item, wait):
    since = now() - timedelta(days=12, hours=3)
    wait(1, 2, units=2)
    wait(3, units=20)
    SignUp.objects.update(waiting_since=since)
    wait(4, state="cancelled", units=50)

    response = marketer.get(listed("stockitem"))

    assert line_of(response, "BLUE-42") == [
        "Shoe", "3", "24", "1,197.60 EUR", "12 days", "0", "Sold out",
    ]  # fmt: skip


def test_what_nobody_waits_for_is_shown_on_demand_or_when_searched_for(marketer, item, wait):
    wait(1)
    StockItem.objects.create(store=item.store, sku="LONELY", names={"de": "Einsamer Hut"})

    assert rows(marketer.get(listed("stockitem"))) == ["BLUE-42"]
    assert rows(marketer.get(listed("stockitem", "?waited=all"))) == ["BLUE-42", "LONELY"]
    assert rows(marketer.get(listed("stockitem", "?q=lonely"))) == ["LONELY"]
    assert rows(marketer.get(listed("stockitem", "?q=einsamer"))) == ["LONELY"]
    assert rows(marketer.get(listed("stockitem", "?q=einsamer&waited=yes"))) == []


def test_siblings_of_what_is_wanted_in_any_variant_are_listed_with_that(marketer, item, wait):
    StockItem.objects.create(store=item.store, sku="BLUE-43", product_id="shoe")
    wait(1, 2, any_variant=True)
    wait(3, any_variant=True, item=None)

    response = marketer.get(listed("stockitem"))

    assert line_of(response, "BLUE-42")[1] == "2 + 1 for any variant"
    assert line_of(response, "BLUE-43")[1] == "0 + 3 for any variant"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"is_available": None}, "Not known"),
        ({"is_available": False}, "Sold out"),
        ({"is_available": False, "ready_since": now()}, "Coming back"),
        ({"is_available": False, "published": False}, "Not on sale"),
        ({"is_available": True, "quantity": 7}, "Available"),
        ({"is_available": True, "quantity": None, "is_counted": False}, "Not counted"),
    ],
)
def test_plain_words_say_whether_it_is_to_be_had(marketer, item, wait, values, said):
    wait(1)
    StockItem.objects.update(**values)

    assert line_of(marketer.get(listed("stockitem")), "BLUE-42")[-1] == said


@pytest.mark.parametrize(("standing", "count"), [("sold_out", 1), ("available", 0)])
def test_the_list_is_filtered_by_stock(marketer, item, wait, standing: str, count: int):
    wait(1)

    assert len(rows(marketer.get(listed("stockitem", f"?standing={standing}")))) == count


@pytest.mark.parametrize("column", range(9))
def test_the_list_is_sorted_by_every_column(marketer, item, wait, column: int):
    wait(1, 2)
    wait(3, item=StockItem.objects.create(store=item.store, sku="A", price=500, quantity=3))

    both = {
        tuple(rows(marketer.get(listed("stockitem", f"?o={sign}{column}")))) for sign in ("", "-")
    }

    assert both <= {("A", "BLUE-42"), ("BLUE-42", "A")}
    assert len(both) == (1 if column == STORE else 2)


def test_the_greatest_crowd_comes_first(marketer, item, wait):
    wait(1)
    wait(2, 3, item=StockItem.objects.create(store=item.store, sku="WANTED"))

    assert rows(marketer.get(listed("stockitem"))) == ["WANTED", "BLUE-42"]


@pytest.mark.parametrize(
    "name", ["index", "backinstock_stockitem_changelist", "backinstock_stockitem_overview"]
)
def test_a_store_is_told_when_as_many_wait_as_it_said(
    marketer, item, wait, choose_settings, name: str
):
    address = reverse(f"admin:{name}")
    wait(1, 2, 3)
    told = f'3 people wait</strong> for <a class="sw-link" href="{page(item)}">BLUE-42</a> in Shop.'
    assert told not in shown(marketer.get(address))

    choose_settings(tell_at=4)
    assert told not in shown(marketer.get(address))

    choose_settings(tell_at=3)
    assert told in shown(marketer.get(address))


def test_the_start_page_tells_nobody_else_of_it(client, item, wait, choose_settings):
    choose_settings(tell_at=1)
    wait(1)

    assert "BLUE-42" not in shown(sign_in(client).get(reverse("admin:index")))


def test_the_list_takes_as_many_queries_for_many_lines(
    marketer, item, wait, django_assert_max_num_queries
):
    for number in range(30):
        wait(number, item=StockItem.objects.create(store=item.store, sku=f"SKU-{number}"))
    marketer.get(listed("stockitem"))

    with django_assert_max_num_queries(15):
        marketer.get(listed("stockitem"))
