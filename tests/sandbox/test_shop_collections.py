"""What the shop's collections hold beside customers, orders and products."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from project.sandbox.commercetools import Shop, blueprint
from project.sandbox.commercetools.life import happen

BASE = "/commercetools/demo-shop"

Ask = Callable[..., TestResponse]


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    app = Flask("project.sandbox.app")
    calls = blueprint(shop, None, lambda operation: None)
    app.register_blueprint(calls, url_prefix="/commercetools")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {shop.new_token()}"
    return client


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    return lambda path, **question: client.get(BASE + path, query_string=question)


def notify(client: FlaskClient, type_: str, **options: object) -> dict:
    order = {"type": type_, **options}
    return client.post("/commercetools/_sandbox/notify", json=order).json["payload"]


def test_messages_are_kept_as_they_were_sent(client: FlaskClient, ask: Ask):
    payload = notify(client, "CustomerCreated", too_large=True)
    notify(client, "customer.ResourceUpdated")
    [message] = ask("/messages").json["results"]
    assert message["type"] == "CustomerCreated"
    assert message["customer"]["id"] == payload["resource"]["id"]
    assert message["id"] == payload["id"]
    assert not {"notificationType", "projectKey", "payloadNotIncluded"} & set(message)
    assert ask(f"/messages/{message['id']}").json == message


def test_messages_are_found_by_time_type_and_resource(client: FlaskClient, ask: Ask):
    sent = [
        notify(client, type_, silent=True)
        for type_ in ("CustomerCreated", "OrderCreated", "CustomerDeleted", "OrderImported")
    ]
    since = sent[1]["createdAt"]
    where = f'createdAt >= "{since}" and type in ("OrderCreated", "OrderImported")'
    sort = ["createdAt asc", "id asc"]
    found = ask("/messages", where=where, sort=sort, limit=500, withTotal="false").json
    assert [entry["id"] for entry in found["results"]] == [sent[1]["id"], sent[3]["id"]]
    assert "total" not in found
    where = f'resource(typeId="order" and id="{sent[1]["resource"]["id"]}")'
    [one] = ask("/messages", where=where).json["results"]
    assert one["id"] == sent[1]["id"]


def test_only_so_many_messages_are_kept(shop: Shop):
    assert shop._messages.maxlen == 100_000


def test_the_discount_code_of_orders_can_be_looked_up(shop: Shop, ask: Ask):
    order = next(order for order in shop.held("orders") if order["discountCodes"])
    id_ = order["discountCodes"][0]["discountCode"]["id"]
    assert ask(f"/discount-codes/{id_}").json["code"] == "AUTUMN10"
    path = "discountCodes[*].discountCode"
    expanded = ask(f"/orders/{order['id']}", expand=path).json
    assert expanded["discountCodes"][0]["discountCode"]["obj"]["code"] == "AUTUMN10"


def test_documents_are_found_by_their_key_or_number(shop: Shop, ask: Ask):
    [store] = ask("/stores").json["results"]
    assert ask("/stores/key=main").json == store
    order = shop.held("orders")[5]
    assert ask(f"/orders/order-number={order['orderNumber']}").json == order
    assert ask("/products/key=enamel-mug").json["key"] == "enamel-mug"
    for path in ("/stores/key=other", "/stores/colour=red", "/orders/key="):
        assert ask(path).status_code == 404


def test_some_skus_lie_in_a_channel_too(ask: Ask):
    [store] = ask("/stores", expand="supplyChannels[*]").json["results"]
    [supplier] = store["supplyChannels"]
    assert supplier["obj"]["roles"] == ["InventorySupply"]
    where = f'supplyChannel(id="{supplier["id"]}")'
    entries = ask("/inventory", where=where, limit=500).json["results"]
    sku = entries[0]["sku"]
    both = ask("/inventory", where=f'sku in ("{sku}")').json["results"]
    assert any("supplyChannel" not in entry for entry in both)
    rest = ask("/inventory", where="supplyChannel is not defined", limit=500).json
    assert 0 < len(entries) < rest["count"]
    where = f'masterVariant(sku in ("{sku}")) or variants(sku in ("{sku}"))'
    [product] = ask("/product-projections", where=where, staged="true").json["results"]
    variants = [product["masterVariant"], *product["variants"]]
    [availability] = [entry["availability"] for entry in variants if entry["sku"] == sku]
    assert {"isOnStock", "availableQuantity", "channels"} <= set(availability)
    assert availability["channels"][supplier["id"]]["id"] == entries[0]["id"]


def test_one_product_has_its_prices_outside(shop: Shop, client: FlaskClient, ask: Ask):
    product = ask("/products/key=pocket-torch").json
    current = product["masterData"]["current"]
    assert product["priceMode"] == "Standalone"
    assert current["masterVariant"]["prices"] == []
    sku = current["masterVariant"]["sku"]
    [price] = ask("/standalone-prices", where=f'sku in ("{sku}")').json["results"]
    assert price["value"]["currencyCode"] == "EUR"
    for other in shop.held("products"):
        if other["key"] != "pocket-torch":
            shop.remove("products", other["id"])
    line = notify(client, "OrderCreated")["order"]["lineItems"][0]
    assert line["price"]["id"] in {entry["id"] for entry in shop.held("standalone-prices")}


def test_a_projection_shows_the_published_view_or_the_staged_one(shop: Shop, ask: Ask):
    hidden = next(p for p in shop.held("products") if not p["masterData"]["published"])
    path = f"/product-projections/{hidden['id']}"
    assert ask(path).status_code == 404
    assert ask(path, staged="false").status_code == 404
    assert ask(path, staged="true").json["published"] is False
    assert ask(path, staged="perhaps").status_code == 400
    assert ask("/product-projections", staged="true").json["total"] == 40
    changed = next(p for p in shop.held("products") if p["masterData"]["hasStagedChanges"])
    path = f"/product-projections/{changed['id']}"
    live, staged = ask(path).json, ask(path, staged="true").json
    assert live["description"] != staged["description"]
    assert ask(f"/product-projections/key={changed['key']}").json == live


def test_all_below_a_category_are_found(shop: Shop, ask: Ask):
    outdoor = ask("/categories/key=outdoor").json
    below = ask("/categories", where=f'ancestors(id = "{outdoor["id"]}")', limit=100).json
    assert {entry["key"] for entry in below["results"]} == {
        "camping",
        "tents",
        "sleeping",
        "camp-kitchen",
        "hiking",
        "backpacks",
        "lights",
    }


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("customers", "customer.ResourceUpdated"),
        ("orders", "OrderStateChanged"),
        ("categories", "category.ResourceUpdated"),
        ("products", "product.ResourceUpdated"),
        ("inventory", "inventory-entry.ResourceUpdated"),
        ("payments", "PaymentTransactionAdded"),
    ],
)
def test_what_changed_since_then_is_found(shop: Shop, ask: Ask, kind: str, type_: str):
    sort = ["lastModifiedAt asc", "id asc"]
    last = ask(f"/{kind}", sort=["lastModifiedAt desc", "id desc"], limit=1).json["results"][0]
    changed = happen(shop, type_).document
    at, id_ = last["lastModifiedAt"], last["id"]
    where = f'lastModifiedAt > "{at}" or (lastModifiedAt = "{at}" and id > "{id_}")'
    [found] = ask(f"/{kind}", where=where, sort=sort).json["results"]
    assert found["id"] == changed["id"]
