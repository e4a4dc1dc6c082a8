"""Reading from a commercetools project: client credentials, one token for all workers."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any

import requests

from integration.core import http
from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.exchange import Access, Read
from integration.core.rules import Json
from integration.core.text import parsed, without_nulls

TOKEN_EARLY_SECONDS = 300  # a token is given up this long before it ends
READ_SECONDS = 10.0
SCOPE_MISSING = "scope_missing"  # the code of a failure that is about one kind of document
AGENT = "Storewire (+https://github.com/storewire/storewire)"


def reader(access: Access) -> Read:
    """Return `read(path)`: the document at a path below the project, e.g. "/orders/123".

    What is null in it is left out.

    It raises Reject for what does not exist, Misconfigured for a refused client, Retry otherwise.
    """

    def read(path: str) -> Json:
        return answer_of(ask(access, "GET", path), path)

    return read


def ask(
    access: Access,
    method: str,
    path: str,
    body: Json | None = None,
    read_seconds: float = READ_SECONDS,
) -> requests.Response:
    """Return the answer at a path below the project, whatever its status."""
    headers = {"User-Agent": AGENT} | ({"Content-Type": "application/json"} if body else {})

    def asked() -> requests.Response:
        return http.send(
            method,
            address(access, path),
            headers={**headers, "Authorization": f"Bearer {_token(access)}"},
            body=json.dumps(body).encode() if body else None,
            read_seconds=read_seconds,
        )

    response = asked()
    if response.status_code == requests.codes.unauthorized:
        access.memory.delete(_memory_key(access))  # revoked early: one more try with a new one
        response = asked()
    return response


def answer_of(response: requests.Response, path: str) -> Json:
    """Return the document in an answer. Raises the failure that it is if it is none."""
    if not response.ok:
        raise _failure(response, path)
    return _json(response)


def address(access: Access, path: str) -> str:
    """Return the address of a path below the project."""
    return f"{access.config['api_url'].rstrip('/')}/{access.config['project_key']}{path}"


def test(access: Access) -> str:
    """Return a sentence that says the project was reached. Raises the three failures.

    Reads one of each kind that the handlers read: a missing scope shows here, not later.
    """
    read = reader(access)
    for kind in ("customers", "orders"):
        read(f"/{kind}?limit=1&withTotal=false")
    for kind in ("products", "product-projections", "categories", "inventory", "discount-codes"):
        with suppress(Reject):  # orders do without what a project does not have
            read(f"/{kind}?limit=1&withTotal=false")
    return f"Connected to the project “{access.config['project_key']}”."


def _token(access: Access) -> str:
    key = _memory_key(access)
    token = access.memory.get(key)
    if token is None:
        answer = _new_token(access)
        token, seconds = answer.get("access_token"), answer.get("expires_in", 3600)
        if not isinstance(token, str) or not isinstance(seconds, int | float):
            raise Retry("commercetools answered without a token.", code="no_token")
        access.memory.set(key, token, max(seconds - TOKEN_EARLY_SECONDS, 1))
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
            f"commercetools refused the API client ({response.status_code}).",
            remedy="Enter its id and secret again in Connections.",
            code="client_refused",
            status=response.status_code,
        )
    if not response.ok:
        raise _failure(response, "/oauth/token")
    return _json(response)


def _memory_key(access: Access) -> str:
    # With the secret, so that a wrong one is found out at once; hashed, because keys are shown.
    parts = [access.config[name] for name in ("auth_url", "project_key", "client_id")]
    text = "\n".join([*parts, access.secrets.get("client_secret", "")])
    return f"commercetools:{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"


def _json(response: requests.Response) -> Json:
    content = response.content
    try:
        document: Any = parsed(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Retry("commercetools answered something that is not JSON.", code="not_json")
    # Its own nulls are few, and to look for them in everything takes longer than to parse.
    clean: Json = without_nulls(document) if b"null" in content else document
    return clean


def _failure(response: requests.Response, path: str) -> Failure:
    status, answer = response.status_code, response.text[:2000]
    where = path.partition("?")[0]
    if status in (401, 403):
        return Misconfigured(
            f"commercetools does not let us read {where} ({status}).",
            remedy="Give the API client the missing scope, then save the connection.",
            code=SCOPE_MISSING if status == requests.codes.forbidden else "token_refused",
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
    return Retry(
        f"commercetools answered {status}.",
        after=http.retry_after(response),
        status=status,
        answer=answer,
    )


def _is_error(answer: str) -> bool:
    """Whether it is commercetools itself that speaks, not a proxy's page."""
    try:
        return "statusCode" in json.loads(answer)
    except (ValueError, TypeError):
        return False
