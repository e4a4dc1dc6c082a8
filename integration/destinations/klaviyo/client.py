"""Sending to Klaviyo, one request at a time."""

from __future__ import annotations

import copy
import hashlib
import json
from urllib.parse import quote

import requests

from integration.core import http
from integration.core.errors import THROTTLED, Misconfigured, Retry
from integration.core.plugins import Access, Answer, Send
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies, errors
from integration.destinations.klaviyo.limits import RATES

MEDIA_TYPE = "application/vnd.api+json"
PROFILE_IMPORT, PROFILE_PATH = "profile_import", "/api/profile-import"
PHONE_NOTE = "Klaviyo did not accept the phone number: it was left out."
DUPLICATE_NOTE = "Klaviyo had a profile with one of these identifiers: that one was updated."


def account(access: Access) -> str:
    """Return a name for the account, the same for every connection that uses its key."""
    key = access.secrets.get("private_key", "")
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def sender(access: Access) -> Send:
    """Return `send(method, path, body)`. It raises the three failures and nothing else.

    Two refusals are mended on the way, each once: a phone number that Klaviyo will not have is
    left out, and an upsert that meets another profile with the identifier goes to that profile.
    """

    def send(method: str, path: str, body: Json) -> Answer:
        notes: tuple[str, ...] = ()
        response = _call(access, method, path, body)
        bad_phone = errors.bad_phone_pointer(response)
        if bad_phone:
            _permit(access, PROFILE_IMPORT if path == PROFILE_PATH else "create_event")
            body, notes = _without(body, bad_phone), (PHONE_NOTE,)
            response = _call(access, method, path, body)
        duplicate = errors.duplicate_profile_id(response) if path == PROFILE_PATH else ""
        if duplicate:
            response = _update(access, duplicate, body)
            notes = (*notes, DUPLICATE_NOTE)
        return _answer(response, notes)

    return send


def test(access: Access) -> str:
    """Return a sentence that names the account. Raises the three failures."""
    _permit(access, "get_accounts")
    answer = _answer(_call(access, "GET", "/api/accounts", None))
    accounts = answer.body.get("data")
    found = accounts[0] if isinstance(accounts, list) and accounts else {}
    details = found.get("attributes", {}).get("contact_information") or {}
    name = details.get("organization_name") or found.get("id") or "unnamed"
    return f"Connected to the Klaviyo account “{name}”."


def _update(access: Access, profile_id: str, body: Json) -> requests.Response:
    _permit(access, "update_profile")
    attributes = body["data"]["attributes"]
    path = f"/api/profiles/{quote(profile_id, safe='')}"
    return _call(access, "PATCH", path, bodies.profile(attributes, profile_id))


def _permit(access: Access, operation: str) -> None:
    """Count a request that the delivery's own permit does not cover."""
    name = f"{account(access)}:{operation}"
    if not access.limiter.take(name, RATES[operation], 1):
        wait = access.limiter.wait(name, RATES[operation])
        raise Retry("Waiting for Klaviyo's rate limit.", code=THROTTLED, after=wait or 1)


def _call(access: Access, method: str, path: str, body: Json | None) -> requests.Response:
    key = access.secrets.get("private_key", "")
    if not key.isascii() or not key.strip():
        raise Misconfigured(
            "There is no usable Klaviyo key.",
            remedy="Enter one in Connections.",
            code="key_missing",
        )
    return http.send(
        method,
        access.config["base_url"].rstrip("/") + path,
        headers={
            "Authorization": f"Klaviyo-API-Key {key.strip()}",
            "revision": access.config["revision"],
            # A retired revision is to be an error, not a silent change of behaviour.
            "X-Klaviyo-Revision-Fall-Forward-Opt-Out": "1",
            "Accept": MEDIA_TYPE,
            "Content-Type": MEDIA_TYPE,
        },
        body=None if body is None else json.dumps(body).encode(),
    )


def _answer(response: requests.Response, notes: tuple[str, ...] = ()) -> Answer:
    if not 200 <= response.status_code < 300 or errors.is_page(response):
        raise errors.failure(response)
    return Answer(status=response.status_code, body=errors.document(response), notes=notes)


def _without(body: Json, pointer: str) -> Json:
    """Return a copy of the body without what the pointer names."""
    result = copy.deepcopy(body)
    place = result
    *parents, last = pointer.strip("/").split("/")
    for step in parents:
        place = place[step] if isinstance(place.get(step), dict) else {}
    place.pop(last, None)
    return result
