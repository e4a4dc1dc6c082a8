"""A Klaviyo to call: the sandbox, or one that says what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer

import pytest

from integration.core.exchange import Access
from integration.core.limits import Limiter
from integration.destinations.klaviyo.config import REVISION
from tests.conftest import KEY, Sandbox
from tests.integration.destinations.said import Said, handler


class Forgetful:
    """A memory that keeps nothing."""

    def get(self, key: str) -> str | None:
        return None

    def set(self, key: str, value: str, seconds: float) -> None: ...

    def delete(self, key: str) -> None: ...


@pytest.fixture
def access(sandbox: Sandbox, settings) -> Access:
    """A connection to the sandbox's Klaviyo."""
    return Access(
        config={"base_url": f"{sandbox.url}/klaviyo", "revision": REVISION},
        secrets={"private_key": KEY},
        memory=Forgetful(),
        limiter=Limiter(settings.REDIS_URL),
    )


@pytest.fixture
def klaviyo_says(access: Access) -> Iterator[Said]:
    """A Klaviyo that says what it is told to."""
    said = Said(access)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(said))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    config = {**access.config, "base_url": f"http://127.0.0.1:{server.server_port}/klaviyo"}
    said.access = replace(access, config=config)
    yield said
    server.shutdown()
    server.server_close()
