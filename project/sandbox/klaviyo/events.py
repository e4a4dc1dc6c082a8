"""The calls about events and their metrics."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from flask import Blueprint, Response

from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply


def add_events(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/events")
    def create_event() -> Response:
        def act(body: Json) -> Reply:
            klaviyo.account.record(body["data"]["attributes"], datetime.now(UTC).isoformat())
            return None, 202

        return klaviyo.serve("create_event", act)

    @calls.get("/api/metrics")
    def get_metrics() -> Response:
        def act(_: None) -> Reply:
            names = sorted(klaviyo.account.metrics())
            return {"data": [_metric(name) for name in names], "links": {"next": None}}, 200

        return klaviyo.serve("get_metrics", act)


def _metric(name: str) -> Json:
    """A metric; its id is of Klaviyo's form and follows from the name."""
    id_ = hashlib.blake2b(name.encode(), digest_size=3).hexdigest().upper()
    return {"type": "metric", "id": id_, "attributes": {"name": name}}
