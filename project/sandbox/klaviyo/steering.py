"""What Klaviyo does not have: calls that show and empty the account, and a page to look at."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from project.sandbox.klaviyo.account import Account
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo

SHOWN_PROFILES, SHOWN_EVENTS = 100, 500


def add_steering(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.get("/_sandbox/state")
    def state() -> Response:
        with klaviyo.lock:
            account = klaviyo.account
            profiles, counts = list(account.profiles.values()), account.counts()
            return jsonify(profiles=profiles, events=account.events, counts=counts)

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
    """What the page says: the newest profiles, each with its newest events."""
    events: dict[str, list[Json]] = {}
    for event in account.events[: -SHOWN_EVENTS - 1 : -1]:
        events.setdefault(event["profile_id"], []).append(event)
    return {
        "account": account,
        "profiles": list(account.profiles.values())[: -SHOWN_PROFILES - 1 : -1],
        "events": events,
        "metrics": account.metrics().most_common(),
    }
