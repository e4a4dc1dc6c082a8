"""Talking to Klaviyo: one call at a time, within the limits."""

from __future__ import annotations

import hashlib
import json

import requests

from integration.core import http
from integration.core.errors import THROTTLED, Misconfigured, Retry
from integration.core.exchange import Access, Answer
from integration.core.rules import Json
from integration.destinations.klaviyo import errors
from integration.destinations.klaviyo.limits import RATES

MEDIA_TYPE = "application/vnd.api+json"


def account(access: Access) -> str:
    """Return a name for the account, the same for every connection that uses its key."""
    key = access.secrets.get("private_key", "")
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def test(access: Access) -> str:
    """Return a sentence that names the account. Raises the three failures."""
    permit(access, "get_accounts")
    accounts = answer(call(access, "GET", "/api/accounts")).body.get("data")
    found = accounts[0] if isinstance(accounts, list) and accounts else {}
    details = found.get("attributes", {}).get("contact_information") or {}
    name = details.get("organization_name") or found.get("id") or "unnamed"
    return f"Connected to the Klaviyo account “{name}”."


def permit(access: Access, operation: str) -> None:
    """Count a request that the delivery's own permit does not cover."""
    name = f"{account(access)}:{operation}"
    if not access.limiter.take(name, RATES[operation], 1):
        wait = access.limiter.wait(name, RATES[operation])
        raise Retry("Waiting for Klaviyo's rate limit.", code=THROTTLED, after=wait or 1)


def call(access: Access, method: str, path: str, body: Json | None = None) -> requests.Response:
    """Return Klaviyo's answer, whatever it is. Raises Retry and Misconfigured as http.send does."""
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


def answer(response: requests.Response, notes: tuple[str, ...] = ()) -> Answer:
    """Return what Klaviyo said to a request that it took. Raises the three failures."""
    if not 200 <= response.status_code < 300 or errors.is_page(response):
        raise errors.failure(response)
    return Answer(status=response.status_code, body=errors.document(response), notes=notes)
