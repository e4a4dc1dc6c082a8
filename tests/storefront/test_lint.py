"""What flows will not like, in words: every rule once, and that what is right is left in peace."""

from __future__ import annotations

import time
from typing import Any

import pytest

from storefront.lint import MOST, lint, lint_person

SHOP = "https://shop.storewire-demo.com"
VIEWED = {
    "ProductName": "Shoe",
    "ProductID": "shoe",
    "SKU": "BLUE-42",
    "Categories": ["Shoes"],
    "ImageURL": f"{SHOP}/shoe.jpg",
    "URL": f"{SHOP}/shoe",
    "Price": 49.9,
}
CHECKOUT = {
    "$event_id": "checkout-1",
    "$value": 49.9,
    "ItemNames": ["Shoe"],
    "CheckoutURL": f"{SHOP}/checkout",
    "Categories": ["Shoes"],
    "Items": [{"ProductID": "shoe", "ProductName": "Shoe", "ItemPrice": 49.9, "Quantity": 1}],
}
CART = {
    **{f"AddedItem{name}": value for name, value in VIEWED.items()},
    **{name: CHECKOUT[name] for name in ("$value", "ItemNames", "Items")},
    "CartID": "cart-1",
}


def without(properties: dict[str, Any], *names: str, **others: Any) -> dict[str, Any]:
    return {name: one for name, one in properties.items() if name not in names} | others


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Viewed Product", VIEWED),
        ("Viewed Category", {"CategoryName": "Shoes", "URL": f"{SHOP}/shoes"}),
        ("Searched Site", {"SearchTerm": "shoe", "ResultCount": 0}),
        ("Added to Cart", CART),
        ("Started Checkout", CHECKOUT),
        ("Completed Signup", {}),
        ("Cancelled Account", {"Cancellation Date": "2026-11-21T08:30:00.000Z", "LastUpdate": "x"}),
        ("Submitted Contact Form", {"Message": "Where is it? @anna", "Profile": f"{SHOP}/@anna"}),
        ("Spun the Wheel", {"Date": "2026-11-21", "Prize": None}),
    ],
)
def test_what_is_right_is_left_in_peace(name, properties):
    assert lint(name, properties) == []


def is_missing(name: str) -> str:
    return f"{name} is missing: flows show it, or ask for it. Send it along."


@pytest.mark.parametrize(
    ("name", "properties", "remark"),
    [
        ("Viewed Product", without(VIEWED, "ProductName"), is_missing("ProductName")),
        ("Viewed Product", without(VIEWED, ProductID=" "), is_missing("ProductID")),
        ("Viewed Product", without(VIEWED, "ImageURL"), is_missing("ImageURL")),
        ("Searched Site", {}, is_missing("SearchTerm")),
        ("Added to Cart", without(CART, ItemNames=[]), is_missing("ItemNames")),
        ("Started Checkout", without(CHECKOUT, "$value"), is_missing("$value")),
        ("Started Checkout", without(CHECKOUT, "Items"), is_missing("Items")),
        (
            "Started Checkout",
            without(CHECKOUT, "$event_id"),
            "Nothing says which cart this is, so the same may count twice. Send CheckoutID, CartID "
            "or $event_id.",
        ),
        (
            "Viewed Product",
            without(VIEWED, Price="49,90 €"),
            "Price is no number but “49,90 €”. Send a number, like 49.9, without a currency.",
        ),
        (
            "Started Checkout",
            without(CHECKOUT, Items=[{"ProductID": "a", "ProductName": "A", "RowTotal": "49.90"}]),
            "Items 1: RowTotal is no number but “49.90”. Send a number, like 49.9, without a "
            "currency.",
        ),
        (
            "Started Checkout",
            without(CHECKOUT, Items=[{"ProductID": "a", "ProductName": ""}, 7]),
            "Items 1: ProductName is missing. Send it along.",
        ),
        (
            "Viewed Product",
            without(VIEWED, URL="/shoe"),
            "URL is “/shoe”, which leads nowhere from an e-mail. Send the whole address, with "
            "https:// at the beginning.",
        ),
        (
            "Viewed Product",
            without(VIEWED, Categories="Shoes, Women"),
            "Categories is no list. Send one, like [“Shoes”, “Women”], so flows can look.",
        ),
        (
            "Viewed Product",
            without(VIEWED, first_name="Anna"),
            "“first_name” is the name of something on the profile, too, and easily mixed up with "
            "it. Give it another name here.",
        ),
        (
            "Submitted Contact Form",
            {"Form": {"Fields": ["anna@klaviyo-demo.com"]}},
            "“Form” holds an e-mail address. Tell who it was with identify, not in here.",
        ),
        (
            "Cancelled Account",
            {"Cancellation Date": "21.11.2026"},
            "Cancellation Date is “21.11.2026”, which flows do not read as a date. Write it like "
            "2026-11-21 or 2026-11-21T08:30:00Z.",
        ),
        (
            "Viewed Product",
            without(VIEWED, **{"$source": "ad"}),
            "“$source” is left out: names with $ belong to Klaviyo. Take another one.",
        ),
        (
            "Spun the Wheel",
            {str(number): number for number in range(301)},
            "There are 301 properties, and 400 fit. Leave out what no flow needs.",
        ),
    ],
)
def test_what_is_not_as_flows_need_it_is_said(name, properties, remark):
    assert lint(name, properties) == [remark]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("Viewed product", "Viewed Product"),
        ("viewed_product", "Viewed Product"),
        ("ViewedProduct", "Viewed Product"),
        ("Add to cart", "Added to Cart"),
        ("Checkout Started", "Started Checkout"),
        ("Search Site", "Searched Site"),
    ],
)
def test_a_name_that_is_nearly_right_is_told_what_is_right(name, right):
    said = f"“{name}” is not “{right}”, and flows go by the exact name: write it like that."

    assert lint(name, {}) == [said]
    assert lint(name, {}, own_events=[name]) == []  # where the shop wants it so


