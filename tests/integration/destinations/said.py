"""A Klaviyo that says what it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import orjson

from integration.core.exchange import Access


@dataclass
class Said:
    """What is to be answered, in this order, and what was asked."""

    access: Access
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def say(self, status: int, document: Any, **headers: str) -> None:
        """Answer with a document, or with a page, which is a text."""
        self.answers.append((status, document, headers))

    def refuse(self, *pointers: str, status: int = 400, **more: Any) -> None:
        """Answer with an error about each of these places."""
        known = {"id": "1", "code": "invalid", "title": "Invalid input.", "detail": "Bad."}
        errors = [{**known, "source": {"pointer": pointer}, **more} for pointer in pointers]
        self.say(status, {"errors": errors})


def handler(said: Said) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = orjson.loads(self.rfile.read(length)) if length else None
            said.asked.append((self.command, self.path, body))
            status, document, headers = said.answers.pop(0)
            is_page = isinstance(document, str)
            content = document.encode() if is_page else orjson.dumps(document)
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if is_page else "application/vnd.api+json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None: ...

    return Handler
