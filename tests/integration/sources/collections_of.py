"""What tests of imports share: the sandbox's shop to read from, one on a shelf, and a walk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from integration import registry
from integration.core.bulk import Entry, Portion, Scope, Walk
from integration.core.errors import Failure, Reject
from integration.core.exchange import Access, Read, StoreFacts
from integration.core.limits import Limiter
from integration.sources.commercetools.imports import COLLECTIONS

CLAUSE = re.compile(r"^(\w+) (>=|>|<|in) (.*)$")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Memory(dict[str, str]):
    """What is remembered, for one test."""

    def set(self, key: str, value: str, seconds: float) -> None:
        """Remember."""
        self[key] = value

    def delete(self, key: str) -> None:
        """Forget."""
        self.pop(key, None)


class Unlimited(Limiter):
    """No limits: sources have none."""

    def __init__(self) -> None:
        """Without Redis."""


def facts(**settings: dict) -> StoreFacts:
    """Return a store with these settings."""
    complete = registry.complete_settings(settings)
    return StoreFacts(locale="en-GB", country="DE", currency="EUR", settings=complete)


def reader(url: str) -> Read:
    """Return what reads the sandbox's shop."""
    config = {
        "project_key": "demo-shop",
        "api_url": f"{url}/commercetools",
        "auth_url": f"{url}/commercetools",
        "client_id": "demo-client",
    }
    access = Access(
        config=config,
        secrets={"client_secret": "demo-secret"},
        memory=Memory(),
        limiter=Unlimited(),
    )
    return registry.sources()["commercetools"].reader(access)


class Noting:
    """`read`, and what was asked."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.kinds: list[str] = []
        self.asked: list[dict[str, list[str]]] = []

    def __call__(self, path: str) -> dict:
        kind, _, query = path.strip("/").partition("?")
        self.kinds.append(kind)
        self.asked.append(parse_qs(query))
        return self._read(path)


class Shelf:
    """A shop's collections over `read`, in which a test can make anything go wrong."""

    def __init__(self, **collections: list[Any]) -> None:
        self.collections = {name.replace("_", "-"): rows for name, rows in collections.items()}
        self.asked: list[dict[str, Any]] = []
        self.heeds_sort = True
        self.most = 500
        self.refusals: dict[str, Failure] = {}

    def read(self, path: str) -> dict:
        """Answer one question."""
        kind, _, query = path.strip("/").partition("?")
        asked = parse_qs(query)
        self.asked.append({"kind": kind, **asked})
        if kind in self.refusals:
            raise self.refusals[kind]
        limit = int(asked["limit"][0])
        if limit > self.most:
            raise Reject("No.", code="refused", answer='{"code": "QueryTimedOut"}')
        found = self.collections.get(kind, [])
        for where in asked.get("where", []):
            found = [row for row in found if not isinstance(row, dict) or fits(row, where)]
        if self.heeds_sort and all(isinstance(row, dict) for row in found):
            found = sorted(found, key=lambda row: row.get("id", ""))
        start = int(asked.get("offset", ["0"])[0])
        answer = {"limit": limit, "results": found[start : start + limit]}
        return answer if asked["withTotal"] == ["false"] else {**answer, "total": len(found)}

    def asked_for(self, kind: str) -> list[dict[str, Any]]:
        """Return what this kind was asked."""
        return [asked for asked in self.asked if asked["kind"] == kind]


def fits(row: dict, where: str) -> bool:
    """Whether a predicate holds for a row."""
    name, sign, rest = CLAUSE.findall(where)[0]
    values = [re.sub(r"\\(.)", r"\1", text) for text in TEXT.findall(rest)]
    value = row.get(name, "")
    holds: dict[str, Callable[[], bool]] = {
        ">": lambda: value > values[0],
        ">=": lambda: value >= values[0],
        "<": lambda: value < values[0],
        "in": lambda: value in values,
    }
    return holds[sign]()


def walk_of(kind: str, read: Read, scope: Scope | None = None, **settings: dict) -> Walk:
    """Return a walk through a collection."""
    return COLLECTIONS[kind].walk(read, facts(**settings), scope or Scope())


def portions(walk: Walk, cursor: str = "") -> list[Portion]:
    """Walk to the end."""
    found: list[Portion] = []
    while not found or not found[-1].is_last:
        assert len(found) < 100, "the walk does not end"
        found.append(walk(found[-1].cursor if found else cursor))
    return found


def entries(walk: Walk, cursor: str = "") -> list[Entry]:
    """Return all that a walk finds."""
    return [entry for portion in portions(walk, cursor) for entry in portion.entries()]


def import_of(kind: str, read: Read, scope: Scope | None = None, **settings: dict) -> list[Entry]:
    """Return all that an import finds."""
    return entries(walk_of(kind, read, scope, **settings))


def ids(found: list[Entry]) -> list[str]:
    """Return whose entries these are."""
    return [entry.id for entry in found]


def customer(number: int, **changes: Any) -> dict[str, Any]:
    """Return a customer."""
    return {
        "id": f"{number:08}",
        "version": 1,
        "email": f"shopper-{number}@storewire-demo.com",
        "createdAt": "2026-11-20T12:00:00.000Z",
        "lastModifiedAt": "2026-11-21T12:00:00.000Z",
        **changes,
    }


def order(number: int, **changes: Any) -> dict[str, Any]:
    """Return an order with one line."""
    price = {"centAmount": 1999, "currencyCode": "EUR", "fractionDigits": 2}
    line = {
        "id": f"line-{number}",
        "productId": "product-1",
        "name": {"en": "Tent"},
        "quantity": 1,
        "price": {"value": price},
        "totalPrice": price,
    }
    return {
        "id": f"{number:08}",
        "version": 3,
        "customerEmail": f"shopper-{number}@storewire-demo.com",
        "createdAt": "2026-11-20T12:00:00.000Z",
        "lastModifiedAt": "2026-11-21T12:00:00.000Z",
        "orderState": "Open",
        "totalPrice": price,
        "lineItems": [line],
        **changes,
    }
