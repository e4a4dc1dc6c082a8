"""A page of some shop with storewire.js, under a strict policy, and all that it talks to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Route

from tests.browser import stand_ins

STATIC = Path(__file__).resolve().parents[2] / "storefront" / "static"
SHOP, STOREWIRE = "https://www.my-shop.test", "https://storewire.test"
KLAVIYO = "https://static.klaviyo.com"
COLLECT = f"{STOREWIRE}/storefront/collect"
POLICY = (
    f"default-src 'none'; script-src {STOREWIRE} {KLAVIYO}; connect-src {STOREWIRE}; "
    "require-trusted-types-for 'script'; trusted-types storewire; base-uri 'none'"
)
COMPANY = 'data-company="ABC123"'
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A lamp</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{early}
<script src="{storewire}/static/storefront/storewire.js" data-store="shop" {options} defer></script>
</head><body><main><h1>A lamp</h1>{body}</main></body></html>"""
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
CLEAR = "() => { window.storewire?.consent(false); try { localStorage.clear() } catch {} }"
PING = f"await (await fetch('{STOREWIRE}/ping', {{ keepalive: true }})).text();"
ANSWER = {"accepted": 1, "refused": []}
REFUSALS = {
    403: {"detail": "This page's origin is not among the store's.", "code": "origin"},
    404: {"detail": "There is no such store.", "code": "not_found"},
}

Answer = tuple[int, dict[str, str]] | None  # no answer: there is no network
LAMP = {
    "ProductName": "A lamp",
    "ProductID": "p-1",
    "SKU": "LAMP-1",
    "Categories": ["Lamps", "Light"],
    "ImageURL": f"{SHOP}/lamp.webp",
    "URL": f"{SHOP}/p/lamp",
    "Brand": "Lux",
    "Price": 49.9,
    "CompareAtPrice": 59.9,
}


