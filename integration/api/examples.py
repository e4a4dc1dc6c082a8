"""The examples in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.serializers import Serializer

from integration.api.shapes import FailureShape, RunShape, StandShape
from integration.core.rules import Json

A_RUN = "0b8f4dd4-6c3e-4a43-9a4b-8a2c9d3d5b10"
AN_ORDER = "c2d1a6f0-1f0b-4b8e-9d52-6a1f0c8e7b34"

STARTS = [
    OpenApiExample("Everything", {}, request_only=True),
    OpenApiExample("Some of them", {"ids": [AN_ORDER]}, request_only=True),
    OpenApiExample("Orders from an id on", {"start_id": AN_ORDER}, request_only=True),
    OpenApiExample(
        "A dry run of a month",
        {"since": "2026-11-01", "until": "2026-12-01T00:00:00+01:00", "dry_run": True},
        request_only=True,
    ),
    OpenApiExample(
        "Delete the categories",
        {"deleteAll": True, "confirmDeletion": "categories"},
        request_only=True,
    ),
    OpenApiExample(
        "Orders of today, and flows may start",
        {"since": "2026-11-21", "backfill": False, "confirmFlows": "Placed Order"},
        request_only=True,
    ),
]


def example(**changes: object) -> Json:
    """Return a run that is under way, but for these fields."""
    return {
        "id": A_RUN,
        "store": "my-shop",
        "kind": "orders",
        "state": "running",
        "words": "It is under way.",
        "percent": 62,
        "total": 20_000,
        "read": 12_500,
        "sent": 41_230,
        "accepted": 41_230,
        "failed": 3,
        "skipped": 12,
        "rate": 812.4,
        "remaining_seconds": 10,
        "cursor": AN_ORDER,
        "parameters": {"dry_run": False, "backfill": True, "delete_all": False},
        "report": {},
        "reason": "",
        "who": "API token “Nightly import of our ERP”",
        "created": "2026-11-21T08:00:00Z",
        "started": "2026-11-21T08:00:01Z",
        "finished": None,
        **changes,
    }


WAITING = example(
    state="queued",
    words="It waits for a worker.",
    percent=None,
    total=None,
    read=0,
    sent=0,
    accepted=0,
    failed=0,
    skipped=0,
    rate=None,
    remaining_seconds=None,
    cursor="",
    started=None,
)


FAILURE = {
    "row": AN_ORDER,
    "pointer": "/data/attributes/profile/data/attributes/email",
    "code": "invalid_email",
    "reason": "“anna@example” is not an e-mail address.",
    "status": None,
    "answer": "",
    "resolution": "open",
    "at": "2026-11-21T08:00:09Z",
}
EXAMPLES: dict[type[Serializer[Any]], Json] = {
    RunShape: example(),
    FailureShape: FAILURE,
    StandShape: {
        "store": "my-shop",
        "kind": "orders",
        "title": "Orders",
        "active": True,
        "run": example(),
    },
}
