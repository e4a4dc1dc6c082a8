"""What is in a page without any call of its own: attributes and JSON."""

from __future__ import annotations

from typing import Any

from tests.browser.storefront_page import SHOP, StorefrontPage, one_window

storefront_page = one_window
PERSON = {"email": "ada@klaviyo-demo.com"}
STAY = "addEventListener('submit', (it) => it.preventDefault());"


def told(storefront_page: StorefrontPage) -> list[list[Any]]:
    """Return what klaviyo.js was told, without ids that are different each time."""
    calls = storefront_page.told()
    for call in calls:
        if call[0] == "track":
            del call[2]["$event_id"]
    return calls


def test_attributes_say_what_a_page_shows(storefront_page: StorefrontPage):
    storefront_page.open(
        '<div data-storewire="viewedProduct viewedItem" data-storewire-product-name="[New] Lamp"'
        ' data-storewire-product-id="1" data-storewire-sku="L-1" data-storewire-price="49.90"'
        ' data-storewire-compare-at-price="from 60" data-storewire-categories="Lamps, Light ,"'
        ' data-storewire-image-url="/lamp.webp" data-storewire-url="/p/lamp"'
        ' data-storewire-brand="" data-other="x" data-storewire-event-id="e-1"></div>'
    )
    lamp = {
        "ProductName": "[New] Lamp",
        "ProductID": "1",
        "SKU": "L-1",
        "Price": 49.9,
        "CompareAtPrice": "from 60",
        "Categories": ["Lamps", "Light"],
        "ImageURL": "/lamp.webp",
        "URL": "/p/lamp",
    }
    item = {
        "Title": "[New] Lamp",
        "ItemId": "1",
        "Categories": ["Lamps", "Light"],
        "ImageUrl": "/lamp.webp",
        "Url": "/p/lamp",
        "Metadata": {"Price": 49.9, "CompareAtPrice": "from 60"},
    }
    assert storefront_page.told() == [
        ["track", "Viewed Product", {**lamp, "$event_id": "e-1"}],
        ["trackViewedItem", item],
    ]
    assert storefront_page.complaints == []


def test_attributes_hold_lists_and_people(storefront_page: StorefrontPage):
    storefront_page.open(
        '<p data-storewire="identify" data-storewire-email="ada@klaviyo-demo.com"'
        ' data-storewire-first-name="Ada" data-storewire-external-id="7"'
        ' data-storewire-sign-up-date="2026-05-04"></p>'
        '<p data-storewire="startedCheckout" data-storewire-checkout-id="k-1"'
        ' data-storewire-value="10"'
        """ data-storewire-items='[{"ProductName": "A lamp", "RowTotal": 9}]'></p>"""
        '<p data-storewire="track" data-storewire-name="Read" data-storewire-chapter="1"'
        ' data-storewire-free="true"></p>'
    )
    person = {**PERSON, "first_name": "Ada", "external_id": "7"}
    checkout = {
        "CheckoutID": "k-1",
        "$value": 10,
        "Items": [{"ProductName": "A lamp", "RowTotal": 9}],
        "ItemNames": ["A lamp"],
        "CheckoutURL": f"{SHOP}/p/lamp",
    }
    assert told(storefront_page) == [
        ["identify", {**person, "SignUpDate": "2026-05-04"}],
        ["track", "Started Checkout", checkout],
        ["track", "Read", {"Chapter": "1", "Free": True}],
    ]


def test_json_says_what_a_page_shows(storefront_page: StorefrontPage):
    name = "<\\/script><img src=x onerror=alert(1)>"
    storefront_page.open(
        '<script type="application/json" data-storewire="identify">'
        '{"email": "ada@klaviyo-demo.com"}</script>'
        '<script type="application/json" data-storewire="viewedProduct viewedItem">'
        f'{{"ProductName": "{name}", "Price": 5}}</script>'
        '<script type="application/json" data-storewire="track">'
        '{"name": "Read", "properties": {"Chapter": 1}}</script>'
        '<script type="application/json" data-storewire="track">{nonsense}</script>'
        '<p data-storewire="noSuchThing"></p><p data-storewire="searchedSite"></p>'
    )
    text = "</script><img src=x onerror=alert(1)>"
    assert told(storefront_page) == [
        ["identify", PERSON],
        ["track", "Viewed Product", {"ProductName": text, "Price": 5}],
        ["trackViewedItem", {"Title": text, "Metadata": {"Price": 5}}],
        ["track", "Read", {"Chapter": 1}],
        ["track", "Searched Site", {}],
    ]
    assert storefront_page.page.locator("img").count() == 0


def test_a_click_says_what_it_is_for(storefront_page: StorefrontPage):
    button = (
        '<button data-storewire="addedToCart" data-storewire-product-name="A lamp"'
        ' data-storewire-quantity="2" data-storewire-price="5"><b>Add</b></button>'
    )
    storefront_page.open(f'{button}<a href="#x" data-storewire="searchedSite">Find</a>', early=STAY)
    assert storefront_page.told() == []
    storefront_page.page.get_by_text("Add").click()
    storefront_page.page.get_by_text("Find").click()
    storefront_page.page.locator("h1").click()
    storefront_page.run(
        "() => { const later = document.querySelector('button').cloneNode(true);"
        " later.dataset.storewireProductName = 'A bulb'; later.id = 'later';"
        " document.body.append(later); }"
    )
    storefront_page.page.locator("#later").click()

    lamp = {"AddedItemProductName": "A lamp", "AddedItemQuantity": 2, "AddedItemPrice": 5}
    assert told(storefront_page) == [
        ["track", "Added to Cart", {**lamp, "$value": 10}],
        ["track", "Searched Site", {}],
        ["track", "Added to Cart", {**lamp, "AddedItemProductName": "A bulb", "$value": 10}],
    ]


def test_a_form_says_who_fills_it_in(storefront_page: StorefrontPage):
    storefront_page.open(
        '<form data-storewire="contactForm" data-storewire-subject="Lamps">'
        '<input name="email" value="ada@klaviyo-demo.com"><input name="first_name" value="Ada">'
        '<input name="last_name"><input name="password" value="secret"><button>Go</button></form>',
        early=STAY,
    )
    storefront_page.page.get_by_text("Go").click()
    assert told(storefront_page) == [
        ["identify", {**PERSON, "first_name": "Ada"}],
        ["track", "Submitted Contact Form", {"Subject": "Lamps"}],
    ]


def test_another_form_keeps_its_fields_to_itself(storefront_page: StorefrontPage):
    storefront_page.open(
        '<form data-storewire="searchedSite" data-storewire-search-term="lamp">'
        '<input name="email" value="ada@klaviyo-demo.com"><button>Go</button></form>',
        early=STAY,
    )
    storefront_page.page.get_by_text("Go").click()
    assert told(storefront_page) == [["track", "Searched Site", {"SearchTerm": "lamp"}]]
