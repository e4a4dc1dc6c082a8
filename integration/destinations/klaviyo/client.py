"""Talking to Klaviyo: one call at a time, within the limits."""

from __future__ import annotations

import hashlib
import json
import time

import requests

from integration.core import http
from integration.core.errors import THROTTLED, Misconfigured, Retry
from integration.core.exchange import Access, Answer
from integration.core.rules import Json
from integration.destinations.klaviyo import errors
from integration.destinations.klaviyo.limits import RATES

MEDIA_TYPE = "application/vnd.api+json"
SHORT_WAIT, LONG_WAIT = 0.05, 5.0  # seconds, where nobody says how long
BULK_READ_SECONDS = 60.0  # megabytes are read and checked before there is an answer


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


def permit(access: Access, operation: str, patience: float = 0) -> None:
    """Count a request that the delivery's own permit does not cover.

    Waits for the permit if it comes within so many seconds of `patience`. Else raises Retry.
    """
    name, rates = limit_name(access, operation), RATES[operation]
    until = time.monotonic() + patience
    while not access.limiter.take(name, rates, 1, access.share):
        wait = access.limiter.wait(name, rates, access.share) or SHORT_WAIT
        if time.monotonic() + wait > until:
            raise Retry("Waiting for Klaviyo's rate limit.", code=THROTTLED, after=wait)
        time.sleep(wait)


def limit_name(access: Access, operation: str) -> str:
    """Return the name under which an operation's requests are counted."""
    return f"{account(access)}:{operation}"


def call(access: Access, method: str, path: str, body: Json | None = None) -> requests.Response:
    """Return Klaviyo's answer, whatever it is. Raises Retry and Misconfigured as http.send does."""
    content = None if body is None else json.dumps(body).encode()
    return http.send(method, _url(access, path), headers=_headers(access), body=content)


def bulk_call(
    access: Access,
    operation: str,
    path: str,
    content: bytes | None = None,
    patience: float = 0,
) -> requests.Response:
    """Post the content, or get what is there; return Klaviyo's answer, unless it is to slow down.

    Takes a permit. Raises Retry, at a 429 with a pause for everyone, and Misconfigured.
    """
    permit(access, operation, patience)
    method = "GET" if content is None else "POST"
    response = http.send(
        method,
        _url(access, path),
        headers=_headers(access),
        body=content,
        read_seconds=BULK_READ_SECONDS,
    )
    if response.status_code == requests.codes.too_many_requests:
        raise slowed_down(access, operation, http.retry_after(response) or LONG_WAIT)
    return response


def slowed_down(access: Access, operation: str, seconds: float) -> Retry:
    """Let nobody ask for this operation for so long; return what to raise."""
    access.limiter.pause(limit_name(access, operation), seconds)
    return Retry("Klaviyo asked us to slow down.", code=THROTTLED, after=seconds)


def answer(response: requests.Response, notes: tuple[str, ...] = ()) -> Answer:
    """Return what Klaviyo said to a request that it took. Raises the three failures."""
    if not 200 <= response.status_code < 300 or errors.is_page(response):
        raise errors.failure(response)
    return Answer(status=response.status_code, body=errors.document(response), notes=notes)


def _url(access: Access, path: str) -> str:
    return access.config["base_url"].rstrip("/") + path


def _headers(access: Access) -> dict[str, str]:
    key = access.secrets.get("private_key", "")
    if not key.isascii() or not key.strip():
        raise Misconfigured(
            "There is no usable Klaviyo key.",
            remedy="Enter one in Connections.",
            code="key_missing",
        )
    return {
        "Authorization": f"Klaviyo-API-Key {key.strip()}",
        "revision": access.config["revision"],
        # A retired revision is to be an error, not a silent change of behaviour.
        "X-Klaviyo-Revision-Fall-Forward-Opt-Out": "1",
        "Accept": MEDIA_TYPE,
        "Content-Type": MEDIA_TYPE,
    }
