"""The calls about consent, lists and waiting; and who is suppressed, which the sandbox is told."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from flask import Blueprint, Response, request

from project.sandbox.klaviyo.account import Account
from project.sandbox.klaviyo.catalog_schemas import VARIANT
from project.sandbox.klaviyo.checks import Refused, error
from project.sandbox.klaviyo.filters import asked
from project.sandbox.klaviyo.marketing import REASONS
from project.sandbox.klaviyo.profiles import profile_page
from project.sandbox.klaviyo.schemas import Json, closed
from project.sandbox.klaviyo.service import Klaviyo, Reply

OF_LIST = {(operator, name) for operator in ("equals", "any") for name in ("email", "phone_number")}
SUPPRESSIONS = closed(
    ["emails"],
    {
        "emails": {"type": "array", "items": {"type": "string", "pattern": "@"}},
        "reason": {"enum": list(REASONS)},
    },
)


def add_marketing(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/back-in-stock-subscriptions")
    def create_back_in_stock_subscription() -> Response:
        def act(body: Json) -> Reply:
            _wait(klaviyo.account, body["data"])
            return None, 202

        return klaviyo.serve("create_back_in_stock_subscription", act)

    @calls.get("/api/lists/<list_id>/profiles")
    def get_profiles_for_list(list_id: str) -> Response:
        def act(_: None) -> Reply:
            account, question = klaviyo.account, asked(OF_LIST)
            members = account.marketing.lists.get(list_id, [])
            known = members if question is None else account.find(*question)
            return profile_page(account, [id_ for id_ in members if id_ in known]), 200

        return klaviyo.serve("get_profiles_for_list", act)

    _add_jobs(calls, klaviyo)
    _add_steering(calls, klaviyo)


def _add_jobs(calls: Blueprint, klaviyo: Klaviyo) -> None:
    @calls.post("/api/profile-subscription-bulk-create-jobs")
    def bulk_subscribe_profiles() -> Response:
        def act(body: Json) -> Reply:
            account, document = klaviyo.account, body["data"]
            source = document["attributes"].get("custom_source")
            for profile_id, channel in _said(account, document):
                account.marketing.subscribe(profile_id, channel, _list_id(document), source)
            return None, 202

        return klaviyo.serve("bulk_subscribe_profiles", act)

    @calls.post("/api/profile-subscription-bulk-delete-jobs")
    def bulk_unsubscribe_profiles() -> Response:
        def act(body: Json) -> Reply:
            account, document = klaviyo.account, body["data"]
            for profile_id, channel in _said(account, document):
                account.marketing.unsubscribe(profile_id, channel, _list_id(document))
            return None, 202

        return klaviyo.serve("bulk_unsubscribe_profiles", act)


def _add_steering(calls: Blueprint, klaviyo: Klaviyo) -> None:
    @calls.put("/_sandbox/suppressions")
    def suppress() -> tuple[str, int]:
        order: Any = request.get_json(force=True, silent=True)
        try:
            jsonschema_rs.validate(SUPPRESSIONS, order)
        except jsonschema_rs.ValidationError as exc:
            return f"{exc.message}\n", 400
        with klaviyo.looked_at() as account:
            for email in order["emails"]:
                profile = account.person({"attributes": {"email": email}})
                account.marketing.suppress(profile["id"], order.get("reason", REASONS[0]))
        return "", 204


def _wait(account: Account, document: Json) -> None:
    variant_id = document["relationships"]["variant"]["data"]["id"]
    if variant_id not in account.catalog.objects(VARIANT):
        source = {"pointer": "/data/relationships/variant/data/id"}
        raise Refused(error(404, f"There is no {VARIANT} {variant_id}.", source))
    attributes = document["attributes"]
    profile = account.person(attributes["profile"]["data"])
    account.marketing.wait(profile["id"], variant_id, attributes["channels"])


def _said(account: Account, document: Json) -> list[tuple[str, str]]:
    """Who said something about which channel."""
    pairs = []
    for one in document["attributes"]["profiles"]["data"]:
        person = {k: v for k, v in one["attributes"].items() if k != "subscriptions"}
        profile = account.person({**one, "attributes": person})
        pairs += [(profile["id"], channel) for channel in one["attributes"]["subscriptions"]]
    return pairs


def _list_id(document: Json) -> str:
    relation: Json = document.get("relationships", {}).get("list", {})
    return str(relation["data"]["id"]) if relation else ""
