"""The only module that opens a socket to a third party."""

from __future__ import annotations

import threading
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urljoin

import requests
import urllib3
from certifi import where
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as NoAnswer
from urllib3.util import Timeout

from integration.core.addresses import Target, judged
from integration.core.errors import Misconfigured, Reject, Retry

CONNECT_SECONDS = 3.05
READ_SECONDS = 12.0
LONGEST_WAIT = 3600.0
UNUSABLE = (InvalidHeader, InvalidSchema, InvalidURL, MissingSchema)

MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
PIECE_BYTES = 64 * 1024

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


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer, of which the body lies elsewhere. Names of headers are found in any case."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much is fetched at most, how long that takes, and which hosts may be internal ones."""

    most_bytes: int
    seconds: float
    internal_hosts: Container[str] = ()


def fetch(url: str, into: IO[bytes], bounds: Bounds, headers: Mapping[str, str]) -> Fetched:
    """GET what is at an address that somebody else has chosen, and write it, decoded, into a file.

    A few redirects are followed. Neither the address nor any of those may lead into a network of
    our own: what a name resolves to is judged, and that very address is asked. Raises Reject where
    it does, and where there is too much; Retry where there is no answer.
    """
    deadline = time.monotonic() + bounds.seconds
    for _ in range(1 + MOST_REDIRECTS):
        with _asked(url, bounds.internal_hosts, headers) as response:
            if response.status in REDIRECTS and response.headers.get("Location"):
                url = urljoin(url, response.headers["Location"])
                continue
            if response.status == requests.codes.ok:
                _write(response, into, bounds.most_bytes, deadline)
            return Fetched(status=response.status, headers=response.headers)
    raise Reject(f"The address leads on more than {MOST_REDIRECTS} times.", code="redirects")


@contextmanager
def _asked(
    url: str, internal_hosts: Container[str], headers: Mapping[str, str]
) -> Iterator[urllib3.BaseHTTPResponse]:
    target = judged(url, internal_hosts)
    try:
        with _first_answer(target, headers) as response:
            yield response
    except SSLError as exc:
        raise Retry("The server's certificate is not good for this address.", code="tls") from exc
    except HTTPError as exc:
        if isinstance(exc, NoAnswer) and not isinstance(exc, NewConnectionError):
            raise Retry("No answer in time.", code="timeout") from exc
        reason = f"The connection failed ({type(exc).__name__})."
        raise Retry(reason, code="connection_failed") from exc


@contextmanager
def _first_answer(target: Target, headers: Mapping[str, str]) -> Iterator[urllib3.BaseHTTPResponse]:
    """The answer of the first of the target's addresses that can be reached."""
    named = {"Host": target.named, "Accept-Encoding": "gzip, deflate", **headers}
    for address in target.addresses:
        with _pool(target, address) as pool:
            try:
                response = pool.request(
                    "GET",
                    target.path,
                    headers=named,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
            except (ConnectTimeoutError, NewConnectionError):
                if address == target.addresses[-1]:
                    raise
                continue
            with response:
                yield response
            return


def _pool(target: Target, address: str) -> urllib3.HTTPConnectionPool:
    """A connection to this very address, whatever the name resolves to by now."""
    timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(address, target.port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        address,
        target.port,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        ca_certs=where(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _write(
    response: urllib3.BaseHTTPResponse, into: IO[bytes], most_bytes: int, deadline: float
) -> None:
    written = 0
    while piece := response.read1(PIECE_BYTES, decode_content=True):
        written += len(piece)
        if written > most_bytes:
            reason = f"There are more than {most_bytes // 1_000_000} MB at this address."
            raise Reject(reason, code="too_large")
        if time.monotonic() > deadline:
            raise Retry("It took too long to read what is at this address.", code="timeout")
        into.write(piece)


def retry_after(response: requests.Response | Fetched) -> float | None:
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
