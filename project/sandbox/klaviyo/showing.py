"""What Klaviyo does not have: calls that show what the account holds, and a page to look at."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, render_template, request

from project.sandbox.klaviyo.account import Account
from project.sandbox.klaviyo.catalog_schemas import CATEGORY, ITEM, VARIANT
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo

SHOWN_PROFILES, SHOWN_EVENTS, SHOWN_ITEMS, SHOWN_WAITING = 100, 500, 100, 100
CELLS = ("metric", "unique_id", "profile_id", "backfill")  # of an event, if not asked for others
OF_EVENT = (*CELLS, "time", "value")
OF_PROFILE = ("email", "phone_number", "external_id")


def add_showing(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.get("/_sandbox/state")
    def state() -> Response:
        with klaviyo.looked_at() as account:
            return jsonify(
                profiles=list(account.profiles.values()),
                deleted_profiles=account.deleted_profiles,
                events=list(account.events),
                catalog_items=list(account.catalog.objects(ITEM).values()),
                catalog_variants=list(account.catalog.objects(VARIANT).values()),
                catalog_categories=list(account.catalog.objects(CATEGORY).values()),
                **account.marketing.shown(),
                counts=account.counts(),
            )

    @calls.get("/_sandbox/counts")
    def counts() -> Response:
        with klaviyo.looked_at() as account:
            return jsonify(account.counts())

    @calls.get("/_sandbox/events")
    def events() -> Response:
        names = request.args.get("fields", ",".join(CELLS)).split(",")
        if not {*names} <= {*OF_EVENT, *OF_PROFILE}:
            return Response(f"fields: of {', '.join((*OF_EVENT, *OF_PROFILE))}\n", 400)
        with klaviyo.looked_at() as account:
            lines = b"".join(
                orjson.dumps(_row(account, event, names), option=orjson.OPT_APPEND_NEWLINE)
                for event in account.events
            )
        return Response(lines, content_type="application/x-ndjson")

    @calls.get("/_sandbox/requests")
    def requests() -> Response:
        with klaviyo.looked_at() as account:
            return jsonify(account.requests.all())

    @calls.get("/")
    def page() -> str:
        with klaviyo.looked_at() as account:
            return render_template("klaviyo.html", **_shown(account))


def _row(account: Account, event: Json, names: list[str]) -> list[Any]:
    profile = account.profiles[event["profile_id"]]
    return [profile.get(name) if name in OF_PROFILE else event[name] for name in names]


def _shown(account: Account) -> Json:
    """What the page says: the newest profiles, each with its newest events; the newest items."""
    events: dict[str, list[Json]] = {}
    for event in account.events.newest(SHOWN_EVENTS):
        events.setdefault(event["profile_id"], []).append(event)
    variants: dict[str, list[Json]] = {}
    for variant in account.catalog.objects(VARIANT).values():
        variants.setdefault(variant["item"], []).append(variant)
    return {
        "account": account,
        "profiles": list(account.profiles.values())[: -SHOWN_PROFILES - 1 : -1],
        "events": events,
        "metrics": account.events.metrics.most_common(),
        "waiting": account.marketing.waiting[: -SHOWN_WAITING - 1 : -1],
        "items": list(account.catalog.objects(ITEM).values())[: -SHOWN_ITEMS - 1 : -1],
        "variants": variants,
        "categories": account.catalog.objects(CATEGORY),
    }
