"""What Klaviyo does not have: calls that show and empty the account, and a page to look at."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from project.sandbox.klaviyo.account import Account
from project.sandbox.klaviyo.catalog_schemas import CATEGORY, ITEM, VARIANT
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo

SHOWN_PROFILES, SHOWN_EVENTS, SHOWN_ITEMS = 100, 500, 100


def add_steering(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.get("/_sandbox/state")
    def state() -> Response:
        with klaviyo.lock:
            account = klaviyo.account
            return jsonify(
                profiles=list(account.profiles.values()),
                deleted_profiles=account.deleted_profiles,
                events=account.events,
                catalog_items=list(account.catalog.objects(ITEM).values()),
                catalog_variants=list(account.catalog.objects(VARIANT).values()),
                catalog_categories=list(account.catalog.objects(CATEGORY).values()),
                counts=account.counts(),
            )

    @calls.get("/_sandbox/requests")
    def requests() -> Response:
        with klaviyo.lock:
            return jsonify(list(klaviyo.account.requests))

    @calls.delete("/_sandbox/state")
    def clear() -> tuple[str, int]:
        klaviyo.clear()
        return "", 204

    @calls.get("/")
    def page() -> str:
        with klaviyo.lock:
            return render_template("klaviyo.html", **_shown(klaviyo.account))


def _shown(account: Account) -> Json:
    """What the page says: the newest profiles, each with its newest events; the newest items."""
    events: dict[str, list[Json]] = {}
    for event in account.events[: -SHOWN_EVENTS - 1 : -1]:
        events.setdefault(event["profile_id"], []).append(event)
    variants: dict[str, list[Json]] = {}
    for variant in account.catalog.objects(VARIANT).values():
        variants.setdefault(variant["item"], []).append(variant)
    return {
        "account": account,
        "profiles": list(account.profiles.values())[: -SHOWN_PROFILES - 1 : -1],
        "events": events,
        "metrics": account.metrics().most_common(),
        "items": list(account.catalog.objects(ITEM).values())[: -SHOWN_ITEMS - 1 : -1],
        "variants": variants,
        "categories": account.catalog.objects(CATEGORY),
    }
