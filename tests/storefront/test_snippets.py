"""What a shop copies: the tag, and a text for each type of page in each way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from storefront.snippets.page_types import PAGE_TYPES
from storefront.snippets.tag import Facts, attributes, policy, proxy, tag, tag_for_managers
from storefront.snippets.ways import WAYS, Way, snippets

FACTS = Facts(
    script="https://storewire.storewire-demo.com/static/storefront/storewire.0123456789ab.js",
    integrity="sha384-abc",
    store="my-shop",
    company="ABC123",
)
EVIL = '"><script>alert(1)</script>'
WAYS_BY_NAME = {way.name: way for way in WAYS}
# The script's calls, and no others.
CALLS = {
    *("identify", "viewedProduct", "viewedItem", "viewedCategory", "searchedSite", "addedToCart"),
    *("startedCheckout", "completedSignup", "cancelledAccount", "contactForm"),
}


class Elements(HTMLParser):
    """The elements of a text, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def text_of(way: str, page: str) -> str:
    """Return the text for a type of page."""
    found = snippets(FACTS, WAYS_BY_NAME[way])
    return next(snippet.text for snippet in found if snippet.page.name == page)


def filled_in(text: str) -> str:
    """Fill in what is marked as a shop would: words within quotes, and numbers elsewhere."""
    text = re.sub(r'(?<=")\[\[[^\[\]]*\]\](?=")', "words", text)
    return re.sub(r"\[\[[^\[\]]*\]\]", "1", text)


def test_the_tag_says_whose_it_is_and_what_was_chosen():
    assert tag(FACTS) == (
        '<script src="https://storewire.storewire-demo.com/static/storefront/'
        'storewire.0123456789ab.js"\n'
        '        integrity="sha384-abc" crossorigin="anonymous"\n'
        '        data-store="my-shop" data-company="ABC123" data-send="both" '
        'data-consent="none" data-gpc defer></script>'
    )


def test_what_is_not_chosen_is_not_in_the_tag():
    chosen = replace(FACTS, company="", send="server", consent="tcf", gpc=False, data_layer=True)

    assert attributes(chosen) == {
        "src": FACTS.script,
        "integrity": "sha384-abc",
        "crossorigin": "anonymous",
        "data-store": "my-shop",
        "data-send": "server",
        "data-consent": "tcf",
        "data-data-layer": True,
        "defer": True,
    }


@pytest.mark.parametrize("write", [tag, tag_for_managers])
def test_a_value_that_is_markup_stays_a_value(write):
    text = write(replace(FACTS, company=EVIL))

    assert [name for name, _ in Elements(text).found] == ["script"]
    assert "<script>alert" not in text


def test_a_tag_managers_tag_makes_the_element_with_all_that_the_tag_has():
    text = tag_for_managers(FACTS)

    for name, value in attributes(FACTS).items():
        if name == "src":
            assert f"script.src = {json.dumps(value)};" in text
        elif name != "defer":
            written = json.dumps("" if value is True else value)
            assert f'script.setAttribute("{name}", {written});' in text
    assert 'setAttribute("data-data-layer", "");' in text
    assert not re.search(r"=>|`|\b(const|let)\b", text)  # a tag manager refuses newer JavaScript


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_each_way_has_a_text_for_every_type_of_page(way: Way):
    found = snippets(FACTS, way)

    assert [snippet.page.name for snippet in found] == [
        *("every", "home", "category", "product", "search", "cart", "checkout"),
        *("joining", "signup", "login", "cancel", "contact"),
    ]
    assert all(snippet.text for snippet in found)


def test_pages_make_only_calls_that_the_script_has():
    assert {call for page in PAGE_TYPES for call in page.calls} == CALLS


@pytest.mark.parametrize("page", PAGE_TYPES, ids=lambda page: page.name)
def test_data_in_the_page_is_json_once_it_is_filled_in(page):
    text = text_of("json", page.name)

    ((name, found),) = Elements(text).found
    assert (name, found["type"]) == ("script", "application/json")
    assert found["data-storewire"] == " ".join(page.calls)
    body = filled_in(text.partition(">")[2].rpartition("<")[0])
    assert json.loads(body).keys() == page.fields.keys()


def test_numbers_are_numbers_and_words_are_words():
    body = text_of("json", "product").partition(">")[2].rpartition("<")[0]

    product = json.loads(filled_in(body))

    assert (product["Price"], product["ProductName"]) == (1, "words")
    assert product["Categories"] == ["words", "words"]


