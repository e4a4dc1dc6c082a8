"""What is imported from a shop, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from integration import registry
from integration.core.bulk import Scope
from integration.core.exchange import Read
from integration.core.plugins import Shop
from integration.core.records import (
    CategoryChanged,
    CustomerChanged,
    OrderCancelled,
    OrderFulfilled,
    OrderPlaced,
    OrderRefunded,
    ProductChanged,
    Record,
)
from integration.sources.commercetools.imports import COLLECTIONS
from integration.sources.commercetools.messages import HANDLERS
from tests.conftest import Sandbox
from tests.integration.sources.collections_of import (
    Noting,
    entries,
    facts,
    ids,
    import_of,
    portions,
    reader,
    walk_of,
)

NOTHING_OF_CATEGORIES = {"off": ["CategoryCreated", "category.ResourceUpdated"]}


@pytest.fixture
def read(sandbox: Sandbox) -> Noting:
    """The sandbox's shop."""
    return Noting(reader(sandbox.url))


@pytest.fixture
def crowded(sandbox: Sandbox) -> Iterator[None]:
    """More in the shop than a page holds."""
    filling = f"{sandbox.url}/commercetools/_sandbox/fill"
    wanted = {"orders": 700, "customers": 300, "products": 150}
    requests.post(filling, json=wanted, timeout=60).raise_for_status()
    yield
    requests.delete(filling, timeout=60).raise_for_status()


@pytest.fixture
def happen(sandbox: Sandbox):
    """Something happens in the shop. Return the records that are made of its notification."""

    def happen(type_: str, **options: object) -> tuple[dict, list[Record]]:
        answer = requests.post(
            f"{sandbox.url}/commercetools/_sandbox/notify",
            json={"type": type_, "silent": True, "envelope": "platform", **options},
            timeout=5,
        )
        assert answer.ok, answer.text
        payload = answer.json()["payload"]
        shop = Shop(store=facts(), read=reader(sandbox.url), at=datetime.now(UTC))
        return payload, HANDLERS[type_].handler(payload, shop)

    return happen


def all_of(read: Read, kind: str) -> list[dict]:
    return read(f"/{kind}?limit=500")["results"]


def records_of(read: Read, kind: str, id_: str) -> list[Record]:
    [entry] = import_of(kind, read, Scope(ids=(id_,)))
    return entry.meaning


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("kind", ["customers", "orders", "products"])
def test_everything_is_read_once_in_few_questions(kind: str, read: Noting):
    collection = COLLECTIONS[kind]
    count = collection.count(read, Scope())

    found = portions(walk_of(kind, read))

    listed = [entry for portion in found for entry in portion.entries()]
    assert len(found) > 1
    assert len(listed) == sum(portion.count for portion in found) == count
    assert ids(listed) == sorted(set(ids(listed)))
    assert [portion.cursor for portion in found] == [
        list(portion.entries())[-1].id for portion in found
    ]
    assert all(isinstance(entry.meaning, list) and entry.meaning for entry in listed)
    assert len(read.kinds) < 40
    assert found[0].as_of < datetime.now(UTC)


@pytest.mark.usefixtures("crowded")
def test_a_walk_that_was_cut_off_goes_on_from_its_cursor(read: Noting):
    whole = portions(walk_of("orders", read))

    rest = entries(walk_of("orders", read), whole[0].cursor)

    assert ids(rest) == [entry.id for portion in whole[1:] for entry in portion.entries()]


@pytest.mark.usefixtures("crowded")
def test_pages_that_are_too_much_for_the_shop_are_smaller(sandbox: Sandbox, read: Noting):
    sandbox.fail("400", side="commercetools", operation="query", above=60, code="QueryTimedOut")

    assert len(import_of("customers", read)) == COLLECTIONS["customers"].count(read, Scope())
    assert max(portion.count for portion in portions(walk_of("customers", read))) <= 60


def test_an_imported_order_is_the_one_that_was_told_of(happen, read: Noting):
    payload, [told] = happen("OrderCreated")

    [placed] = records_of(read, "orders", payload["order"]["id"])

    assert isinstance(placed, OrderPlaced)
    assert told.lines[0].categories
    assert replace(placed, notes=()) == replace(told, notes=())


