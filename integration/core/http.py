"""The only module that opens a socket to a third party."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import requests
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema

from integration.core.errors import Misconfigured, Retry

CONNECT_SECONDS = 3.05
READ_SECONDS = 12.0
LONGEST_WAIT = 3600.0
UNUSABLE = (InvalidHeader, InvalidSchema, InvalidURL, MissingSchema)

_local = threading.local()


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    auth: tuple[str, str] | None = None,
    read_seconds: float = READ_SECONDS,
) -> requests.Response:
    """Return the answer, whatever its status. Raises Retry where there is none, Misconfigured
    where it cannot even be asked.

    Redirects are not followed: a key must not travel to an address that nobody configured.
    """
    try:
        return _session().request(
            method,
            url,
            data=body,
            headers=headers,
            auth=auth,
            timeout=(CONNECT_SECONDS, read_seconds),
            allow_redirects=False,
        )
    except requests.Timeout as exc:
        raise Retry("No answer in time.", code="timeout") from exc
    except UNUSABLE as exc:
        raise Misconfigured(
            "The address or the key of this connection cannot be used.",
            remedy="Correct it in Connections.",
            code="unusable",
        ) from exc
    except requests.RequestException as exc:
        reason = f"The connection failed ({type(exc).__name__})."
        raise Retry(reason, code="connection_failed") from exc


def retry_after(response: requests.Response) -> float | None:
    """Return the seconds that an answer asks to wait, within reason; None if it asks for none."""
    value = response.headers.get("Retry-After", "")
    return min(float(value), LONGEST_WAIT) if value.isdecimal() else None


def _session() -> requests.Session:
    # One per thread: requests does not promise that a session may be shared.
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False  # no proxy or .netrc by surprise, and a third faster
    session: requests.Session = _local.session
    return session