class StorefrontPage:
    """Steers a window and its clock, answers its requests, and remembers what was asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.klaviyo = stand_ins.KLAVIYO  # the script that answers as klaviyo.js
        self.is_klaviyo_blocked = False
        self.answers: list[Answer] = []  # of the collector, one after the other; then 202
        self.says: dict[str, Any] = dict(ANSWER)
        self.asked: list[str] = []
        self.batches: list[dict[str, Any]] = []  # what the collector got
        self.complaints: list[str] = []
        self._html = self._early = ""
        self._told = 0  # how many of the batches the test has seen
        self._held: list[Route] = []
        page.on("console", self._hear)
        page.on("pageerror", self._mourn)
        page.clock.install(time="2026-05-04T08:00:00Z")
        page.clock.pause_at("2026-05-04T08:00:01Z")  # it goes on when a test says so
        page.context.route("**/*", self._serve)

    def leave(self) -> None:
        """Leave nothing behind for who uses the window next."""
        context = self.page.context
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._mourn)
        for other in context.pages[1:]:
            other.close()
        self.run(CLEAR)
        context.unroute_all()
        context.clear_cookies()

    # --- The page

    def open(
        self, body: str = "", options: str = COMPANY, early: str = "", path: str = "/p/lamp"
    ) -> None:
        """Show a page. `early` is a script of its own, before ours."""
        tag = f'<script src="{STOREWIRE}/early.js"></script>' if early else ""
        self._html = PAGE.format(storewire=STOREWIRE, options=options, body=body, early=tag)
        self._early = early
        # A script that is awaited holds back the page's load event.
        is_late = not self.klaviyo
        self.page.goto(f"{SHOP}{path}", wait_until="domcontentloaded" if is_late else "load")

    def call(self, name: str, *given: Any) -> None:
        """Call a method of storewire as a page does."""
        self.run("([name, given]) => storewire[name](...given)", [name, given])

    def run(self, script: str, given: Any = None) -> Any:
        """Let the page do something."""
        return self.page.evaluate(script, given)

    def box(self) -> dict[str, Any]:
        """Return what this browser remembers."""
        kept: dict[str, Any] = json.loads(self.run("localStorage['storewire.shop'] ?? '{}'"))
        return kept

    def forget(self) -> None:
        """Be another visitor on the next page."""
        self.run("() => { storewire.consent(false); localStorage.clear(); }")
        self.page.context.clear_cookies()
        self._told = len(self.batches)
        self.asked.clear()

    def settle(self) -> None:
        """Go there and back: what the page asked for before is through by then."""
        self.run(f"async () => {{ {PING} }}")

    # --- What was said

    def told(self) -> list[list[Any]]:
        """Return what klaviyo.js was told, or what waits for it."""
        calls: list[list[Any]] = self.run(
            f"async () => {{ {PING} return (window.told ?? window._klOnsite ?? [])"
            ".map((call) => call.filter((each) => typeof each !== 'function')) }"
        )
        return calls

    def sent(self, seconds: float = 0.5) -> list[dict[str, Any]]:
        """Let time pass, and return the events that the collector got since it was last asked."""
        self.page.clock.fast_forward(int(seconds * 1000))
        self.settle()
        batches, self._told = self.batches[self._told :], len(self.batches)
        return [event for batch in batches for event in batch["events"]]

    def release(self) -> None:
        """Let klaviyo.js arrive that was late."""
        for route in self._held:
            route.fulfill(body=stand_ins.KLAVIYO, content_type="text/javascript")
        self._held.clear()
        self.page.wait_for_function("() => window.told")

    def asked_of(self, host: str) -> list[str]:
        """Return the paths that were asked of this address."""
        return [url.removeprefix(host) for url in self.asked if url.startswith(host)]

    # --- Answers

    def _hear(self, message: ConsoleMessage) -> None:
        # That an answer was no 200 is said by the browser itself, and meant so by the test.
        is_own = "Failed to load resource" not in message.text
        if message.type in ("error", "warning") and is_own:
            self.complaints.append(message.text)

    def _mourn(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _serve(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        origin = f"{url.scheme}://{url.netloc}"
        if url.path not in ("/ping", "/early.js"):
            self.asked.append(route.request.url)
        answer: Callable[[Route], None] = {
            SHOP: self._serve_shop,
            KLAVIYO: self._serve_klaviyo,
        }.get(origin, self._serve_storewire)
        answer(route)

    def _serve_shop(self, route: Route) -> None:
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=self._html, content_type="text/html", headers=headers)

    def _serve_klaviyo(self, route: Route) -> None:
        if self.is_klaviyo_blocked:
            route.abort("blockedbyclient")
        elif not self.klaviyo:
            self._held.append(route)
        else:
            route.fulfill(body=self.klaviyo, content_type="text/javascript")

    def _serve_storewire(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.url == COLLECT or path.startswith("/own/"):
            self._collect(route, route.request)
        elif path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"), headers=OPEN)
        elif path == "/early.js":
            route.fulfill(body=self._early, content_type="text/javascript")
        else:
            route.fulfill(body="", headers=OPEN)

    def _collect(self, route: Route, request: Request) -> None:
        answer = self.answers.pop(0) if self.answers else (202, {})
        if answer is None:
            route.abort("internetdisconnected")
            return
        batch = json.loads(request.post_data or "")
        self.batches.append({**batch, "headers": request.headers, "method": request.method})
        status, headers = answer
        says = REFUSALS.get(status, self.says)
        route.fulfill(status=status, json=says, headers={**OPEN, **headers})


@pytest.fixture
def one_window(browser: Browser) -> Iterator[StorefrontPage]:
    """The window that all tests of a module share: a new one takes as long as a test."""
    context = next(iter(browser.contexts), None) or browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(10_000)
    shown = StorefrontPage(next(iter(context.pages), None) or context.new_page())
    yield shown
    shown.leave()
