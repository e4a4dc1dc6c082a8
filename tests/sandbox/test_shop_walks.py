"""Whole collections are walked by id, with predicates and expanded, when most is in writing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from project.sandbox.app import Options, create
from project.sandbox.commercetools import Shop, query
from project.sandbox.commercetools.documents import Json

BASE = "/commercetools/demo-shop"
EXPAND = "paymentInfo.payments[*]"
SPRING = 'createdAt >= "2025-03-01T00:00:00Z" and createdAt < "2025-06-01T00:00:00.000Z"'

Ask = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def shop_and_client() -> tuple[Shop, FlaskClient]:
    app, shop, _ = create(Options())
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {shop.new_token()}"
    wanted = {"orders": 700, "customers": 150, "products": 30}
    client.post("/commercetools/_sandbox/fill", json=wanted)
    return shop, client


@pytest.fixture
def shop(shop_and_client: tuple[Shop, FlaskClient]) -> Shop:
    return shop_and_client[0]


@pytest.fixture
def ask(shop_and_client: tuple[Shop, FlaskClient]) -> Ask:
    client = shop_and_client[1]
    return lambda kind, **question: client.get(f"{BASE}/{kind}", query_string=question)


def all_of(shop: Shop, kind: str) -> list[Json]:
    found = shop.documents(kind) or []
    return sorted(found, key=lambda document: document["id"])


def walked(ask: Ask, kind: str, *where: str, limit: int = 60, **question: str) -> list[Json]:
    rows: list[Json] = []
    while True:
        after = [f'id > "{rows[-1]["id"]}"'] if rows else []
        asked = {"sort": "id asc", "withTotal": "false", "limit": limit, "where": [*where, *after]}
        page = ask(kind, **asked, **question).json
        rows += page["results"]
        if page["count"] < limit:
            return rows


@pytest.mark.parametrize(
    "kind",
    ["orders", "customers", "payments", "products", "product-projections", "inventory"],
)
def test_a_walk_meets_everything_once(shop: Shop, ask: Ask, kind: str):
    assert walked(ask, kind) == all_of(shop, kind)


def test_a_walk_with_more_predicates_meets_what_they_leave(shop: Shop, ask: Ask):
    orders = all_of(shop, "orders")
    spring = [o for o in orders if "2025-03-01" <= o["createdAt"] < "2025-06-01"]
    assert 100 < len(spring) < 300
    assert walked(ask, "orders", SPRING) == spring
    cancelled = [order for order in spring if order["orderState"] == "Cancelled"]
    assert walked(ask, "orders", SPRING, 'orderState = "Cancelled"', limit=5) == cancelled
    modified = [o for o in orders if o["lastModifiedAt"] >= "2025-09"]
    assert walked(ask, "orders", 'lastModifiedAt >= "2025-09-01T00:00:00Z"') == modified


def test_a_walk_can_be_shared_out_by_ids(shop: Shop, ask: Ask):
    quarter = walked(ask, "orders", 'id >= "4" and id < "8"')
    assert quarter == [order for order in all_of(shop, "orders") if "4" <= order["id"] < "8"]
    first, second, third = quarter[:3]
    where = f'id >= "{first["id"]}" and id <= "{third["id"]}" and id > "{first["id"]}"'
    assert walked(ask, "orders", where) == [second, third]


@pytest.mark.parametrize("kind", ["orders", "customers", "products", "payments"])
def test_some_are_looked_up_by_their_ids(shop: Shop, ask: Ask, kind: str):
    wanted = all_of(shop, kind)[3::9]
    listed = ",".join(f'"{document["id"]}"' for document in [*wanted[::-1], {"id": "nobody"}])
    page = ask(kind, where=f"id in ({listed})", sort="id asc", limit=500).json
    assert page["results"] == wanted
    assert page["total"] == page["count"] == len(wanted)
    some = [document for document in wanted if document["id"] > "8"]
    where = [f"id in ({listed})", 'id > "8"']
    assert ask(kind, where=where, sort="id asc", limit=500).json["results"] == some
    id_ = wanted[0]["id"]
    assert ask(kind, where=[f'id = "{id_}"', 'id = "nobody"']).json["results"] == []
    assert ask(f"{kind}/{id_}").json == wanted[0]


def test_what_is_asked_about_ids_in_another_way_still_holds(shop: Shop, ask: Ask):
    first, second, *rest = all_of(shop, "orders")
    a, b = first["id"], second["id"]
    for where in (f'not id > "{b}"', f'id = "{a}" or id = "{b}"', f'id in ("{a}", "{b}")'):
        assert ask("orders", where=where, sort="id asc").json["results"] == [first, second]
    where = f'id != "{a}" and id <> "{b}"'
    assert ask("orders", where=where, sort="id asc", limit=3).json["results"] == rest[:3]
    last = ask("orders", sort="id desc", limit=2).json["results"]
    assert last == rest[:-3:-1]


def test_payments_are_filled_in_like_any_reference(shop: Shop, ask: Ask):
    payments = {payment["id"]: payment for payment in all_of(shop, "payments")}
    orders = walked(ask, "orders", expand=EXPAND)
    assert len(orders) == 820
    for order in orders:
        [reference] = order["paymentInfo"]["payments"]
        assert reference.pop("obj") == payments[reference["id"]]
    assert orders == all_of(shop, "orders")
    both = walked(ask, "orders", expand=[EXPAND, "discountCodes[*].discountCode"])
    assert all("obj" in order["paymentInfo"]["payments"][0] for order in both)
    codes = [each["discountCode"] for order in both for each in order["discountCodes"]]
    assert all(code["obj"]["code"] == "AUTUMN10" for code in codes)


def test_a_payment_that_is_gone_is_not_filled_in(ask: Ask, shop: Shop):
    order = all_of(shop, "orders")[0]
    [reference] = order["paymentInfo"]["payments"]
    payment = shop.referred(reference)
    assert payment is not None
    shop.remove("payments", payment["id"])
    try:
        [found] = ask("orders", expand=EXPAND, sort="id asc", limit=1).json["results"]
    finally:
        shop.put("payments", payment)
    assert found == order


def test_documents_in_writing_are_found_by_what_is_inside(shop: Shop, ask: Ask):
    order = all_of(shop, "orders")[-1]
    payment = order["paymentInfo"]["payments"][0]["id"]
    questions = [
        f'paymentInfo(payments(id="{payment}"))',
        f'orderNumber = "{order["orderNumber"]}"',
        f'lineItems(id = "{order["lineItems"][0]["id"]}")',
        f'not (orderNumber != "{order["orderNumber"]}")',
    ]
    for where in questions:
        assert ask("orders", where=where).json["results"] == [order]
    assert ask(f"orders/order-number={order['orderNumber']}").json == order
    assert ask("orders", where='orderState = "Open"', limit=0).json["total"] == sum(
        each["orderState"] == "Open" for each in all_of(shop, "orders")
    )
    customer = all_of(shop, "customers")[-1]
    where = f'email = "{customer["email"]}"'
    assert ask("customers", where=where).json["results"] == [customer]


def test_entries_are_found_by_their_skus(shop: Shop, ask: Ask):
    skus = sorted({entry["sku"] for entry in all_of(shop, "inventory")})[::4]
    listed = ",".join(f'"{sku}"' for sku in skus)
    found = walked(ask, "inventory", f"sku in ({listed})")
    assert found == [entry for entry in all_of(shop, "inventory") if entry["sku"] in skus]


def test_documents_in_writing_are_sorted_like_all_others(shop: Shop, ask: Ask):
    rows = ask("orders", sort=["lastModifiedAt desc", "id asc"], limit=500).json["results"]
    everything = sorted(all_of(shop, "orders"), key=lambda o: o["lastModifiedAt"], reverse=True)
    assert rows == everything[:500]
    cheap = ask("orders", sort=["totalPrice.centAmount asc", "id asc"], limit=9).json["results"]
    all_cents = sorted(o["totalPrice"]["centAmount"] for o in everything)
    assert [row["totalPrice"]["centAmount"] for row in cheap] == all_cents[:9]


def test_a_total_is_exact_without_a_predicate_and_capped_with_one(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(query, "MAX_TOTAL", 100)
    for limit in (0, 1):
        page = ask("orders", withTotal="true", limit=limit).json
        assert (page["total"], page["count"]) == (820, limit)
        assert ask("orders", where='id > "1"', limit=limit).json["total"] == 100
    spring = ask("orders", where=[SPRING, 'id < "3"'], limit=0).json["total"]
    assert spring == len(walked(ask, "orders", SPRING, 'id < "3"'))
    page = ask("orders", where='id > "1"', limit=200, offset=50).json
    assert (page["total"], page["count"], page["offset"]) == (100, 200, 50)


def test_a_new_version_and_a_new_document_take_their_places_in_a_walk():
    shop = Shop(customers=3, orders=0)
    before = shop.view("customers")
    assert before is not None
    [first, *_] = before.matching([], by_id=True)
    shop.put("customers", {**first, "version": 2})
    shop.put("customers", {"id": "0"})
    shop.put("customers", {"id": "z"})
    shop.remove("customers", "z")
    found = [document["id"] for document in before.matching([], by_id=True)]
    assert found == sorted({*found, "0"})
    assert found[:2] == ["0", first["id"]]
    assert before.count() == 4
