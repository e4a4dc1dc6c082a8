"""What tests share: a clean Redis, the sandbox as both sides, a store connected to them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
import requests
from django.conf import settings

from integration import store_file
from integration.models import Connection, Store
from integration.pipeline import access, doors
from project.local.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
HOOK_SECRET = "a-long-hook-secret"
KEY = "pk_sandbox"


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """Pages can be rendered without collecting static files first; what was is not looked at."""
    settings.STATIC_ROOT = None
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """A password is hashed at once: half a second each is for those who guess."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def _redis() -> redis.Redis:
    """One connection for all tests: to make one takes longer than to empty it."""
    return redis.Redis.from_url(settings.REDIS_URL)


@pytest.fixture(autouse=True)
def _clean_redis(_redis: redis.Redis):
    """No test sees another one's limits, pauses, bells or tokens."""
    _redis.flushdb()
    access.forget_what_is_near()


@pytest.fixture(autouse=True)
def _doors_looked_up_anew():
    """No test finds a door that another one had open."""
    doors.forget("commercetools", "shop")


@pytest.fixture(scope="session")
def web_url() -> str:
    """Where tests of the whole system have their web server."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def sandbox_url(web_url: str) -> Iterator[str]:
    """The sandbox, running for all tests."""
    port = free_port()
    options = ["--port", str(port), "--storewire-url", web_url, "--store", "shop"]
    process = subprocess.Popen(
        [sys.executable, "-m", "project.sandbox", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    url = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(url))
    yield url
    process.terminate()
    process.wait(10)


class Sandbox:
    """What a test says to the sandbox, and asks of it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fail(self, how: str, side: str = "klaviyo", **options: object) -> None:
        """Make one side fail, until told otherwise or `times` times."""
        requests.post(
            f"{self.url}/{side}/_sandbox/fail", json={"how": how, **options}, timeout=5
        ).raise_for_status()

    def recover(self, side: str = "klaviyo") -> None:
        """Make it work again."""
        requests.delete(f"{self.url}/{side}/_sandbox/fail", timeout=5).raise_for_status()

    def state(self) -> dict:
        """Return what Klaviyo holds."""
        return requests.get(f"{self.url}/klaviyo/_sandbox/state", timeout=5).json()

    def requests(self) -> list[dict]:
        """Return what Klaviyo was asked."""
        return requests.get(f"{self.url}/klaviyo/_sandbox/requests", timeout=5).json()

    def clear(self) -> None:
        """Empty it."""
        requests.delete(f"{self.url}/klaviyo/_sandbox/state", timeout=5).raise_for_status()
        self.recover()
        self.recover("commercetools")


@pytest.fixture
def sandbox(sandbox_url: str) -> Sandbox:
    """The sandbox, empty."""
    sandbox = Sandbox(sandbox_url)
    sandbox.clear()
    return sandbox


def store_document(url: str, **changes: object) -> dict:
    """Return a store file that points at a sandbox."""
    return {
        "slug": "shop",
        "name": "Shop",
        "sending": "live",
        "locale": "en-GB",
        "currency": "EUR",
        "country": "DE",
        "connections": {
            "commercetools": {
                "project_key": "demo-shop",
                "api_url": f"{url}/commercetools",
                "auth_url": f"{url}/commercetools",
                "client_id": "demo-client",
                "client_secret": "demo-secret",
                "hook_secret": HOOK_SECRET,
            },
            "klaviyo": {"base_url": f"{url}/klaviyo", "private_key": KEY},
        },
        **changes,
    }


@pytest.fixture
def store(db, sandbox: Sandbox) -> Store:
    """A live store between the sandbox's shop and the sandbox's Klaviyo."""
    store, _ = store_file.import_store(store_document(sandbox.url))
    return store


@pytest.fixture
def shop(store: Store) -> Connection:
    """The store's source."""
    return store.connections.get(kind="commercetools")


@pytest.fixture
def klaviyo(store: Store) -> Connection:
    """The store's destination."""
    return store.connections.get(kind="klaviyo")


def answers(url: str) -> bool:
    """Return whether there is a web server."""
    try:
        requests.get(url, timeout=1)
    except requests.RequestException:
        return False
    return True


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Return as soon as the condition holds. Fails the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"still not true after {seconds} seconds")
        time.sleep(0.05)
