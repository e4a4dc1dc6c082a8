"""The shop is filled by the thousands for those who read it in bulk, and emptied again."""

from __future__ import annotations

import json

import phonenumbers
import pytest
from flask.testing import FlaskClient

from project.sandbox.app import Options, create
from project.sandbox.commercetools import Shop
from project.sandbox.commercetools.documents import Json

FILL = "/commercetools/_sandbox/fill"
COMPACT = "/commercetools/_sandbox/orders-compact"
WANTED = {"orders": 300, "customers": 60, "products": 20, "bad": 0.1}


class Filled:
    """A shop, what it held before it was filled, and what was answered."""

    def __init__(self, **wanted: object) -> None:
        app, self.shop, _ = create(Options())
        self.client = app.test_client()
        self.before = contents(self.shop)
        self.answer: Json = self.client.post(FILL, json=wanted).json

    def new(self, kind: str) -> dict[str, Json]:
        """Return what was added, by id."""
        known = {each["id"] for each in self.before[kind]}
        added = [each for each in contents(self.shop)[kind] if each["id"] not in known]
        return {each["id"]: each for each in added}


def contents(shop: Shop) -> dict[str, list[Json]]:
    kinds = ("customers", "orders", "payments", "products", "inventory", "messages")
    return {kind: shop.documents(kind) or [] for kind in kinds}


def compact(client: FlaskClient) -> dict[str, list]:
    lines = [json.loads(line) for line in client.get(COMPACT).data.splitlines()]
    return {line[0]: line for line in lines}


@pytest.fixture(scope="module")
def filled() -> Filled:
    return Filled(**WANTED)


def test_as_many_are_added_as_were_asked_for_and_nobody_is_told(filled: Filled):
    added = filled.answer["added"]
    assert added == {kind: len(filled.new(kind)) for kind in added}
    assert added["orders"] == added["payments"] == 300
    assert (added["customers"], added["products"]) == (60, 20)
    assert added["inventory"] > 40
    assert filled.new("messages") == {}
    assert list(filled.shop.notices) == []


def test_orders_are_of_all_kinds_and_no_two_share_what_is_their_own(filled: Filled):
    orders, payments = filled.new("orders").values(), filled.new("payments")
    states = {order["orderState"] for order in orders}
    assert states == {"Open", "Confirmed", "Complete", "Cancelled"}
    assert {len(order["lineItems"]) for order in orders} == {1, 2, 3, 4}
    refunds = [
        entry
        for payment in payments.values()
        for entry in payment["transactions"]
        if entry["type"] == "Refund"
    ]
    assert {entry["state"] for entry in refunds} == {"Success", "Pending"}
    assert 0 < sum("customerId" not in order for order in orders) < 60
    assert len({order["orderNumber"] for order in orders}) == 300
    lines = [line["id"] for order in orders for line in order["lineItems"]]
    assert len(lines) == len(set(lines))
    paid = [each["id"] for order in orders for each in order["paymentInfo"]["payments"]]
    assert sorted(paid) == sorted(payments)


def test_the_figures_and_times_of_a_filled_order_agree(filled: Filled):
    payments = filled.new("payments")
    for order in filled.new("orders").values():
        payment = payments[order["paymentInfo"]["payments"][0]["id"]]
        assert payment["amountPlanned"] == order["totalPrice"]
        assert payment["createdAt"] == order["createdAt"] <= order["lastModifiedAt"]
        assert "2024-10-01" <= order["createdAt"] < "2025-10-01"
        lines = [*order["lineItems"], *order["customLineItems"]]
        goods = sum(line["totalPrice"]["centAmount"] for line in lines)
        less = order.get("discountOnTotalPrice", {}).get("discountedAmount", {"centAmount": 0})
        shipping = order["shippingInfo"]["price"]["centAmount"]
        assert goods - less["centAmount"] + shipping == order["totalPrice"]["centAmount"]


def test_an_order_says_of_its_buyer_what_the_shop_knows(filled: Filled):
    customers = {each["id"]: each for each in filled.shop.documents("customers") or []}
    bad_orders, bad_customers = filled.answer["bad"]["orders"], filled.answer["bad"]["customers"]
    known = [order for order in filled.new("orders").values() if "customerId" in order]
    for order in known:
        buyer = customers[order["customerId"]]
        assert order["locale"] == buyer["locale"]
        assert (order["customerEmail"] == buyer["email"]) != (order["id"] in bad_orders)
        if "billingAddress" in order:
            assert order["billingAddress"] in buyer["addresses"]
    buyers = {order["customerId"] for order in known}
    assert len(buyers) > 50
    assert not buyers & set(bad_customers)


def test_new_products_are_in_categories_and_counted(filled: Filled):
    categories = {category["id"] for category in filled.shop.held("categories")}
    counted = {entry["sku"] for entry in filled.new("inventory").values()}
    names = set()
    for product in filled.new("products").values():
        current = product["masterData"]["current"]
        names.add(current["name"]["en"])
        assert {each["id"] for each in current["categories"]} <= categories
        for variant in [current["masterVariant"], *current["variants"]]:
            assert variant["prices"]
            assert variant["sku"] in counted
            assert variant["availability"]
    assert len(names) == 20


