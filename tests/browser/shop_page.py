"""A page of some shop, under a strict policy, and the answers that its widget gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Route

from backinstock import texts
from tests import own_browser

STATIC = Path(__file__).resolve().parents[2] / "backinstock" / "static"
SHOP, STOREWIRE = "https://shop.test", "https://storewire.test"
POLICY = (
    f"default-src 'none'; script-src {STOREWIRE}; connect-src {STOREWIRE}; style-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>A lamp</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{storewire}/static/backinstock/widget.js" data-store="shop" {options} async></script>
</head><body><main><h1>A lamp</h1>{body}</main></body></html>"""
PLACE = '<div data-back-in-stock data-product="p-1" data-sku="LAMP-1" {}></div>'
OPEN = {"Access-Control-Allow-Origin": "*"}


class ShopPage:
    """Steers a window, answers its requests, and remembers what was asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.available: dict[str, bool | None] = {"LAMP-1": False}
        self.form: dict[str, Any] = {"contact": "email", "newsletter": None, "challenge": None}
        self.answer: tuple[int, dict[str, Any]] | None = (202, {"state": "waiting"})
        self.puzzle: dict[str, Any] = {}
        self.asked: list[list[str]] = []  # for the stock of which SKUs
        self.sent: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        self._html = ""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self._serve)

    def show(
        self, body: str = PLACE.format(""), language: str = "en-GB", options: str = ""
    ) -> None:
        """Open a page with this in it."""
        self._html = PAGE.format(language=language, storewire=STOREWIRE, options=options, body=body)
        with self.page.expect_response("**/stock?*"):
            self.page.goto(f"{SHOP}/lamp")

    def open(self, *shown: str, **options: str) -> Locator:
        """Open a page and its dialog, and return that."""
        self.show(*shown, **options)
        self.button.click()
        return self.dialog

    @property
    def button(self) -> Locator:
        return self.page.locator("[data-back-in-stock] .button")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def says(self, key: str, language: str = "en") -> str:
        """Return what the form says for this key."""
        return texts.BY_LANGUAGE[language][key]

    def focused(self) -> str:
        """Return the id or the class of what has the keyboard, inside of shadow roots too."""
        return own_browser.focused(self.page)

    def faults(self) -> list[str]:
        """Return what axe-core finds wrong with the page as it is now."""
        return own_browser.faults(self.page)

    def _hear(self, kind: str, text: str) -> None:
        # That an answer was no 200 is said by the browser itself, and meant so by the test.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.complaints.append(text)

    def _serve(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        path, query = url.path, parse_qs(url.query)
        if f"{url.scheme}://{url.netloc}" == SHOP:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self._html, content_type="text/html", headers=headers)
        elif path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"), headers=OPEN)
        elif path.endswith("/signups"):
            self._sign_up(route)
        elif path.endswith("/form.json"):
            language = query["locale"][0][:2]
            said = {**self.form, "language": language, "texts": texts.BY_LANGUAGE[language]}
            route.fulfill(json=said, headers=OPEN)
        elif path.endswith("/stock"):
            self.asked.append(query["sku"])
            items = {sku: {"available": self.available.get(sku)} for sku in query["sku"]}
            route.fulfill(json={"items": items}, headers=OPEN)
        else:
            route.fulfill(json=self.puzzle, headers=OPEN)

    def _sign_up(self, route: Route) -> None:
        if self.answer is None:
            route.abort("internetdisconnected")
            return
        status, body = self.answer
        self.sent.append(json.loads(route.request.post_data or ""))
        route.fulfill(status=status, json=body, headers=OPEN)
