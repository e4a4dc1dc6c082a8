"""What each named event becomes: for klaviyo.js and for the collector, with one id."""

from __future__ import annotations

from typing import Any

from tests.browser.storefront_page import LAMP, SHOP, StorefrontPage, one_window

storefront_page = one_window
ITEM = {
    "ProductID": "p-1",
    "SKU": "LAMP-1",
    "ProductName": "A lamp",
    "Quantity": 2,
    "ItemPrice": 49.9,
    "RowTotal": 99.8,
    "ProductURL": f"{SHOP}/p/lamp",
    "ImageURL": f"{SHOP}/lamp.webp",
    "ProductCategories": ["Lamps", "Light"],
}
BULB = {
    "ProductID": "p-2",
    "ProductName": "A bulb",
    "Quantity": 1,
    "ItemPrice": 0.1,
    "RowTotal": 0.1,
    "ProductCategories": ["Light", "Bulbs"],
}
CART = {"CartID": "c-7", "CartVersion": 3, "CheckoutURL": f"{SHOP}/checkout"}
ADDED = {
    "AddedItemProductName": "A lamp",
    "AddedItemProductID": "p-1",
    "AddedItemSKU": "LAMP-1",
    "AddedItemCategories": ["Lamps", "Light"],
    "AddedItemImageURL": f"{SHOP}/lamp.webp",
    "AddedItemURL": f"{SHOP}/p/lamp",
    "AddedItemPrice": 49.9,
    "AddedItemQuantity": 2,
}
TO_CART = {key: LAMP[key] for key in LAMP if key not in ("Brand", "CompareAtPrice")}
EVENTS: list[tuple[str, dict[str, Any], str, dict[str, Any], str | None]] = [
    ("viewedProduct", LAMP, "Viewed Product", LAMP, None),
    (
        "viewedCategory",
        {"CategoryName": "Lamps", "CategoryID": "c-1", "URL": f"{SHOP}/lamps"},
        "Viewed Category",
        {"CategoryName": "Lamps", "CategoryID": "c-1", "URL": f"{SHOP}/lamps"},
        None,
    ),
    (
        "searchedSite",
        {"SearchTerm": "lamp", "ResultCount": 0},
        "Searched Site",
        {"SearchTerm": "lamp", "ResultCount": 0},
        None,
    ),
    (
        "addedToCart",
        {**TO_CART, "Quantity": 2, **CART, "Items": [ITEM, BULB]},
        "Added to Cart",
        {
            **ADDED,
            **CART,
            "Items": [ITEM, BULB],
            "ItemNames": ["A lamp", "A bulb"],
            "$value": 99.9,
        },
        "c-7:3",
    ),
    (
        "addedToCart",
        {**TO_CART, "Quantity": 2, "CartID": "c-7"},
        "Added to Cart",
        {**ADDED, "CartID": "c-7", "$value": 99.8},
        None,  # a cart that has no version changes
    ),
    (
        "startedCheckout",
        {"CheckoutID": "k-9", **CART, "Items": [ITEM, BULB]},
        "Started Checkout",
        {
            "CheckoutID": "k-9",
            **CART,
            "Items": [ITEM, BULB],
            "ItemNames": ["A lamp", "A bulb"],
            "Categories": ["Lamps", "Light", "Bulbs"],
            "$value": 99.9,
        },
        "k-9",
    ),
    (
        "startedCheckout",
        {"CartID": "c-7", "CartVersion": "3", "$value": "12.50", "ItemNames": ["Mine"]},
        "Started Checkout",
        {
            "CartID": "c-7",
            "CartVersion": "3",
            "$value": 12.5,
            "ItemNames": ["Mine"],
            "CheckoutURL": f"{SHOP}/p/lamp",
        },
        "c-7:3",
    ),
    (
        "startedCheckout",
        {"CartID": "c-7"},
        "Started Checkout",
        {"CartID": "c-7", "CheckoutURL": f"{SHOP}/p/lamp"},
        "c-7",
    ),
    (
        "cancelledAccount",
        {"Cancellation Date": "2026-05-04", "Reason": "Moved"},
        "Cancelled Account",
        {"Cancellation Date": "2026-05-04", "Reason": "Moved"},
        None,
    ),
    (
        "completedSignup",
        {"email": "ada@klaviyo-demo.com", "Plan": "Weekly"},
        "Completed Signup",
        {"Plan": "Weekly"},
        None,
    ),
    (
        "contactForm",
        {"email": "ada@klaviyo-demo.com", "first_name": "Ada", "Subject": "Lamps"},
        "Submitted Contact Form",
        {"Subject": "Lamps"},
        None,
    ),
]


def test_an_event_is_the_same_one_on_both_ways(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {"external_id": 7})
    for method, given, *_ in EVENTS:
        storefront_page.call(method, given)

    tracked = [call for call in storefront_page.told() if call[0] == "track"]
    events = [event for event in storefront_page.sent() if event["type"] == "track"]
    person: dict[str, str] = {"external_id": "7"}
    for (_, given, metric, properties, id), call, event in zip(
        EVENTS, tracked, events, strict=True
    ):
        event_id = call[2].pop("$event_id")
        assert call == ["track", metric, properties]
        assert event_id == id or (id is None and len(event_id) > 20)
        person |= {"email": given["email"]} if "email" in given else {}
        assert 0 <= event.pop("age") < 5_000
        assert event == {
            "type": "track",
            "id": event_id,
            "name": metric,
            "person": person,
            "properties": properties,
        }
    assert storefront_page.complaints == []
