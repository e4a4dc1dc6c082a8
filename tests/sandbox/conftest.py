"""A Klaviyo to call, without its limits or with them and a clock that is set by hand; and the
sample shop to visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from project.sandbox.klaviyo.api import blueprint
from project.sandbox.klaviyo.limits import Limits
from project.sandbox.klaviyo.service import Klaviyo
from tests.sandbox.visit import Visit

ADA = "ada@storewire-demo.com"


class Caller:
    """Says things to Klaviyo, with the right headers if not told otherwise."""

    def __init__(self, *, enforced: bool, lean: bool = False) -> None:
        self.now = 6000.0  # a full minute, in seconds
        klaviyo = Klaviyo("pk_sandbox", Limits(enforced), clock=lambda: self.now, lean=lean)
        app = Flask("project.sandbox.app")
        app.register_blueprint(blueprint(klaviyo))
        app.register_blueprint(klaviyo.faults.blueprint("klaviyo"))
        self.client = app.test_client()
        self.headers = {
            "Authorization": "Klaviyo-API-Key pk_sandbox",
            "revision": "2026-07-15",
            "Content-Type": "application/vnd.api+json",
        }

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(path, json=body, headers=self.headers)

    def import_profile(self, meta: dict | None = None, **attributes: object) -> TestResponse:
        beside = {"meta": meta} if meta else {}
        document = {"type": "profile", "attributes": attributes, **beside}
        return self.post("/api/profile-import", {"data": document})

    def import_by_id(self, id_: str, **attributes: object) -> TestResponse:
        document = {"type": "profile", "id": id_, "attributes": attributes}
        return self.post("/api/profile-import", {"data": document})

    def update(self, id_: str, body_id: str | None = None, **attributes: object) -> TestResponse:
        document = {"type": "profile", "id": body_id or id_, "attributes": attributes}
        return self.client.patch(
            f"/api/profiles/{id_}", json={"data": document}, headers=self.headers
        )

    def send(
        self, unique_id: str = "u-1", metric: str = "Placed Order", **changes: object
    ) -> TestResponse:
        attributes = {
            "properties": {"OrderId": "1"},
            "unique_id": unique_id,
            "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
            "profile": {"data": {"type": "profile", "attributes": {"email": ADA}}},
            **changes,
        }
        return self.post("/api/events", {"data": {"type": "event", "attributes": attributes}})

    def state(self) -> dict:
        return self.client.get("/_sandbox/state").json

    def order(self, what: str, order: Any) -> TestResponse:
        return self.client.put(f"/_sandbox/{what}", json=order)

    def fail(self, how: object, **more: object) -> TestResponse:
        return self.client.post("/_sandbox/fail", json={"how": how, **more})


@pytest.fixture
def klaviyo_api() -> Caller:
    """A Klaviyo that does not count."""
    return Caller(enforced=False)


@pytest.fixture
def limited_api() -> Caller:
    """A Klaviyo with its limits; its clock stands at `now` until it is set."""
    return Caller(enforced=True)


@pytest.fixture
def lean_api() -> Caller:
    """A Klaviyo that keeps little of its events."""
    return Caller(enforced=False, lean=True)


@pytest.fixture
def visiting(page: Page) -> Iterator[Callable[..., Visit]]:
    """Begins a visit to the sample shop in a real browser, in which nothing is amiss."""
    visits: list[Visit] = []

    def begin(consent: str = "none") -> Visit:
        visits.append(Visit(page, consent))
        return visits[-1]

    yield begin
    page.close()
    for visit in visits:
        visit.end()
        assert visit.complaints == []