def test_an_imported_product_is_the_one_that_was_told_of(happen, read: Noting):
    payload, told = happen("ProductPublished")

    imported = records_of(read, "products", payload["resource"]["id"])

    assert [type(record) for record in imported][-2:] == [CategoryChanged, ProductChanged]
    at = told[0].occurred_at
    assert [replace(record, occurred_at=at, document={}) for record in imported] == [
        replace(record, document={}) for record in told
    ]


def test_an_imported_customer_is_the_one_that_was_told_of(happen, read: Noting):
    payload, told = happen("CustomerCreated")

    imported = records_of(read, "customers", payload["customer"]["id"])

    assert isinstance(imported[0], CustomerChanged)
    assert [replace(imported[0], occurred_at=told[0].occurred_at)] == told


def test_an_imported_category_has_the_names_above_it(read: Noting):
    documents = {category["id"]: category for category in all_of(read, "categories")}
    deep = next(entry for entry in documents.values() if len(entry["ancestors"]) == 2)
    middle = documents[deep["parent"]["id"]]
    top = documents[middle["parent"]["id"]]

    [record] = records_of(read, "categories", deep["id"])

    assert isinstance(record, CategoryChanged)
    assert record.path == (top["name"], middle["name"], deep["name"])
    assert len(import_of("categories", read)) == len(documents)


def test_what_happened_to_orders_is_told_with_them(read: Noting):
    documents = all_of(read, "orders")
    payments = {payment["id"]: payment for payment in all_of(read, "payments")}
    states = [order["orderState"] for order in documents]
    refunds = [
        transaction["id"]
        for order in documents
        for reference in order.get("paymentInfo", {}).get("payments", [])
        for transaction in payments[reference["id"]]["transactions"]
        if (transaction["type"], transaction["state"]) == ("Refund", "Success")
    ]

    found = [record for entry in import_of("orders", read) for record in entry.meaning]

    def of(kind: type[Record]) -> list[Record]:
        return [record for record in found if type(record) is kind]

    assert len(of(OrderPlaced)) == len(documents)
    assert len(of(OrderFulfilled)) == states.count("Confirmed") + states.count("Complete")
    assert len(of(OrderCancelled)) == states.count("Cancelled")
    assert sorted(record.transaction_id for record in of(OrderRefunded)) == sorted(refunds)
    assert refunds


def test_orders_of_a_time_are_those_that_were_placed_in_it(read: Noting):
    documents = sorted(all_of(read, "orders"), key=lambda order: order["createdAt"])
    since = datetime.fromisoformat(documents[10]["createdAt"])
    until = datetime.fromisoformat(documents[20]["createdAt"])
    scope = Scope(since=since, until=until)

    found = import_of("orders", read, scope)

    assert sorted(ids(found)) == sorted(order["id"] for order in documents[10:20])
    assert COLLECTIONS["orders"].count(read, scope) == 10
    later = Scope(since=datetime.now(UTC) + timedelta(days=1))
    assert import_of("orders", read, later) == []


def test_a_walk_from_an_id_begins_with_it(read: Noting):
    listed = sorted(customer["id"] for customer in all_of(read, "customers"))

    assert ids(import_of("customers", read, Scope(start_id=listed[7]))) == listed[7:]


def test_products_have_their_standalone_prices_and_stock(read: Noting, happen):
    apart = {price["sku"] for price in all_of(read, "standalone-prices")}
    for product in all_of(read, "products"):
        if product["masterData"]["current"]["masterVariant"]["sku"] in apart:
            happen("ProductPublished", id=product["id"])  # another test may have hidden it
    records = [entry.meaning[-1] for entry in import_of("products", read)]
    variants = [variant for product in records for variant in product.variants]

    assert all(variant.price for variant in variants)
    assert apart & {variant.sku for variant in variants}
    assert any(variant.stock for variant in variants)


def test_where_categories_are_switched_off_products_have_none(read: Noting):
    products = import_of("products", read, messages=NOTHING_OF_CATEGORIES)
    categories = import_of("categories", read, messages=NOTHING_OF_CATEGORIES)

    assert {len(entry.meaning) for entry in products} == {1}
    assert products[0].meaning[0].category_ids == ()
    assert {entry.meaning.reason for entry in categories} == {
        "Categories are switched off for the store."
    }
    assert "categories" not in read.kinds[:-1]


def test_categories_go_before_products():
    assert COLLECTIONS["products"].first == ("categories",)
    assert registry.sources()["commercetools"].collections == COLLECTIONS
