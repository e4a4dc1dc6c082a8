"""The calls about profiles."""

from __future__ import annotations

from flask import Blueprint, Response

from project.sandbox.klaviyo.account import IDENTIFIERS, Account
from project.sandbox.klaviyo.checks import Refused, invalid
from project.sandbox.klaviyo.filters import asked
from project.sandbox.klaviyo.paging import page
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

DEFAULT_PAGE = 20
FILTERS = {(operator, name) for operator in ("equals", "any") for name in ("id", *IDENTIFIERS)}


def add_profiles(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/profile-import")
    def profile_import() -> Response:
        def act(body: Json) -> Reply:
            profile, created = klaviyo.account.upsert(body["data"])
            return {"data": _resource(profile)}, 201 if created else 200

        return klaviyo.serve("profile_import", act)

    @calls.patch("/api/profiles/<profile_id>")
    def update_profile(profile_id: str) -> Response:
        def act(body: Json) -> Reply:
            if body["data"]["id"] != profile_id:
                raise Refused(invalid("The id is not that of the address.", "/data/id"))
            return {"data": _resource(klaviyo.account.upsert(body["data"])[0])}, 200

        return klaviyo.serve("update_profile", act)

    @calls.get("/api/profiles")
    def get_profiles() -> Response:
        def act(_: None) -> Reply:
            account = klaviyo.account
            ids = _asked_for(account)
            return page(ids, lambda id_: _resource(account.profiles[id_]), DEFAULT_PAGE), 200

        return klaviyo.serve("get_profiles", act)

    @calls.post("/api/data-privacy-deletion-jobs")
    def request_profile_deletion() -> Response:
        def act(body: Json) -> Reply:
            profile = body["data"]["attributes"]["profile"]["data"]
            klaviyo.account.erase({**profile["attributes"], "id": profile.get("id")})
            return None, 202

        return klaviyo.serve("request_profile_deletion", act)


def _asked_for(account: Account) -> list[str]:
    """The ids of the profiles that the filter names; of all if there is none."""
    question = asked(FILTERS)
    return list(account.profiles) if question is None else account.find(*question)


def _resource(profile: Json) -> Json:
    attributes = {name: value for name, value in profile.items() if name != "id"}
    return {"type": "profile", "id": profile["id"], "attributes": attributes}
