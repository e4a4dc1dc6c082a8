"""The calls about profiles."""

from __future__ import annotations

from flask import Blueprint, Response, request

from project.sandbox.klaviyo.account import EXCHANGE_ID, IDENTIFIERS, Account
from project.sandbox.klaviyo.checks import Refused, invalid, refused_parameter
from project.sandbox.klaviyo.exchange import resolved
from project.sandbox.klaviyo.fieldsets import wanted
from project.sandbox.klaviyo.filters import asked
from project.sandbox.klaviyo.paging import page
from project.sandbox.klaviyo.schemas import PERSON, Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

DEFAULT_PAGE = 20
ADDITIONAL, SUBSCRIPTIONS = "additional-fields[profile]", "subscriptions"
FIELDS = (EXCHANGE_ID, "anonymous_id", *PERSON)
FILTERS = {
    *((operator, name) for operator in ("equals", "any") for name in ("id", *IDENTIFIERS)),
    ("equals", EXCHANGE_ID),
}


def add_profiles(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/profile-import")
    def profile_import() -> Response:
        def act(body: Json) -> Reply:
            profile, created = klaviyo.account.upsert(
                resolved(klaviyo.account, body["data"], "/data")
            )
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
            return profile_page(account, _asked_for(account)), 200

        return klaviyo.serve("get_profiles", act)

    @calls.post("/api/data-privacy-deletion-jobs")
    def request_profile_deletion() -> Response:
        def act(body: Json) -> Reply:
            profile = body["data"]["attributes"]["profile"]["data"]
            klaviyo.account.erase({**profile["attributes"], "id": profile.get("id")})
            return None, 202

        return klaviyo.serve("request_profile_deletion", act)


def profile_page(account: Account, ids: list[str]) -> Json:
    """Return the page of these profiles that is asked for, with what is asked for of each.

    Raises Refused if the request asks for what there is not.
    """
    additional = request.args.get(ADDITIONAL)
    if additional not in (None, SUBSCRIPTIONS):
        raise refused_parameter(ADDITIONAL, f"The sandbox knows {SUBSCRIPTIONS} only.")
    known = wanted("profile", (*FIELDS, *([SUBSCRIPTIONS] if additional else [])))

    def resource(id_: str) -> Json:
        held = account.profiles[id_]
        if SUBSCRIPTIONS in known:
            held = {**held, SUBSCRIPTIONS: account.marketing.subscriptions(id_)}
        return _resource({name: held[name] for name in ("id", *known) if name in held})

    return page(ids, resource, DEFAULT_PAGE, "profile", (ADDITIONAL,))


def _asked_for(account: Account) -> list[str]:
    """The ids of the profiles that the filter names; of all if there is none."""
    question = asked(FILTERS)
    return list(account.profiles) if question is None else account.find(*question)


def _resource(profile: Json) -> Json:
    attributes = {name: value for name, value in profile.items() if name != "id"}
    return {"type": "profile", "id": profile["id"], "attributes": attributes}