def test_the_bad_ones_are_bad_as_was_said_and_no_other(filled: Filled):
    customers, bad = filled.new("customers"), filled.answer["bad"]["customers"]
    assert set(bad.values()) == {
        "email without @",
        "phone is no phone number",
        "custom text of more than 100 KB",
    }
    assert len(bad) == 6
    for id_, customer in customers.items():
        assert ("@" not in customer["email"]) == (bad.get(id_) == "email without @")
        numbers = [each.get("mobile") or each["phone"] for each in customer["addresses"]]
        countries = [each["country"] for each in customer["addresses"]]
        valid = map(is_number, numbers, countries)
        assert all(valid) != (bad.get(id_) == "phone is no phone number")
        long = len(json.dumps(customer.get("custom", {}))) > 100_000
        assert long == (bad.get(id_) == "custom text of more than 100 KB")


def is_number(text: str, country: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(text, country))


def test_an_order_is_bad_by_its_address(filled: Filled):
    orders, bad = filled.new("orders"), filled.answer["bad"]["orders"]
    assert set(bad.values()) == {"customerEmail malformed"}
    assert len(bad) == 30
    for id_ in bad:
        assert not orders[id_]["customerEmail"].endswith("@storewire-demo.com")


def test_the_same_order_fills_another_shop_alike_and_this_one_with_more(filled: Filled):
    other = Filled(**WANTED)
    assert other.new("orders") == filled.new("orders")
    assert other.answer == filled.answer
    more = other.client.post(FILL, json={"orders": 5, "customers": 5, "products": 5})
    assert more.json["bad"] == {"customers": {}, "orders": {}}
    assert len(other.new("orders")) == 305
    emails = {each["email"] for each in other.new("customers").values()}
    assert len(emails) == 65
    skus = [
        entry["sku"] for entry in other.new("inventory").values() if "supplyChannel" not in entry
    ]
    assert len(skus) == len(set(skus))


def test_all_that_was_filled_in_can_be_taken_away_whatever_happened_to_it():
    shop = Filled(orders=10, customers=10, products=5)
    shop.client.post(FILL, json={"orders": 5})
    id_ = next(iter(shop.new("orders")))
    shop.client.post(
        "/commercetools/_sandbox/notify",
        json={"type": "OrderShipmentStateChanged", "id": id_, "shipment_state": "Delayed"},
    )

    removed = shop.client.delete(FILL).json["removed"]

    assert (removed["orders"], removed["payments"], removed["customers"]) == (15, 15, 10)
    assert {**contents(shop.shop), "messages": []} == shop.before
    assert shop.client.delete(FILL).json == {"removed": {}}


def test_something_can_happen_to_what_was_filled_in():
    shop = Filled(orders=20)
    id_ = next(iter(shop.new("orders")))

    answer = shop.client.post(
        "/commercetools/_sandbox/notify",
        json={"type": "OrderShipmentStateChanged", "id": id_, "shipment_state": "Delayed"},
    )

    assert answer.status_code == 200
    order = shop.new("orders")[id_]
    assert order["shipmentState"] == "Delayed"
    assert len(shop.new("orders")) == 20


def test_the_short_form_of_all_orders_says_what_the_long_one_does(filled: Filled):
    payments = {each["id"]: each for each in filled.shop.documents("payments") or []}
    expected = {}
    for order in filled.shop.documents("orders") or []:
        paid = [payments[each["id"]] for each in order["paymentInfo"]["payments"]]
        transactions = [entry for payment in paid for entry in payment["transactions"]]
        expected[order["id"]] = [
            order["id"],
            order["orderState"],
            [line["id"] for line in order["lineItems"]],
            [[each["id"], each["state"]] for each in transactions if each["type"] == "Refund"],
            order["customerEmail"],
            order.get("customerId", ""),
        ]
    assert compact(filled.client) == expected
    assert len(expected) == 420


def test_the_short_form_knows_what_happened_since():
    shop = Filled(orders=30)
    [id_, *_] = [
        order["id"]
        for order in shop.new("orders").values()
        if order["orderState"] == "Complete" and order["paymentState"] == "Paid"
    ]
    [payment] = shop.new("orders")[id_]["paymentInfo"]["payments"]
    before = compact(shop.client)[id_][3]
    shop.client.post(
        "/commercetools/_sandbox/notify",
        json={"type": "PaymentTransactionAdded", "id": payment["id"], "refund_state": "Pending"},
    )
    refunds = compact(shop.client)[id_][3]
    assert refunds[:-1] == before
    assert refunds[-1][1] == "Pending"


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ([], "the body"),
        ({"stores": 1}, "stores"),
        ({"orders": -1}, "orders"),
        ({"orders": 1.5}, "orders"),
        ({"customers": "many"}, "customers"),
        ({"products": 100_000}, "products"),
        ({"bad": 2}, "bad"),
    ],
)
def test_an_order_to_fill_that_makes_no_sense_is_refused(filled: Filled, order: object, name: str):
    answer = filled.client.post(FILL, json=order)
    assert answer.status_code == 400
    assert answer.json["error"].startswith(f"{name}: ")


def test_nobody_can_buy_where_there_are_no_customers_or_products():
    for kind, missing in (("customers", "customers"), ("products", "for sale")):
        app, shop, _ = create(Options())
        for each in shop.held(kind):
            shop.remove(kind, each["id"])
        answer = app.test_client().post(FILL, json={"orders": 1})
        assert answer.status_code == 400
        assert missing in answer.json["error"]
