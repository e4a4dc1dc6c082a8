"""A window of a real browser onto our own pages, answered by Django without a server between."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route

HOST = "https://storewire.storewire-demo.com"
TYPES = {".js": "text/javascript", ".css": "text/css"}


class Window:
    """Steers a browser that is signed in as a client is, and remembers its complaints."""

    def __init__(self, page: Page, client: Client) -> None:
        self.page = page
        self.client = client
        self.complaints: list[str] = []
        self._context = copy_context()  # the test's: its database connection is there
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.context.route("**/*", self._serve)

    def open(self, path: str) -> None:
        """Go to a page of ours."""
        self.page.goto(f"{HOST}{path}")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _serve(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if f"{address.scheme}://{address.netloc}" != HOST:
            route.fulfill(body="<!doctype html><title>A shop</title>", content_type="text/html")
        elif address.path.startswith("/static/"):
            _serve_file(route, address.path.removeprefix("/static/"))
        else:
            self._ask_django(route, address.path, address.query)

    def _ask_django(self, route: Route, path: str, query: str) -> None:
        request = route.request
        response = self._context.run(
            self.client.generic,
            request.method,
            f"{path}?{query}",
            request.post_data_buffer or b"",
            request.headers.get("content-type", ""),
            headers={"accept": request.headers.get("accept", "*/*")},
        )
        route.fulfill(
            status=response.status_code, headers=dict(response.headers), body=response.content
        )


def _serve_file(route: Route, name: str) -> None:
    found = finders.find(name)
    if not isinstance(found, str):
        route.fulfill(status=404)
        return
    route.fulfill(
        body=Path(found).read_bytes(), content_type=TYPES.get(Path(found).suffix, "font/woff2")
    )