def test_an_event_that_the_store_does_not_know_is_told_so():
    assert lint("Spun the Wheel", {}, own_events=["Spun the Wheel"]) == []
    assert lint("Spun the Wheel", {}, own_events=[]) == [
        "“Spun the Wheel” is not among the store's own events, so it goes no further. If you want "
        "it, add it in the store's settings, under Storefront."
    ]


@pytest.mark.parametrize(
    ("id_", "is_told_apart"),
    [
        ("checkout-7", True),
        ("0192f6a0-0001-7000-8000-000000000001", False),
        ("4127838-88172-11-4294967295", False),  # as the script makes one up
    ],
)
def test_an_id_that_was_made_up_does_not_tell_carts_apart(id_, is_told_apart):
    remarks = lint("Started Checkout", without(CHECKOUT, "$event_id"), id_=id_)

    assert (remarks == []) is is_told_apart


def test_a_name_that_the_profile_has_too_is_said_by_what_the_store_allows():
    properties = without(VIEWED, Status="new")

    assert lint("Viewed Product", properties) == []
    assert lint("Viewed Product", properties, profile_properties=["Status"]) == [
        "“Status” is the name of something on the profile, too, and easily mixed up with it. Give "
        "it another name here."
    ]


def test_who_is_identified_rightly_is_left_in_peace():
    assert lint_person({"email": "a@klaviyo-demo.com"}, {"Status": "Active"}, ["Status"]) == []


@pytest.mark.parametrize(
    ("person", "properties", "remark"),
    [
        (
            {"external_id": "c-1"},
            {},
            "There is no e-mail address: nobody can be written to before there is one.",
        ),
        (
            {"email": "a"},
            {"$first_name": "Anna"},
            "“$first_name” belongs to the person, not to the properties: move it there.",
        ),
        (
            {"email": "a"},
            {"IsVip": True},
            "“IsVip” is left out: pages may not set it. To allow it, add it in the store's "
            "settings, under Storefront.",
        ),
        (
            {"email": "a"},
            {"SignUpDate": "yesterday"},
            "SignUpDate is “yesterday”, which flows do not read as a date. Write it like "
            "2026-11-21 or 2026-11-21T08:30:00Z.",
        ),
    ],
)
def test_what_is_wrong_about_a_person_is_said(person, properties, remark):
    assert lint_person(person, properties, ["Status", "SignUpDate"]) == [remark]


def test_remarks_end_somewhere_and_show_the_beginning_of_what_is_long():
    items: list[dict] = [{} for _ in range(500)]
    assert len(lint("Started Checkout", without(CHECKOUT, Items=items))) == MOST
    assert len(lint_person({}, {f"P{number}": 1 for number in range(100)})) == MOST

    [remark] = lint("Viewed Product", without(VIEWED, Price="9" * 500))
    assert remark.startswith(f"Price is no number but “{'9' * 40}…”.")


@pytest.mark.parametrize(
    "text", ["a" * 60_000, "a@" * 30_000, "a." * 30_000, "a@a" + ".a" * 30_000 + " "]
)
def test_a_long_text_takes_no_time(text):
    begun = time.perf_counter()

    lint("Viewed Product", {**VIEWED, "Text": text, "URL": f"https://{text} ", "Date": text})

    assert time.perf_counter() - begun < 1
