"""What Google's tags are told is told to Storewire as well."""

from __future__ import annotations

from typing import Any

from tests.browser import stand_ins
from tests.browser.storefront_page import COMPANY, SHOP, StorefrontPage, one_window

storefront_page = one_window
LAYER = f"{COMPANY} data-data-layer"
PERSON = {"email": "ada@klaviyo-demo.com"}
ITEM = {
    "item_id": "p-1",
    "item_name": "A lamp",
    "item_brand": "Lux",
    "item_category": "Lamps",
    "item_category3": "Light",
    "item_variant": "LAMP-1",
    "price": "49.90",
    "quantity": 2,
}
BULB = {"item_id": "p-2", "item_name": "A bulb", "price": 0.1}
SHOWN = {
    "ProductName": "A lamp",
    "ProductID": "p-1",
    "SKU": "LAMP-1",
    "Categories": ["Lamps", "Light"],
    "Brand": "Lux",
    "Price": 49.9,
}
ADDED = {
    "AddedItemProductName": "A lamp",
    "AddedItemProductID": "p-1",
    "AddedItemSKU": "LAMP-1",
    "AddedItemCategories": ["Lamps", "Light"],
    "AddedItemPrice": 49.9,
    "AddedItemQuantity": 2,
}
ROW = {
    "ProductID": "p-1",
    "SKU": "LAMP-1",
    "ProductName": "A lamp",
    "Quantity": 2,
    "ItemPrice": 49.9,
    "RowTotal": 99.8,
    "ProductCategories": ["Lamps", "Light"],
}
LAYERED: list[tuple[dict[str, Any], list[list[Any]]]] = [
    (
        {"event": "view_item", "ecommerce": {"currency": "EUR", "value": 49.9, "items": [ITEM]}},
        [
            ["track", "Viewed Product", {**SHOWN, "$value": 49.9, "Currency": "EUR"}],
            [
                "trackViewedItem",
                {
                    "Title": "A lamp",
                    "ItemId": "p-1",
                    "Categories": ["Lamps", "Light"],
                    "Metadata": {"Brand": "Lux", "Price": 49.9},
                },
            ],
        ],
    ),
    (
        {"event": "add_to_cart", "ecommerce": {"currency": "EUR", "value": 90, "items": [ITEM]}},
        [["track", "Added to Cart", {**ADDED, "$value": 90, "Currency": "EUR"}]],
    ),
    (
        {"event": "begin_checkout", "ecommerce": {"items": [ITEM, BULB]}},
        [
            [
                "track",
                "Started Checkout",
                {
                    "CheckoutURL": f"{SHOP}/p/lamp",
                    "Categories": ["Lamps", "Light"],
                    "ItemNames": ["A lamp", "A bulb"],
                    "$value": 99.9,
                    "Items": [
                        ROW,
                        {
                            "ProductID": "p-2",
                            "SKU": "p-2",
                            "ProductName": "A bulb",
                            "Quantity": 1,
                            "ItemPrice": 0.1,
                            "RowTotal": 0.1,
                        },
                    ],
                },
            ]
        ],
    ),
    (
        {"event": "view_item_list", "item_list_name": "Lamps", "item_list_id": "c-1"},
        [["track", "Viewed Category", {"CategoryName": "Lamps", "CategoryID": "c-1"}]],
    ),
    (
        {"event": "search", "search_term": "lamp"},
        [["track", "Searched Site", {"SearchTerm": "lamp"}]],
    ),
    (
        {"event": "sign_up", "email": "ada@klaviyo-demo.com"},
        [["identify", PERSON], ["track", "Completed Signup", {}]],
    ),
    ({"event": "login", "user_id": 7}, [["identify", {"external_id": "7"}]]),
    ({"event": "login"}, []),
    ({"event": "constructor"}, []),
    ({"ecommerce": None}, []),
]


def told(storefront_page: StorefrontPage) -> list[list[Any]]:
    """Return what klaviyo.js was told, without ids that are different each time."""
    calls = storefront_page.told()
    for call in calls:
        if call[0] == "track":
            del call[2]["$event_id"]
    return calls


def test_a_data_layer_is_read_what_was_there_and_what_comes(storefront_page: StorefrontPage):
    said = [call for _, calls in LAYERED for call in calls]
    entries = [entry for entry, _ in LAYERED]
    storefront_page.open(options=LAYER, early=stand_ins.GTAG)
    storefront_page.run("(all) => { dataLayer.push(...all, null, 5, () => {}); }", entries)
    assert told(storefront_page) == said
    length = storefront_page.run("() => dataLayer.length")
    assert length == len(entries) + 3  # others read it, too

    storefront_page.run("() => { gtag('event', 'search', {search_term: 'bulb'}); }")
    assert told(storefront_page)[-1] == ["track", "Searched Site", {"SearchTerm": "bulb"}]

    early = f"{stand_ins.GTAG} gtag('event', 'search', {{search_term: 'early'}});"
    storefront_page.open(options=LAYER, early=early)
    assert told(storefront_page) == [["track", "Searched Site", {"SearchTerm": "early"}]]


def test_several_things_in_a_cart_are_several_events(storefront_page: StorefrontPage):
    storefront_page.open(options=LAYER)
    ecommerce = {"value": 99.9, "items": [ITEM, BULB]}
    storefront_page.run(
        "(ecommerce) => { dataLayer.push({event: 'add_to_cart', ecommerce}); }", ecommerce
    )
    values = [call[2]["$value"] for call in told(storefront_page)]
    assert values == [99.8, 0.1]


def test_a_data_layer_is_left_alone_unless_a_shop_wants_it(storefront_page: StorefrontPage):
    storefront_page.open(early=stand_ins.GTAG)
    storefront_page.run("() => { dataLayer.push({event: 'search', search_term: 'lamp'}); }")
    assert storefront_page.told() == []


def test_a_data_layer_is_read_once_though_consent_comes_and_goes(storefront_page: StorefrontPage):
    early = "window.dataLayer = [{event: 'search', search_term: 'lamp'}];"
    storefront_page.open(options=f'{LAYER} data-consent="call"', early=early)
    for is_granted in (True, False, True):
        storefront_page.call("consent", is_granted)
        storefront_page.page.wait_for_load_state("networkidle")
    storefront_page.run("() => { dataLayer.push({event: 'search', search_term: 'bulb'}); }")
    terms = [call[2]["SearchTerm"] for call in told(storefront_page)]
    assert terms == ["lamp", "bulb"]
