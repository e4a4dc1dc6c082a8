"""A shop's collections without a shop, for what reads them page by page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from integration.core.errors import Failure, Reject

CLAUSE = re.compile(r'(\w+) (>=|>|=) "([^"]*)"')


class Shelf:
    """A shop's collections over `read`, which answers as commercetools does."""

    def __init__(self, **collections: list[dict]) -> None:
        self.collections = collections
        self.asked: list[dict] = []
        self.heeds_sort = True
        self.most = 500
        self.refusal: Failure | None = None
        self.project = {"messages": {"enabled": True}}

    def read(self, path: str) -> dict:
        """Answer one question."""
        kind, _, query = path.strip("/").partition("?")
        if not kind:
            return self.project
        asked = parse_qs(query)
        self.asked.append({"kind": kind, **asked})
        if self.refusal and kind == "messages":
            raise self.refusal
        limit = int(asked["limit"][0])
        if limit > self.most:
            raise Reject("No.", code="refused", answer='{"code": "QueryTimedOut"}')
        found = [row for row in self.collections.get(kind, []) if fits(row, asked["where"][-1])]
        if self.heeds_sort:
            time = asked["sort"][0].partition(" ")[0]
            found.sort(key=lambda row: (row[time], row["id"]))
        start = int(asked.get("offset", ["0"])[0])
        return {"limit": limit, "results": found[start : start + limit]}


def fits(row: dict, where: str) -> bool:
    """Whether a row is after the place in a keyset's predicate."""
    (name, sign, at), *rest = CLAUSE.findall(where)
    if sign == ">=":
        return row[name] >= at
    return (row[name], row["id"]) > (at, rest[1][2])


def customer(number: int, at: str = "2026-11-21T12:00:00.000Z", version: int = 1) -> dict:
    """Return a customer, as far as it matters here."""
    return {"id": f"{number:08}", "version": version, "createdAt": at, "lastModifiedAt": at}


def message(number: int, at: str = "2026-11-21T12:00:00.000Z") -> dict:
    """Return a message that a customer is new."""
    return {
        "id": f"m-{number:04}",
        "type": "CustomerCreated",
        "resource": {"typeId": "customer", "id": f"{number:08}"},
        "resourceVersion": 1,
        "createdAt": at,
    }
