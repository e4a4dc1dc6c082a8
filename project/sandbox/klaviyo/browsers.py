"""What Klaviyo has for browsers: klaviyo.js, and the calls that it makes.

The calls are for any page, and have no key. A browser cannot change an identifier that a profile
has: Klaviyo says 202 to that, and does not do it. The answer is not Klaviyo's, whose own script
asks for the exchange id elsewhere: `{"exchange_id": "…"}`, or `{}` where there is no profile.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, url_for

from project.sandbox.klaviyo.account import IDENTIFIERS, Account
from project.sandbox.klaviyo.exchange import resolved
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

ANY_PAGE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "content-type, revision",
    "Access-Control-Allow-Methods": "POST",
}
SCRIPT_SECONDS = 300


def add_browsers(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.get("/onsite/js/klaviyo.js")
    def script() -> Response:
        address = url_for("klaviyo.create_client_event", _external=True)
        source = render_template("klaviyo.js", client=address.removesuffix("events"))
        return Response(
            source,
            content_type="text/javascript; charset=utf-8",
            headers={"Cache-Control": f"max-age={SCRIPT_SECONDS}"},
        )

    @calls.post("/client/profiles", provide_automatic_options=False)
    def create_client_profile() -> Response:
        def act(body: Json) -> Reply:
            account = klaviyo.account
            visitor = _visitor(account, body["data"], "/data")
            return {"exchange_id": account.exchange_id(account.person(visitor)["id"])}, 202

        return _for_any_page(klaviyo.serve_browser("create_client_profile", act))

    @calls.post("/client/events", provide_automatic_options=False)
    def create_client_event() -> Response:
        def act(body: Json) -> Reply:
            account, event = klaviyo.account, body["data"]["attributes"]
            visitor = _visitor(account, event["profile"]["data"], "/data/attributes/profile/data")
            account.record(visitor, [event], datetime.now(UTC).isoformat())
            known = account.owner(visitor)
            return {"exchange_id": account.exchange_id(known)} if known else {}, 202

        return _for_any_page(klaviyo.serve_browser("create_client_event", act))

    @calls.route("/client/<what>", methods=["OPTIONS"])
    def allow(what: str) -> Response:
        return _for_any_page(Response(status=204))


def _visitor(account: Account, profile: Json, base: str) -> Json:
    """The profile as it was sent, without the identifiers that the one in the account has already.

    Raises Refused if nobody is meant.
    """
    sent = resolved(account, profile, base)
    owner = account.owner(sent)
    held = account.profiles.get(owner, {})
    attributes = {
        name: value
        for name, value in sent["attributes"].items()
        if name not in IDENTIFIERS or not held.get(name)
    }
    return {**sent, "id": owner, "attributes": attributes}


def _for_any_page(response: Response) -> Response:
    response.headers.update(ANY_PAGE)
    return response
