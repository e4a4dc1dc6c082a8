"""Other systems tell of stock and ask for it."""

from __future__ import annotations

import pytest
from django.test import Client

from backinstock import jobs
from backinstock.models import Restock, StockItem, StockLevel
from integration.models import Store
from tests.backinstock.conftest import NOON
from tests.integration.scripts import ask, browser, token

STOCK = "/backinstock/stock"


@pytest.fixture
def script(store: Store, lists) -> Client:
    """Another system that may tell of the one store's stock."""
    return browser(token(store))


@pytest.fixture
def bells(monkeypatch) -> list[tuple]:
    """Which jobs workers were woken for."""
    bells: list[tuple] = []
    monkeypatch.setattr(jobs, "ring", lambda job, *ids: bells.append((job.__name__, *ids)))
    return bells


def told(client: Client, *items: object, **more: object):
    return ask(client, STOCK, {"items": list(items), **more})


# --- Telling ------------------------------------------------------------------------------------


def test_stock_is_noted(script, item):
    answer = told(
        script,
        {"sku": "A", "quantity": 3},
        {"sku": "B", "quantity": 0, "backorder": True},
        {"sku": "C", "quantity": None},
        {"sku": "D", "quantity": -4},
    )

    assert (answer.status_code, answer.json()) == (
        200,
        {"taken": 4, "restocks": 0, "refused": []},
    )
    noted = StockItem.objects.exclude(sku="BLUE-42").order_by("sku")
    assert list(noted.values_list("sku", "quantity", "backorder", "is_available")) == [
        ("A", 3, False, True),
        ("B", 0, True, False),
        ("C", None, False, True),
        ("D", 0, False, False),
    ]
    assert set(StockLevel.objects.values_list("source", flat=True)) == {"api"}


def test_a_return_wakes_a_worker_once(
    script, item, wait, bells, django_capture_on_commit_callbacks
):
    wait(1)

    with django_capture_on_commit_callbacks(execute=True):
        answer = told(script, {"sku": "BLUE-42", "quantity": 30})
        assert bells == []

    restock = Restock.objects.get()
    assert answer.json()["restocks"] == 1
    assert (restock.item, restock.quantity, restock.source) == (item, 30, "api")
    assert bells == [("alert_wave", restock.id)]
    assert told(script, {"sku": "BLUE-42", "quantity": 30}).json()["restocks"] == 0


def test_what_is_not_said_of_orders_without_stock_stays(script, item):
    StockItem.objects.update(backorder=True)

    told(script, {"sku": "BLUE-42", "quantity": 1})
    item.refresh_from_db()
    assert (item.quantity, item.backorder) == (1, True)

    told(script, {"sku": "BLUE-42", "quantity": 1, "backorder": False})
    item.refresh_from_db()
    assert item.backorder is False


def test_rows_that_make_no_sense_are_refused_and_the_others_taken(script):
    answer = told(
        script,
        {"sku": "A", "quantity": 1},
        {"sku": "A", "quantity": 9},
        {"sku": "B\u200e", "quantity": 1},
        {"sku": "B", "quantity": 2},
    )

    assert answer.json() == {
        "taken": 2,
        "restocks": 0,
        "refused": [
            {"row": 2, "detail": "This SKU is there twice: the first one counts."},
            {"row": 3, "detail": "This SKU has characters in it that cannot be written."},
        ],
    }
    assert dict(StockItem.objects.values_list("sku", "quantity")) == {"A": 1, "B": 2}


