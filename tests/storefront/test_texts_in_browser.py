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
    "login": ["identify"],
    "cancel": ["identify", "Cancelled Account"],
    "contact": ["identify", "Submitted Contact Form"],
}
INPUTS = '<input name="email" value="anna@klaviyo-demo.com"><button>Send</button>'
WAYS_WITH_A_SCRIPT = [way for way in WAYS if way.name != "django"]


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


@pytest.mark.parametrize("kind", [page.name for page in PAGE_TYPES])
@pytest.mark.parametrize("way", WAYS_WITH_A_SCRIPT, ids=lambda way: way.name)
def test_each_text_tells_what_it_is_for(page: Page, way, kind: str):
    facts = Facts(
        script=f"{STOREWIRE}/static/{script.NAME}",
        integrity=script.integrity(),
        store="my-shop",
        company="ABC123",
    )
    found = {one.page.name: one for one in snippets(facts, way)}
    text = filled_in(found[kind].text)
    is_code = way.name == "calls"
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    told = show(page, [found["every"].text, f"<script>{text}</script>" if is_code else text])
    if way.name == "attributes" and found[kind].page.element != "div":
        page.locator("form").evaluate_all("(all) => all.forEach((one) => one.method = 'dialog')")
        page.get_by_role("button").click()
    for _ in range(200):
        if len(told) >= len(TELLS[kind]):
            break
        page.wait_for_timeout(50)

    assert [event.get("name", event["type"]) for event in told] == TELLS[kind]
    assert complaints == []
    if kind == "product":
        assert told[0]["properties"]["ProductName"] == "words"
        assert told[0]["person"]["exchange_id"] == "mark"
        calls = page.evaluate("window._klOnsite.map((call) => call[0])")
        assert calls == ["track", "trackViewedItem"]
