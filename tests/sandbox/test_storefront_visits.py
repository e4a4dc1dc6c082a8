"""A visit to the sample shop: what its pages tell the script, and what the shop hears."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from project.sandbox.app import Options, create
from project.sandbox.commercetools import Shop
from project.sandbox.storefront import window

WEB = "http://127.0.0.1:8000"
HOST = "http://localhost"
ADA = "ada@storewire-demo.com"
SAID = re.compile(r'<script type="application/json" data-storewire="([^"]*)">(.*?)</script>', re.S)
NASTY = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def opened() -> tuple[FlaskClient, Shop]:
    app, shop, _ = create(Options(storewire_url=WEB, store="my-shop", limits=False))
    return app.test_client(), shop


def said(page: TestResponse) -> list[tuple[str, dict]]:
    assert page.status_code == 200
    return [(method, json.loads(text)) for method, text in SAID.findall(page.text)]


def for_sale(shop: Shop, place: int = 0) -> tuple[window.Product, window.Variant]:
    found = [
        (product, variant)
        for product in window.products(shop)
        for variant in product.variants
        if not variant.is_sold_out
    ]
    return found[place]


def put(client: FlaskClient, sku: str, quantity: int = 1) -> TestResponse:
    form = {"sku": sku, "quantity": str(quantity)}
    return client.post("/shop/cart/", data=form, follow_redirects=True)


def test_every_page_of_the_shop_brings_the_script_with_what_it_is_told():
    options = Options(storewire_url=WEB, store="my-shop", company="ABC123", send="server")
    app, _, _ = create(options)
    tag = (
        f'<script src="{WEB}/static/storefront/storewire.js" data-store="my-shop" '
        'data-company="ABC123" data-send="server" data-consent="none" data-gpc defer></script>'
    )
    for path in ("", "search/", "cart/", "checkout/", "sign-up/", "log-in/", "cancel/", "contact/"):
        page = app.test_client().get(f"/shop/{path}")
        assert page.text.count(tag) == 1
        assert page.text.count("<h1>") == 1
        assert page.headers["Cache-Control"] == "no-store"
        assert "consent.js" not in page.text
        assert "klaviyo.js" not in page.text
        assert said(page) == []


def test_who_only_looks_around_gets_no_cookie(opened):
    client, shop = opened
    product, _ = for_sale(shop)
    for path in ("", "category/tents/", f"{product.slug}/", "search/?q=tent", "cart/", "checkout/"):
        assert "Set-Cookie" not in client.get(f"/shop/{path}").headers


def test_without_a_storewire_there_is_no_script():
    app, shop, _ = create(Options())
    page = app.test_client().get(f"/shop/{for_sale(shop)[0].slug}/")
    assert "storewire.js" not in page.text


def test_where_consent_is_asked_for_the_shop_has_a_banner():
    app, _, _ = create(Options(storewire_url=WEB, consent="call"))
    page = app.test_client().get("/shop/").text
    assert 'data-consent="call"' in page
    assert '<section id="consent" aria-labelledby="consent-title" hidden>' in page
    assert page.index("storewire.js") < page.index("consent.js")


@pytest.mark.parametrize(
    ("consent", "send", "brought"),
    [("none", "both", 1), ("none", "server", 0), ("call", "both", 0)],
)
def test_the_pages_can_bring_klaviyos_stand_in_themselves(consent: str, send: str, brought: int):
    options = Options(storewire_url=WEB, consent=consent, send=send, own_klaviyo_js=True)
    app, _, _ = create(options)
    client = app.test_client()
    address = "/klaviyo/onsite/js/klaviyo.js?company_id=SANDBX"
    assert client.get("/shop/").text.count(f'<script src="{address}" defer>') == brought
    assert client.get(address).status_code == 200


def test_a_category_tells_itself_by_attributes(opened):
    client, shop = opened
    page = client.get("/shop/category/camping/")
    camping = next(one for one in window.categories(shop) if one.slug == "camping")

    given = dict(re.findall(r'data-storewire(?:-([a-z-]+))?="([^"]*)"', page.text))

    assert given == {
        "": "viewedCategory",
        "category-name": "Camping",
        "category-id": camping.id,
        "url": f"{HOST}/shop/category/camping/",
    }
    assert "Skerry two-person tent" in page.text  # two levels below
    assert 'href="/shop/category/tents/"' in page.text
    assert "Cast-iron pan" not in page.text
    assert client.get("/shop/category/nothing/").status_code == 404


def test_a_product_page_tells_the_chosen_variant(opened):
    client, shop = opened
    product = next(one for one in window.products(shop) if one.slug == "skerry-two-person-tent")
    variant = product.variants[-1]

    assert said(client.get(f"/shop/{product.slug}/?sku={variant.sku}")) == [
        (
            "viewedProduct viewedItem",
            {
                "ProductName": "Skerry two-person tent",
                "ProductID": product.id,
                "SKU": variant.sku,
                "Categories": ["Outdoor", "Camping", "Tents"],
                "ImageURL": variant.image_url,
                "URL": f"{HOST}/shop/skerry-two-person-tent/?sku={variant.sku}",
                "Brand": "Nordhaven",
                "Price": variant.cents / 100,
            },
        )
    ]


def test_a_search_hands_its_words_and_count_to_the_shops_own_javascript(opened):
    client, _ = opened
    page = client.get("/shop/search/?q=moss+MAT").text
    assert 'search.js" data-term="moss MAT" data-count="1" defer>' in page
    assert "Moss sleeping mat" in page
    assert "Moss seat pad" not in page
    assert 'data-term="" data-count="0"' in client.get("/shop/search/").text


def test_what_is_put_into_the_cart_is_told_once(opened):
    client, shop = opened
    product, variant = for_sale(shop)

    [(method, told)] = said(put(client, variant.sku, 2))

    item = {
        "ProductID": product.id,
        "SKU": variant.sku,
        "ProductName": product.name,
        "Quantity": 2,
        "ItemPrice": variant.cents / 100,
        "RowTotal": variant.cents * 2 / 100,
        "ProductURL": f"{HOST}/shop/{product.slug}/?sku={variant.sku}",
        "ImageURL": variant.image_url,
        "ProductCategories": [category.name for category in product.categories],
    }
    assert method == "addedToCart"
    assert told == {
        "ProductName": product.name,
        "ProductID": product.id,
        "SKU": variant.sku,
        "Categories": item["ProductCategories"],
        "ImageURL": variant.image_url,
        "URL": item["ProductURL"],
        "Price": variant.cents / 100,
        "Quantity": 2,
        "CartID": told["CartID"],
        "CartVersion": 1,
        "CheckoutURL": f"{HOST}/shop/checkout/",
        "$value": variant.cents * 2 / 100,
        "Items": [item],
    }
    assert said(client.get("/shop/cart/")) == []


def test_the_version_of_a_cart_rises_with_each_change(opened):
    client, shop = opened
    skus = [for_sale(shop, place)[1].sku for place in (0, 1)]

    [(_, first)] = said(put(client, skus[0]))
    [(_, second)] = said(put(client, skus[1], 3))
    removed = client.post("/shop/cart/remove/", data={"sku": skus[0]}, follow_redirects=True)
    [(_, fourth)] = said(put(client, skus[1]))

    assert said(removed) == []
    assert [told["CartVersion"] for told in (first, second, fourth)] == [1, 2, 4]
    assert {told["CartID"] for told in (first, second, fourth)} == {first["CartID"]}
    assert [(item["SKU"], item["Quantity"]) for item in fourth["Items"]] == [(skus[1], 4)]
    assert fourth["Quantity"] == 1


@pytest.mark.parametrize(("sku", "quantity"), [("X", "1"), ("", "1"), ("ok", "0"), ("ok", "11")])
def test_what_makes_no_sense_is_not_put_into_the_cart(opened, sku: str, quantity: str):
    client, shop = opened
    sku = for_sale(shop)[1].sku if sku == "ok" else sku
    form = {"sku": sku, "quantity": quantity}
    assert client.post("/shop/cart/", data=form).status_code == 400


def test_what_is_sold_out_is_not_put_into_the_cart(opened):
    client, shop = opened
    product = window.products(shop)[0]
    sku = product.sold_out[0].sku
    assert client.post("/shop/cart/", data={"sku": sku}).status_code == 400
    assert 'id="add" disabled>' in client.get(f"/shop/{product.slug}/?sku={sku}").text


def test_a_cart_holds_ten_things_and_its_cookie_is_small(opened):
    client, shop = opened
    statuses = [
        client.post("/shop/cart/", data={"sku": for_sale(shop, place)[1].sku}).status_code
        for place in range(11)
    ]
    assert statuses == [*[303] * 10, 400]
    [cookie] = client._cookies.values()
    assert len(cookie.value) < 1_500


def test_a_checkout_is_told_once_and_has_one_id(opened):
    client, shop = opened
    _, variant = for_sale(shop)
    [(_, added)] = said(put(client, variant.sku, 2))

    [(method, told)] = said(client.get("/shop/checkout/"))

    assert method == "startedCheckout"
    assert told["CheckoutID"] not in (None, "", added["CartID"])
    for name in ("CartID", "CartVersion", "CheckoutURL", "$value", "Items"):
        assert told[name] == added[name]
    assert said(client.get("/shop/checkout/")) == []


def test_the_checkout_asks_who_it_is_by_a_form_that_the_script_hears(opened):
    client, shop = opened
    put(client, for_sale(shop)[1].sku)
    asked = client.get("/shop/checkout/").text
    assert 'action="/shop/checkout/who/" data-storewire="identify">' in asked
    assert '<input type="email" id="email" name="email"' in asked

    answer = client.post("/shop/checkout/who/", data={"email": ADA}, follow_redirects=True)

    assert f"The confirmation goes to {ADA}." in answer.text
    assert "data-storewire" not in answer.text
    assert client.post("/shop/checkout/who/", data={"email": "nobody"}).status_code == 400


def test_an_order_reaches_the_shop_as_any_other(opened):
    client, shop = opened
    product, variant = for_sale(shop)
    left = variant.quantity or 0
    put(client, variant.sku, 2)
    client.get("/shop/checkout/")
    client.post("/shop/checkout/who/", data={"email": ADA})

    page = client.post("/shop/checkout/order/", follow_redirects=True)

    notice = next(one for one in reversed(shop.notices) if one.type == "OrderCreated")
    order = shop.held("orders")[-1]
    assert notice.payload["order"]["id"] == order["id"]
    assert order["orderNumber"] in page.text
    assert order["customerEmail"] == ADA
    assert "customerId" not in order
    [line] = order["lineItems"]
    assert (line["variant"]["sku"], line["quantity"]) == (variant.sku, 2)
    goods = variant.cents * 2
    shipping = 0 if goods >= 15_000 else 490
    assert order["totalPrice"]["centAmount"] == goods + shipping
    stocked = window.product(shop, product.slug)
    assert stocked is not None
    assert stocked.variant(variant.sku).quantity == left - 2
    assert "There is nothing in it." in client.get("/shop/cart/").text
    assert said(page) == []


def test_the_order_of_a_customer_is_theirs(opened):
    client, shop = opened
    customer = shop.held("customers")[0]
    client.post("/shop/log-in/", data={"email": customer["email"]})
    put(client, for_sale(shop)[1].sku)
    client.post("/shop/checkout/order/")
    assert shop.held("orders")[-1]["customerId"] == customer["id"]


def test_a_guest_has_the_names_that_they_gave_and_no_others(opened):
    client, shop = opened
    client.post("/shop/sign-up/", data={"email": ADA, "first_name": "Ada", "schedule": "Daily"})
    put(client, for_sale(shop)[1].sku)
    client.post("/shop/checkout/order/")
    address = shop.held("orders")[-1]["shippingAddress"]
    assert address["firstName"] == "Ada"
    assert "lastName" not in address


def test_nothing_is_ordered_by_nobody_or_twice(opened):
    client, shop = opened
    before = len(shop.held("orders"))
    put(client, for_sale(shop)[1].sku)
    assert client.post("/shop/checkout/order/").headers["Location"] == "/shop/checkout/"
    client.post("/shop/checkout/who/", data={"email": ADA})
    client.post("/shop/checkout/order/")
    client.post("/shop/checkout/order/")
    assert len(shop.held("orders")) == before + 1


def test_after_an_order_there_is_another_cart_with_another_checkout(opened):
    client, shop = opened
    sku = for_sale(shop)[1].sku
    client.post("/shop/log-in/", data={"email": ADA})
    client.get("/shop/")
    told = []
    for _ in range(2):
        put(client, sku)
        told += said(client.get("/shop/checkout/"))
        client.post("/shop/checkout/order/")
    assert [method for method, _ in told] == ["startedCheckout"] * 2
    assert told[0][1]["CheckoutID"] != told[1][1]["CheckoutID"]
    assert told[0][1]["CartID"] != told[1][1]["CartID"]


def test_a_sign_up_identifies_after_its_first_step_and_is_complete_after_its_second(opened):
    client, _ = opened
    form = {"email": ADA, "first_name": "Ada", "schedule": "Weekly"}

    first = said(client.post("/shop/sign-up/", data=form, follow_redirects=True))
    again = said(client.get("/shop/sign-up/profile/"))
    form = {"last_name": "Ahlgren", "phone_number": "+49 176 04069001"}
    second = said(client.post("/shop/sign-up/profile/", data=form, follow_redirects=True))

    chosen = {"SignUpDate": first[0][1]["SignUpDate"], "Schedule": "Weekly"}
    person = {"email": ADA, "first_name": "Ada"}
    assert first == [
        ("identify", {**person, **chosen, "Status": "Active", "HasFilledOutProfile": False})
    ]
    assert again == []
    more = {"last_name": "Ahlgren", "phone_number": "+4917604069001"}
    assert second == [
        ("identify", {**person, **more, "HasFilledOutProfile": True}),
        ("completedSignup", chosen),
    ]
    assert said(client.get("/shop/sign-up/welcome/")) == []
    assert client.post("/shop/sign-up/profile/").headers["Location"] == "/shop/sign-up/"
    assert client.get("/shop/sign-up/profile/").headers["Location"] == "/shop/sign-up/"


def test_a_log_in_identifies_once_and_with_what_the_shop_knows(opened):
    client, shop = opened
    customer = shop.held("customers")[0]

    page = client.post(
        "/shop/log-in/", data={"email": customer["email"].upper()}, follow_redirects=True
    )

    assert said(page) == [
        (
            "identify",
            {
                "email": customer["email"].upper(),
                "external_id": customer["id"],
                "first_name": customer["firstName"],
                "last_name": customer["lastName"],
            },
        )
    ]
    assert said(client.get("/shop/log-in/")) == []
    client.post("/shop/log-out/")
    assert "<h1>Log in</h1>" in client.get("/shop/log-in/").text


def test_who_leaves_is_told_of_once_and_no_longer_known(opened):
    client, _ = opened
    assert "Log in</a> first" in client.get("/shop/cancel/").text
    client.post("/shop/log-in/", data={"email": ADA}, follow_redirects=True)

    leave = {"reason": "Not for me"}
    [(method, told)] = said(client.post("/shop/cancel/", data=leave, follow_redirects=True))

    assert method == "cancelledAccount"
    assert told == {"Cancellation Date": told["Cancellation Date"], "Reason": "Not for me"}
    again = client.post("/shop/cancel/", data=leave, follow_redirects=True)
    assert said(again) == []
    assert "Log in</a> first" in again.text


def test_the_contact_form_is_one_that_the_script_hears(opened):
    client, _ = opened
    page = client.get("/shop/contact/").text
    assert 'data-storewire="contactForm" data-storewire-subject="Question">' in page
    assert 'name="first_name"' in page
    sent = client.post("/shop/contact/", data={"email": ADA}, follow_redirects=True)
    assert "nobody reads it" in sent.text


def test_a_name_that_is_code_stays_a_name(opened):
    client, shop = opened
    product, variant = for_sale(shop)
    held = shop.get("products", product.id)
    assert held is not None
    master = held["masterData"]
    current = {**master["current"], "name": {"en": NASTY, "de": NASTY}}
    shop.put("products", {**held, "masterData": {**master, "current": current}})

    pages = [
        client.get("/shop/"),
        client.get(f"/shop/{product.slug}/?sku={variant.sku}"),
        put(client, variant.sku),
        client.get("/shop/checkout/"),
        client.get("/shop/search/", query_string={"q": NASTY}),
    ]

    for page in pages:
        assert "<img" not in page.text
        assert NASTY in unescape(page.text)
    names = [told.get("ProductName", NASTY) for page in pages for _, told in said(page)]
    assert names == [NASTY] * 3
    assert said(pages[3])[0][1]["Items"][0]["ProductName"] == NASTY
