"""Template tags: what a page that Django renders tells, and that nothing in it becomes code."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.template import Context, Template
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from storefront.page_data import plain, written
from tests.storefront.admin import ANNA, PUBLIC_URL, new_store, switch_on

EVIL = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<img src=x onerror=alert(1)>",
    "{% templatetag %}{{ x }}",
    "\u2028alert(1)\u2029",
    "\"'`\\",
    "\ud800",
    SafeString("</script><b>safe, it says</b>"),
]


class Elements(HTMLParser):
    """The elements of a page with their texts, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append([tag, dict(attrs), ""])

    def handle_data(self, data):
        if self.found:
            self.found[-1][2] += data


def render(use: str, **context: object) -> str:
    """Return what a template with this tag renders."""
    return Template(f"{{% load storewire %}}{{% {use} %}}").render(Context(context))


def data(use: str, **context: object) -> tuple[str, dict]:
    """Return the calls that a tag asks for, and with what."""
    ((tag, attributes, text),) = Elements(render(use, **context)).found
    assert (tag, attributes["type"]) == ("script", "application/json")
    return attributes["data-storewire"], json.loads(text)


@pytest.mark.parametrize("by_name", [True, False])
def test_the_script_has_what_its_store_chose(db, settings, by_name: bool):
    settings.PUBLIC_URL = PUBLIC_URL
    store = new_store(settings={"storefront": {"send": "server", "data_layer": True}})
    switch_on(store)

    page = render("storewire_script store", store=store.slug if by_name else store)

    ((tag, attributes, text),) = Elements(page).found
    assert (tag, text) == ("script", "")
    assert attributes.pop("integrity").startswith("sha384-")
    assert attributes == {
        "src": f"{PUBLIC_URL}/static/storefront/storewire.js",
        "crossorigin": "anonymous",
        "data-store": "my-shop",
        "data-company": "ABC123",
        "data-send": "server",
        "data-consent": "none",
        "data-gpc": None,
        "data-data-layer": None,
        "defer": None,
    }


def test_where_it_is_switched_off_there_is_no_script(db):
    connection = switch_on(new_store())
    connection.enabled = False
    connection.save()

    assert render('storewire_script "my-shop"') == ""
    assert render('storewire_script "no-shop"') == ""
    assert render("storewire_script nothing") == ""


def test_the_script_costs_a_page_no_query_while_its_store_is_remembered(
    db, django_assert_num_queries
):
    switch_on(new_store())
    first = render('storewire_script "my-shop"')

    with django_assert_num_queries(0):
        assert render('storewire_script "my-shop"') == first
    assert 'data-company="ABC123"' in first


def test_a_key_that_is_markup_stays_a_value(db):
    switch_on(new_store(), key='"><script>alert(1)</script>')

    ((_, attributes, _),) = Elements(render('storewire_script "my-shop"')).found

    assert attributes["data-company"] == '"><script>alert(1)</script>'


def test_a_mapping_says_who_it_is_and_whatever_else():
    customer = {"email": ANNA, "first_name": "", "Schedule": "weekly", "last_name": None}

    calls, values = data("storewire_identify customer", customer=customer)

    assert (calls, values) == ("identify", {"email": ANNA, "Schedule": "weekly"})


def test_an_object_says_who_it_is_without_its_primary_key():
    user = User(id=7, email=ANNA, first_name="Anna", password="secret")

    calls, values = data("storewire_identify user", user=SimpleLazyObject(lambda: user))

    assert (calls, values) == ("identify", {"email": ANNA, "first_name": "Anna"})


def test_an_object_may_have_a_number_of_the_shops():
    customer = SimpleNamespace(external_id=42, phone_number="+4915112345678")

    _, values = data("storewire_identify customer", customer=customer)

    assert values == {"external_id": 42, "phone_number": "+4915112345678"}


@pytest.mark.parametrize(
    "nobody",
    [
        *(None, "", {}, AnonymousUser(), SimpleLazyObject(AnonymousUser)),
        *({"first_name": "Anna"}, SimpleNamespace(first_name="Anna")),
    ],
)
def test_of_somebody_unknown_nothing_is_said(nobody):
    assert render("storewire_identify customer", customer=nobody) == ""


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("Viewed Product", "viewedProduct viewedItem"),
        ("Viewed Category", "viewedCategory"),
        ("Searched Site", "searchedSite"),
        ("Added to Cart", "addedToCart"),
        ("Started Checkout", "startedCheckout"),
        ("Completed Signup", "completedSignup"),
        ("Cancelled Account", "cancelledAccount"),
        ("Submitted Contact Form", "contactForm"),
    ],
)
def test_a_named_event_is_the_scripts_own_call(name: str, calls: str):
    assert data(f'storewire_track "{name}" told', told={"SKU": "A"}) == (calls, {"SKU": "A"})


def test_any_other_event_goes_by_its_name():
    expected = {"name": "Opened Size Guide", "properties": {"Size": 42}}

    assert data('storewire_track "Opened Size Guide" told', told={"Size": 42}) == (
        "track",
        expected,
    )


def test_an_event_may_have_no_properties():
    assert data('storewire_track "Cancelled Account"') == ("cancelledAccount", {})
    assert data('storewire_track "Waved" nothing') == ("track", {"name": "Waved", "properties": {}})


@pytest.mark.parametrize("evil", EVIL)
def test_a_product_name_stays_text(evil: str):
    told = {"ProductName": evil, evil: "a name of a property"}

    page = render('storewire_track "Viewed Product" told', told=told)

    _, values = data('storewire_track "Viewed Product" told', told=told)
    assert values == {"ProductName": evil, evil: "a name of a property"}
    inside = page.partition(">")[2].rpartition("</script>")[0]
    assert not set(inside) & set("<>&\u2028\u2029")
    assert page.isascii()


@pytest.mark.parametrize("evil", EVIL)
def test_a_person_and_an_events_name_stay_text(evil: str):
    _, person = data("storewire_identify customer", customer={"email": evil})
    _, event = data("storewire_track name", name=evil)

    assert person == {"email": evil}
    assert event == {"name": evil, "properties": {}}


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        (Decimal("49.90"), 49.9),
        (Decimal("50.00"), 50),
        (Decimal("NaN"), None),
        (float("inf"), None),
        (True, True),
        (None, None),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00+00:00"),
        (gettext_lazy("Shoe"), "Shoe"),
        (("a", "b"), ["a", "b"]),
        ((each for each in "ab"), ["a", "b"]),
        ({1: Decimal("1.5")}, {"1": 1.5}),
        (SimpleLazyObject(lambda: "Shoe"), "Shoe"),
    ],
)
def test_values_are_as_json_has_them(value: object, becomes: object):
    assert plain(value) == becomes


def test_what_has_no_json_is_its_text():
    assert json.loads(written({"user": User(username="anna")})) == {"user": "anna"}
