"""Reading from a commercetools project: client credentials, one token for all workers."""

from __future__ import annotations

import json
from typing import Any

import requests

from integration.core import http
from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.plugins import Access, Read
from integration.core.rules import Json

TOKEN_EARLY_SECONDS = 300  # a token is given up this long before it ends
READ_SECONDS = 10.0
AGENT = "Storewire (+https://github.com/storewire/storewire)"


def reader(access: Access) -> Read:
    """Return `read(path)`: the document at a path below the project, e.g. "/orders/123".

    It raises Reject for what does not exist, Misconfigured for a refused client, Retry otherwise.
    """
    config = access.config
    base = f"{config['api_url'].rstrip('/')}/{config['project_key']}"

    def get(path: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {_token(access)}", "User-Agent": AGENT}
        return http.send("GET", base + path, headers=headers, read_seconds=READ_SECONDS)

    def read(path: str) -> Json:
        response = get(path)
        if response.status_code == requests.codes.unauthorized:
            access.memory.delete(_memory_key(access))  # revoked early: one more try with a new one
            response = get(path)
        if not response.ok:
            raise _failure(response, path)
        return _json(response)

    return read


def test(access: Access) -> str:
    """Return a sentence that says the project was reached. Raises the three failures."""
    project = reader(access)("/")
    return f"Connected to the project “{project.get('name') or access.config['project_key']}”."


def _token(access: Access) -> str:
    key = _memory_key(access)
    token = access.memory.get(key)
    if token is None:
        answer = _new_token(access)
        token = str(answer["access_token"])
        seconds = float(answer.get("expires_in", 3600)) - TOKEN_EARLY_SECONDS
        access.memory.set(key, token, max(seconds, 1))
    return token


def _new_token(access: Access) -> Json:
    config = access.config
    response = http.send(
        "POST",
        f"{config['auth_url'].rstrip('/')}/oauth/token",
        headers={"Content-Type": "application/x-www-form-urlencoded", "User-Agent": AGENT},
        # No scope: the token then carries all that the API client was given.
        body=b"grant_type=client_credentials",
        auth=(config["client_id"], access.secrets.get("client_secret", "")),
        read_seconds=READ_SECONDS,
    )
    if response.status_code in (400, 401, 403):
        raise Misconfigured(
            f"commercetools refused the API client ({response.status_code}). Reading is paused. "
            "Enter its id and secret again in Connections.",
            code="client_refused",
            status=response.status_code,
        )
    if not response.ok:
        raise _failure(response, "/oauth/token")
    return _json(response)


def _memory_key(access: Access) -> str:
    config = access.config
    return f"commercetools:{config['auth_url']}:{config['project_key']}:{config['client_id']}"


def _json(response: requests.Response) -> Json:
    try:
        document: Any = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Retry("commercetools answered something that is not JSON.", code="not_json")
    return document


def _failure(response: requests.Response, path: str) -> Failure:
    status, answer = response.status_code, response.text[:2000]
    where = path.partition("?")[0]
    if status in (401, 403):
        return Misconfigured(
            f"commercetools does not let us read {where} ({status}). Reading is paused. Give the "
            "API client the missing scope, then resume in Connections.",
            code="scope_missing",
            status=status,
            answer=answer,
        )
    if status == requests.codes.not_found:
        return Reject(f"commercetools has no {where} (any more).", code="not_found", status=status)
    if 400 <= status < 500 and status not in (408, 429) and _is_error(answer):
        return Reject(
            f"commercetools refused the question {where} ({status}).",
            code="refused",
            status=status,
            answer=answer,
        )
    after = response.headers.get("Retry-After", "")
    return Retry(
        f"commercetools answered {status}.",
        after=float(after) if after.isdigit() else None,
        status=status,
        answer=answer,
    )


def _is_error(answer: str) -> bool:
    """Whether it is commercetools itself that speaks, not a proxy's page."""
    try:
        return "statusCode" in json.loads(answer)
    except (ValueError, TypeError):
        return False
