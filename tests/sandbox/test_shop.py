"""The sample shop is the same for everybody, and its figures add up."""

from __future__ import annotations

import json

import phonenumbers
import pytest

from project.sandbox.commercetools import Shop, catalog
from project.sandbox.commercetools.life import Asked, orders, sales
from project.sandbox.commercetools.life import customers as people

KINDS = ("categories", "products", "inventory", "customers", "orders", "payments")


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


def contents(shop: Shop) -> str:
    return json.dumps({kind: shop.held(kind) for kind in KINDS})


def cents(money: dict) -> int:
    assert money["currencyCode"] == "EUR"
    return money["centAmount"]


def assert_adds_up(order: dict, payment: dict) -> None:
    for line in order["lineItems"]:
        assert cents(line["totalPrice"]) == cents(line["price"]["value"]) * line["quantity"]
    items = [*order["lineItems"], *order["customLineItems"], {"totalPrice": order["totalPrice"]}]
    *sold, total = (cents(item["totalPrice"]) for item in items)
    discount = order.get("discountOnTotalPrice", {}).get("discountedAmount", {"centAmount": 0})
    shipping = cents(order["shippingInfo"]["price"])
    assert sum(sold) - discount["centAmount"] + shipping == total > 0
    taxed = order["taxedPrice"]
    assert cents(taxed["totalNet"]) + cents(taxed["totalTax"]) == cents(taxed["totalGross"])
    assert cents(taxed["totalGross"]) == total
    assert cents(payment["amountPlanned"]) == total
    assert order["paymentInfo"]["payments"] == [{"typeId": "payment", "id": payment["id"]}]
    paid_back = [part for part in payment["transactions"] if part["type"] == "Refund"]
    assert sum(cents(part["amount"]) for part in paid_back) <= total


def test_the_same_seed_makes_the_same_shop():
    assert contents(Shop(seed=7)) == contents(Shop(seed=7))
    assert contents(Shop(seed=8)) != contents(Shop(seed=7))


def test_the_shop_has_the_promised_size(shop: Shop):
    sizes = {kind: len(shop.held(kind)) for kind in KINDS}
    skus = {
        variant["sku"]
        for product in shop.held("products")
        for variant in catalog.variants(product["masterData"]["current"])
    }
    plain = [entry["sku"] for entry in shop.held("inventory") if "supplyChannel" not in entry]
    assert sorted(plain) == sorted(skus)
    assert sizes.pop("inventory") > len(plain)
    assert sizes == {
        "categories": 12,
        "products": 40,
        "customers": 60,
        "orders": 120,
        "payments": 120,
    }
    assert max(len(category["ancestors"]) for category in shop.held("categories")) == 2
    assert any(entry["availableQuantity"] == 0 for entry in shop.held("inventory"))


def test_the_figures_of_every_order_add_up(shop: Shop):
    payments = {payment["id"]: payment for payment in shop.held("payments")}
    for order in shop.held("orders"):
        assert_adds_up(order, payments[order["paymentInfo"]["payments"][0]["id"]])


def test_a_line_shows_what_was_on_stock_and_some_are_engraved(shop: Shop):
    sold = [line for order in shop.held("orders") for line in order["lineItems"]]
    assert all("isOnStock" in line["variant"]["availability"] for line in sold)
    engraved = [line["custom"]["fields"]["engraving"] for line in sold if "custom" in line]
    assert 0 < len(engraved) < len(sold)

    [line, *_] = sales.is_placed(Shop()).document["lineItems"]
    assert "isOnStock" in line["variant"]["availability"]


def test_every_kind_of_order_is_there(shop: Shop):
    orders = shop.held("orders")
    assert {order["orderState"] for order in orders} == {
        "Open",
        "Confirmed",
        "Complete",
        "Cancelled",
    }
    assert any(order["discountCodes"] for order in orders)
    assert any(order["customLineItems"] for order in orders)
    assert any("customerId" not in order for order in orders)
    assert any("billingAddress" not in order for order in orders)
    refunds = [
        transaction
        for payment in shop.held("payments")
        for transaction in payment["transactions"]
        if transaction["type"] == "Refund"
    ]
    assert refunds


def test_customers_can_be_rung_up_except_the_awkward_ones(shop: Shop):
    unreadable = set()
    for customer in shop.held("customers"):
        assert customer["email"].endswith("@storewire-demo.com")
        for address in customer["addresses"]:
            number = address.get("mobile") or address["phone"]
            try:
                parsed = phonenumbers.parse(number, address["country"])
            except phonenumbers.NumberParseException:
                unreadable.add(number)
            else:
                assert phonenumbers.is_valid_number(parsed), number
    assert unreadable == {"ring after six"}
    assert len({customer["email"] for customer in shop.held("customers")}) == 60


def test_a_newcomer_buys_and_the_order_moves_on():
    shop = Shop()
    customer = people.signs_up(shop).document
    order = sales.is_placed(shop).document
    assert order["customerEmail"] == customer["email"]
    assert order["createdAt"] >= customer["createdAt"]
    [reference] = order["paymentInfo"]["payments"]
    assert_adds_up(order, shop.referred(reference))

    moved = orders.moves_on(shop, Asked(order_state="Cancelled")).document
    assert moved["orderState"] == "Cancelled"
    assert moved["version"] > 1
    assert shop.referred({"typeId": "order", "id": moved["id"]}) == moved


@pytest.mark.parametrize("state", ["Confirmed", "Complete", "Cancelled"])
def test_an_order_can_reach_a_state_as_often_as_it_is_asked_for(state: str):
    shop = Shop(orders=4)
    for _ in range(10):
        assert orders.moves_on(shop, Asked(order_state=state)).document["orderState"] == state


def test_stock_is_never_negative():
    shop = Shop()
    for _ in range(300):
        sales.is_placed(shop)
    assert min(entry["availableQuantity"] for entry in shop.held("inventory")) >= 0


def test_what_happens_is_different_after_every_start():
    first, second = Shop(), Shop()
    for happen in (people.signs_up, sales.is_placed):
        assert happen(first).document["id"] != happen(second).document["id"]
