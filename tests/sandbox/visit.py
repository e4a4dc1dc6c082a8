"""A window on the sample shop, with the script and with Klaviyo's stand-in as klaviyo.js."""

from __future__ import annotations

import base64
import json
import threading
from pathlib import Path

from playwright.sync_api import Page, Route
from werkzeug.serving import WSGIRequestHandler, make_server

from project.sandbox.app import Options, create

ROOT = Path(__file__).resolve().parents[2]
STOREWIRE, KLAVIYO = "http://storewire.test", "http://static.klaviyo.com/onsite/js/klaviyo.js"
FILES = {
    f"{STOREWIRE}/static/storefront/storewire.js": "storefront/static/storefront/storewire.js",
    f"{STOREWIRE}/static/backinstock/widget.js": "backinstock/static/backinstock/widget.js",
}
OPEN = {"Access-Control-Allow-Origin": "*"}
TRIES, PAUSE = 100, 50  # milliseconds


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, *_: object) -> None:
        """Silence."""


class Visit:
    """Somebody's visit. A collector takes all that the script sends."""

    def __init__(self, page: Page, consent: str = "none") -> None:
        options = Options(storewire_url=STOREWIRE, store="my-shop", limits=False, consent=consent)
        self.app, self.shop, _ = create(options)
        more = {"threaded": True, "request_handler": Silent}
        self.server = make_server("127.0.0.1", 0, self.app, **more)
        self.root = f"http://127.0.0.1:{self.server.port}"
        self.page = page
        self.asked: list[str] = []  # elsewhere, but for the two scripts
        self.collected: dict[str, str] = {}  # the names of the events by their ids
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route(lambda url: not url.startswith(self.root), self._serve)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def end(self) -> None:
        """Close the shop."""
        self.server.shutdown()
        self.server.server_close()

    def show(self, path: str = "") -> None:
        """Open a page of the shop."""
        self.page.goto(f"{self.root}/shop/{path}")

    def fill(self, fields: dict[str, str], button: str) -> None:
        """Fill in a form, and send it."""
        for label, value in fields.items():
            self.page.get_by_label(label).fill(value)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()

    def klaviyo(self) -> dict:
        """Return what Klaviyo holds."""
        return self.app.test_client().get("/klaviyo/_sandbox/state").json

    def heard(self, what: str, count: int) -> list[dict]:
        """Return Klaviyo's events or profiles, when there are so many of them."""
        for _ in range(TRIES):
            if len(held := self.klaviyo()[what]) >= count:
                break
            self.page.wait_for_timeout(PAUSE)
        return held

    def metrics(self, count: int) -> list[str]:
        """Return the metrics of the events, when there are so many of them."""
        return [event["metric"] for event in self.heard("events", count)]

    def reported(self, count: int) -> list[str]:
        """Return the names of what the collector got, when there is so much of it."""
        for _ in range(TRIES):
            if len(self.collected) >= count:
                break
            self.page.wait_for_timeout(PAUSE)
        return list(self.collected.values())

    def identity(self) -> dict:
        """Return what Klaviyo's cookie says."""
        cookies = {one["name"]: one["value"] for one in self.page.context.cookies()}
        return json.loads(base64.b64decode(cookies["__kla_id"])) if "__kla_id" in cookies else {}

    def waiting(self) -> list[str]:
        """Return the metrics of the events that klaviyo.js keeps in the browser."""
        kept = self.page.evaluate("JSON.parse(localStorage.getItem('__kla_waiting'))") or {}
        events = kept.get("events", [])
        return [event["metric"]["data"]["attributes"]["name"] for event in events]

    def _serve(self, route: Route) -> None:
        address = route.request.url
        if address in FILES:
            source = (ROOT / FILES[address]).read_text()
            route.fulfill(body=source, content_type="text/javascript")
            return
        self.asked.append(address)
        if address == f"{KLAVIYO}?company_id=SANDBX":
            client = self.app.test_client()
            script = client.get("/klaviyo/onsite/js/klaviyo.js", base_url=self.root)
            route.fulfill(body=script.text, content_type="text/javascript")
        elif address == f"{STOREWIRE}/storefront/collect":
            events = json.loads(route.request.post_data or "")["events"]
            self.collected |= {each["id"]: each.get("name", each["type"]) for each in events}
            route.fulfill(status=202, json={"accepted": len(events), "refused": []}, headers=OPEN)
        else:  # the widget asks what is on stock
            route.fulfill(status=200, json={"items": {}}, headers=OPEN)