@pytest.mark.parametrize(
    ("items", "detail"),
    [
        ([{"sku": "A"}], "Entry 1: “quantity”: This field is required."),
        ([{"quantity": 1}], "Entry 1: “sku”: This field is required."),
        ([{"sku": " ", "quantity": 1}], "Entry 1: “sku”: This field may not be blank."),
        (
            [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": "2"}],
            "Entry 2: “quantity”: A valid integer is required.",
        ),
        ([{"sku": "A", "quantity": 1.5}], "Entry 1: “quantity”: A valid integer is required."),
        ([{"sku": "A", "quantity": True}], "Entry 1: “quantity”: A valid integer is required."),
        (
            [{"sku": "A", "quantity": 10**10}],
            "Entry 1: “quantity”: Ensure this value is less than or equal to 2147483647.",
        ),
        (
            [{"sku": "A", "quantity": 1, "backorder": "no"}],
            "Entry 1: “backorder”: Must be a valid boolean.",
        ),
        (
            [{"sku": "A", "quantity": 1, "Backorder": False}],
            "Entry 1: “Backorder”: There is no such field here. There are: sku, quantity, "
            "backorder.",
        ),
        (["A"], "Entry 1: Invalid data. Expected a dictionary, but got str."),
        ([], "Send at least one."),
        ("A", 'Expected a list of items but got type "str".'),
        (
            [{"sku": "A", "quantity": 1}] * 1001,
            "Send at most 1,000 at a time.",
        ),
    ],
)
def test_what_is_not_well_formed_is_refused_with_the_row(script, items: object, detail: str):
    answer = ask(script, STOCK, {"items": items})

    assert answer.status_code == 400
    assert answer.json()["detail"] == detail
    assert answer.json()["field"] == "items"
    assert not StockItem.objects.exists()


def test_a_token_that_may_only_read_may_not_tell(store, lists):
    reader = browser(token(store, scope="read"))

    assert told(reader, {"sku": "A", "quantity": 1}).status_code == 403
    assert reader.get(STOCK, {"sku": "A"}).status_code == 200
    assert not StockItem.objects.exists()


def test_nobody_tells_without_a_token(client, lists):
    answer = told(client, {"sku": "A", "quantity": 1})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_token_tells_of_its_own_stores_only(store, lists):
    other = Store.objects.create(slug="other", name="Other")
    other.connections.create(kind="backinstock")
    both, one = browser(token(store, other)), browser(token(other))

    assert told(one, {"sku": "A", "quantity": 1}, store="shop").json()["field"] == "store"
    assert told(both, {"sku": "A", "quantity": 1}).json()["field"] == "store"
    assert told(both, {"sku": "A", "quantity": 1}, store="shop").status_code == 200
    assert told(one, {"sku": "B", "quantity": 1}).status_code == 200
    noted = StockItem.objects.order_by("sku").values_list("store__slug", "sku")
    assert list(noted) == [("shop", "A"), ("other", "B")]


def test_a_store_without_back_in_stock_says_so(store):
    answer = told(browser(token(store)), {"sku": "A", "quantity": 1})

    assert answer.status_code == 400
    assert answer.json()["detail"] == "Back in stock is not switched on for this store."


def test_who_tells_too_often_is_asked_to_wait(script):
    row = {"sku": "A", "quantity": 1}
    statuses = [told(script, row).status_code for _ in range(61)]

    assert statuses == [200] * 60 + [429]


# --- Asking -------------------------------------------------------------------------------------


def test_what_is_known_is_told(script, item):
    StockItem.objects.create(store=item.store, sku="NEW")

    answer = script.get(STOCK, {"sku": ["NEW", "BLUE-42", "WHAT", "BLUE-42"]})

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "items": [
                {
                    "sku": "BLUE-42",
                    "quantity": 0,
                    "counted": True,
                    "backorder": False,
                    "published": True,
                    "available": False,
                    "told": NOON.isoformat().replace("+00:00", "Z"),
                },
                {
                    "sku": "NEW",
                    "quantity": None,
                    "counted": True,
                    "backorder": False,
                    "published": True,
                    "available": None,
                    "told": None,
                },
            ],
            "unknown": ["WHAT"],
        },
    )


@pytest.mark.parametrize(
    "query", ["", "?sku=", "?sku=A&page=1", "?sku=" + "A" * 201, "?" + "sku=A&" * 101]
)
def test_a_question_that_makes_no_sense_is_refused(script, query: str):
    answer = script.get(f"{STOCK}{query}")

    assert answer.status_code == 400
    assert answer.json()["code"]


def test_another_stores_stock_is_not_told(script, item):
    stranger = Store.objects.create(slug="other", name="Other")
    StockItem.objects.create(store=stranger, sku="THEIRS", quantity=4)

    assert script.get(STOCK, {"sku": "THEIRS"}).json() == {"items": [], "unknown": ["THEIRS"]}
