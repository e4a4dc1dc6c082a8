"""The calls about events."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response

from project.sandbox.klaviyo.bulk_checks import GROUPS
from project.sandbox.klaviyo.exchange import resolved
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

PROFILE, IN_GROUP = "/data/attributes/profile/data", "/attributes/profile/data"


def add_events(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/events")
    def create_event() -> Response:
        def act(body: Json) -> Reply:
            event = body["data"]["attributes"]
            person = resolved(klaviyo.account, event["profile"]["data"], PROFILE)
            klaviyo.account.record(person, [event], _now())
            return None, 202

        return klaviyo.serve("create_event", act)

    @calls.post("/api/event-bulk-create-jobs")
    def bulk_create_events() -> Response:
        def act(body: Json) -> Reply:
            account, now = klaviyo.account, _now()
            groups = [
                group["attributes"]
                for group in body["data"]["attributes"]["events-bulk-create"]["data"]
            ]
            people = [  # all of them, before anything of the first is kept
                resolved(account, group["profile"]["data"], f"{GROUPS}/{place}{IN_GROUP}")
                for place, group in enumerate(groups)
            ]
            for person, group in zip(people, groups, strict=True):
                account.record(person, _events(group), now)
            return None, 202

        return klaviyo.serve("bulk_create_events", act)


def _events(group: Json) -> list[Json]:
    """The events of a group; what it says of backfill is for all that do not say it themselves."""
    events = [entry["attributes"] for entry in group["events"]["data"]]
    if not group.get("backfill"):
        return events
    return [
        event if event.get("backfill") is not None else {**event, "backfill": True}
        for event in events
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat()
