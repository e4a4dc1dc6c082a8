"""The sample shop as shoppers see it, and behind its counter."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from project.sandbox.app import Options, create
from project.sandbox.commercetools import Shop
from project.sandbox.storefront import window

WEB = "http://127.0.0.1:8000"
HEADERS = {"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"}


@pytest.fixture
def opened() -> tuple[FlaskClient, Shop]:
    app, shop, _ = create(Options(storewire_url=WEB, store="my-shop", limits=False))
    return app.test_client(), shop


def sold_out(shop: Shop) -> tuple[window.Product, window.Variant]:
    product = window.products(shop)[0]
    return product, product.sold_out[0]


def test_what_is_sold_out_comes_first_and_brings_the_widget(opened):
    client, shop = opened
    product, variant = sold_out(shop)
    first = re.findall(r'href="(/shop/.+sku=.+)"', client.get("/shop/").text)[0]
    assert first == f"/shop/{product.slug}/?sku={variant.sku}"

    page = client.get(first)
    assert f'<script src="{WEB}/static/backinstock/widget.js" data-store="my-shop" async>' in (
        page.text
    )
    assert f'data-product="{product.id}" data-sku="{variant.sku}" data-available="false"' in (
        page.text
    )
    assert (
        f"script-src 'self' {WEB} static.klaviyo.com; connect-src 'self' {WEB};"
        in page.headers["Content-Security-Policy"]
    )
    assert "<style" not in page.text
    assert "style=" not in page.text


def test_a_product_is_found_by_its_slug_in_each_language_and_by_its_sku(opened):
    client, shop = opened
    product, _ = sold_out(shop)
    last = product.variants[-1].sku
    for slug in product.slugs:
        assert f'data-sku="{last}"' in client.get(f"/shop/{slug}/?sku={last}").text
    assert 'data-locale="fr-FR"' in client.get(f"/shop/{product.slug}/?locale=fr-FR").text
    assert client.get("/shop/nothing/").status_code == 404


def test_a_delivery_is_on_the_shelf_and_told(opened):
    client, shop = opened
    product, variant = sold_out(shop)

    answer = client.post("/shop/counter/", data={"sku": variant.sku, "quantity": "5"})

    assert answer.headers["Location"] == f"/shop/counter/?sku={variant.sku}"
    stocked = window.product(shop, product.slug)
    assert stocked is not None
    assert stocked.variant(variant.sku).quantity == 5
    assert shop.notices[-1].type == "InventoryEntryQuantitySet"
    assert shop.notices[-1].payload["newAvailableQuantity"] == 5
    assert f"{variant.sku}</small>" in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize("order", [{"sku": "X", "quantity": "5"}, {"quantity": "-1"}, {}])
def test_what_makes_no_sense_is_not_put_on_the_shelf(opened, order: dict):
    client, shop = opened
    order = {"sku": sold_out(shop)[1].sku if "quantity" in order else "", **order}

    assert client.post("/shop/counter/", data=order).status_code == 400
    assert list(shop.notices) == []


def test_the_counter_shows_what_klaviyo_has_heard_of_those_who_wait(opened):
    client, _ = opened
    for metric in ("Placed Order", "Back In Stock Alert"):
        attributes = {
            "properties": {
                "SKU": "SW-1",
                "ProductName": "A lamp",
                "UnsubscribeURL": f"{WEB}/leave/me/",
                "ImageURL": "https://img.storewire-demo.com/lamp.jpg",
            },
            "unique_id": metric,
            "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
            "profile": {
                "data": {"type": "profile", "attributes": {"email": "ada@storewire-demo.com"}}
            },
        }
        document = {"data": {"type": "event", "attributes": attributes}}
        assert client.post("/klaviyo/api/events", json=document, headers=HEADERS).status_code == 202

    page = client.get("/shop/counter/").text

    assert "<td>Back In Stock Alert</td><td>ada@storewire-demo.com</td><td>A lamp" in page
    assert f'<a href="{WEB}/leave/me/">UnsubscribeURL</a>' in page
    assert "Placed Order" not in page
    assert "lamp.jpg" not in page
    assert client.get("/shop/counter/count").text == "1"
    assert 'data-count="1"' in page


def test_nobody_buys_what_is_sold_out():
    app, shop, _ = create(Options())
    client = app.test_client()
    before = {variant.sku for one in window.products(shop) for variant in one.sold_out}
    for _ in range(60):
        order = {"type": "OrderCreated"}
        assert client.post("/commercetools/_sandbox/notify", json=order).status_code == 200
    after = {variant.sku for one in window.products(shop) for variant in one.sold_out}
    assert before
    assert before <= after