@pytest.mark.parametrize("page", PAGE_TYPES, ids=lambda page: page.name)
def test_attributes_are_those_of_one_element(page):
    (first, *others) = Elements(text_of("attributes", page.name)).found

    assert first[0] == page.element
    assert first[1]["data-storewire"] == " ".join(page.calls)
    assert others == []


@pytest.mark.parametrize(
    ("page", "attribute"),
    [
        ("product", "product-name"),
        ("product", "product-id"),
        ("product", "sku"),
        ("product", "image-url"),
        ("product", "compare-at-price"),
        ("cart", "cart-version"),
        ("checkout", "checkout-url"),
        ("checkout", "value"),
        ("home", "first-name"),
        ("home", "external-id"),
        ("signup", "sign-up-date"),
    ],
)
def test_an_attribute_is_called_as_the_script_reads_it(page: str, attribute: str):
    ((_, found),) = Elements(text_of("attributes", page)).found

    assert f"data-storewire-{attribute}" in found


def test_what_a_form_asks_for_is_not_in_its_attributes():
    ((_, found),) = Elements(text_of("attributes", "contact")).found

    assert found == {"data-storewire": "contactForm", "data-storewire-subject": "[[subject]]"}


def test_items_in_an_attribute_are_json():
    ((_, found),) = Elements(text_of("attributes", "checkout")).found

    (item,) = json.loads(filled_in(found["data-storewire-items"] or ""))

    assert item["Quantity"] == 1
    assert item["ProductCategories"] == ["words"]


def test_calls_may_be_made_before_the_script_is_there():
    text = text_of("calls", "search")

    assert text.startswith('(window.storewire = window.storewire || []).push(["searchedSite", {\n')


def test_a_product_page_makes_both_calls_with_the_same_data():
    text = text_of("calls", "product")

    assert text.count("ProductName") == 1
    assert '.push(["viewedProduct", told]);' in text
    assert '.push(["viewedItem", told]);' in text


@pytest.mark.parametrize(
    ("page", "event"),
    [
        ("category", "view_item_list"),
        ("product", "view_item"),
        ("search", "search"),
        ("cart", "add_to_cart"),
        ("checkout", "begin_checkout"),
        ("signup", "sign_up"),
        ("login", "login"),
    ],
)
def test_a_data_layer_is_filled_as_for_google_analytics(page: str, event: str):
    text = text_of("gtm", page)

    body = text.partition("dataLayer.push(")[2].rpartition(");")[0]
    assert json.loads(filled_in(body))["event"] == event


def test_what_google_analytics_has_no_word_for_is_a_tag_of_its_own():
    found = {snippet.page.name: snippet for snippet in snippets(FACTS, WAYS_BY_NAME["gtm"])}

    assert '.push(["cancelledAccount", {' in found["cancel"].text
    assert "Custom HTML" in found["cancel"].note
    assert found["product"].note == ""


def test_django_gets_its_template_tags():
    every = snippets(FACTS, WAYS_BY_NAME["django"])[0]

    assert every.text == '{% load storewire %}{% storewire_script "my-shop" %}'
    assert '{% storewire_track "Viewed Product" told %}' in text_of("django", "product")
    assert "{% storewire_identify customer %}" in text_of("django", "login")
    assert '"Price": [[price]],' in text_of("django", "product")


def test_what_happens_on_a_page_goes_into_the_one_after_it():
    found = {snippet.page.name: snippet.note for snippet in snippets(FACTS, WAYS[0])}

    assert found["cart"] == "Into the page that is shown once it is done."
    assert found["product"] == ""


def test_a_policy_allows_us_and_klaviyo_where_it_is_loaded():
    with_klaviyo = "https://storewire.storewire-demo.com https://*.klaviyo.com"

    assert policy(FACTS) == f"script-src {with_klaviyo};\nconnect-src {with_klaviyo};"
    assert "klaviyo" not in policy(replace(FACTS, send="server"))
    assert "klaviyo" not in policy(replace(FACTS, company=""))


def test_a_shops_own_server_passes_the_collector_on_without_its_cookies():
    lines = proxy(FACTS).splitlines()

    assert lines[0] == "location = /storefront/collect {"
    assert "    proxy_pass https://storewire.storewire-demo.com/storefront/collect;" in lines
    assert '    proxy_set_header Cookie "";' in lines
