"""The texts to copy, filled in and put on a page of a shop, with the script as it is served."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from storefront import script
from storefront.snippets.page_types import PAGE_TYPES
from storefront.snippets.tag import Facts
from storefront.snippets.ways import WAYS, snippets

SHOP, STOREWIRE = "https://shop.test", "https://storewire.test"
TELLS = {
    "home": ["identify"],
    "category": ["Viewed Category"],
    "product": ["Viewed Product"],
    "search": ["Searched Site"],
    "cart": ["Added to Cart"],
    "checkout": ["Started Checkout"],
    "signup": ["identify", "Completed Signup"],
    "joining": ["identify"],
    "login": ["identify"],
    "cancel": ["identify", "Cancelled Account"],
    "contact": ["identify", "Submitted Contact Form"],
}
INPUTS = '<input name="email" value="anna@klaviyo-demo.com"><button>Send</button>'


def filled_in(text: str) -> str:
    """Fill in what is marked as a shop would: a form, words within quotes, numbers elsewhere."""
    text = re.sub(r"\[\[your form[^\]]*\]\]", INPUTS, text)
    text = re.sub(r'(?<=")\[\[e-mail address\]\](?=")', "anna@klaviyo-demo.com", text)
    text = re.sub(r'(?<=")\[\[[^\[\]]*\]\](?=")', "words", text)
    return re.sub(r"\[\[[^\[\]]*\]\]", "2.5", text)


def show(page: Page, texts: list[str]) -> list[dict]:
    """Open a page with these texts, and return what it tells the collector, as it comes."""
    told: list[dict] = []
    body = "\n".join(texts)

    def serve(route: Route) -> None:
        address = route.request.url.partition("?")[0]
        if address.startswith(f"{STOREWIRE}/static/"):
            served = finders.find(address.removeprefix(f"{STOREWIRE}/static/"))
            headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}
            route.fulfill(body=Path(str(served)).read_bytes(), headers=headers)
        elif address == f"{STOREWIRE}/storefront/collect":
            told.extend(json.loads(route.request.post_data or "{}")["events"])
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(status=202, headers=headers, json={"accepted": 1, "refused": []})
        elif address == f"{SHOP}/page":
            route.fulfill(body=f"<!doctype html>{body}", content_type="text/html")
        else:
            route.fulfill(body="", content_type="text/javascript")

    page.context.route("**/*", serve)
    page.goto(f"{SHOP}/page?_kx=mark")
    return told


KINDS = [page.name for page in PAGE_TYPES]
# Those with several events by themselves, for their order; all of one way on one page.
CASES = [("json", ["signup"]), ("json", ["cancel"]), *((way.name, KINDS) for way in WAYS[:4])]


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains of."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def texts(name: str) -> dict[str, str]:
    """Return the texts of a way, filled in, by the type of page."""
    facts = Facts(
        script=f"{STOREWIRE}/static/{script.NAME}",
        integrity=script.integrity(),
        store="my-shop",
        company="ABC123",
    )
    way = next(way for way in WAYS if way.name == name)
    return {one.page.name: filled_in(one.text) for one in snippets(facts, way)}


@pytest.mark.parametrize(("way", "kinds"), CASES)
def test_each_text_tells_what_it_is_for(page: Page, complaints, way: str, kinds: list[str]):
    found = texts(way)
    bodies = [found[kind] for kind in kinds]
    if way == "calls":  # each of them is of a page of its own
        bodies = [f"<script>(() => {{ {body} }})()</script>" for body in bodies]

    told = show(page, [found["every"], *bodies])
    page.locator("form").evaluate_all("(all) => all.forEach((one) => one.method = 'dialog')")
    for button in page.get_by_role("button").all():
        button.click()

    expected = [name for kind in kinds for name in TELLS[kind]]
    for _ in range(200):
        names = [event.get("name", event["type"]) for event in told]
        if set(names) == set(expected):
            break
        page.wait_for_timeout(50)
    # What says the same of the same person once more is not told again.
    once = [name for name in expected if name != "identify"]
    assert sorted(name for name in names if name != "identify") == sorted(once)
    assert set(names) == set(expected)
    assert len(kinds) > 1 or names == expected
    assert complaints == []


def test_a_product_is_one_to_come_back_to(page: Page):
    found = texts("json")

    told = show(page, [found["every"], found["product"]])
    calls = page.evaluate("window._klOnsite.map((call) => call[0])")
    for _ in range(200):
        if told:
            break
        page.wait_for_timeout(50)

    assert calls == ["track", "trackViewedItem"]
    assert told[0]["properties"]["ProductName"] == "words"
    assert told[0]["person"]["exchange_id"] == "mark"
