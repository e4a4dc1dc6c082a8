"""A shop and a collector on a port of their own, for what a browser hides from its tests.

Playwright does not see what a page sends while it is being left.
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.browser.storefront_page import STATIC

PAGE = (
    '<!doctype html><title>A lamp</title><script src="/storewire.js" data-store="shop" {} defer>'
    "</script><h1>A lamp</h1>"
)


class SmallShop:
    """Serves one page, the script and the collector while a test runs."""

    def __init__(self, options: str) -> None:
        shop = self
        self.bodies: list[dict[str, Any]] = []
        page = PAGE.format(options).encode()
        script = (STATIC / "storefront" / "storewire.js").read_bytes()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bodies = {"/": page, "/storewire.js": script}
                kind = "text/javascript" if self.path.endswith(".js") else "text/html"
                self.answer(200, kind, bodies.get(self.path, b"<!doctype html><title>-</title>"))

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                shop.bodies.append(json.loads(self.rfile.read(length)))
                self.answer(202, "application/json", b"{}")

            def answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> SmallShop:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self) -> list[dict[str, Any]]:
        """Return what was collected."""
        return [event for body in self.bodies for event in body["events"]]

    def wait_for(self, count: int) -> None:
        """Wait until so many events are there."""
        until = time.monotonic() + 10
        while len(self.events()) < count and time.monotonic() < until:
            time.sleep(0.02)
