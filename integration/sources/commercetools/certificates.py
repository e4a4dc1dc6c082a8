"""Certificates that senders sign with: fetched rarely, and kept in this process."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, replace

import requests

from integration.core import http
from integration.core.errors import Retry

SHORTEST_SECONDS = 300.0  # kept at least this long, whatever the answer says
LONGEST_SECONDS = 86_400.0
RENEWAL_SECONDS = 60.0  # who invents key ids must not make us ask more often than this
FAILURE_SECONDS = 10.0
READ_SECONDS = 5.0
MOST_KEPT = 20  # addresses come from outside: who invents them must not fill our memory

_MAX_AGE = re.compile(r"\bmax-age=(\d{1,9})\b")


@dataclass(frozen=True)
class _Kept:
    text: str  # empty: it could not be fetched
    asked: float
    until: float


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()


def text_at(url: str) -> str:
    """Return what is at the address, or was when it was last fetched, not too long ago.

    Raises Retry where it cannot be fetched.
    """
    kept = _kept.get(url)
    if kept is None or kept.until <= time.monotonic():
        kept = _fetched(url)
    return _text(kept)


def newer_text_at(url: str) -> str:
    """Return what is at the address now, or was less than a minute ago. Raises Retry likewise."""
    kept = _kept.get(url)
    if kept is None or kept.asked + RENEWAL_SECONDS <= time.monotonic():
        kept = _fetched(url)
    return _text(kept)


def forget() -> None:
    """Fetch everything anew."""
    _kept.clear()


def _fetched(url: str) -> _Kept:
    came = time.monotonic()
    with _lock:
        before = _kept.get(url)
        if before and before.asked >= came:
            return before  # somebody else fetched it while we waited for the lock
        _make_room(url)
        kept = _kept[url] = _answer(url) or _without_answer(before)
        return kept


def _answer(url: str) -> _Kept | None:
    try:
        response = http.send("GET", url, headers={}, read_seconds=READ_SECONDS)
    except Retry:
        return None
    if response.status_code != requests.codes.ok or not response.text:
        return None
    now = time.monotonic()
    return _Kept(response.text, now, now + _seconds(response))


def _without_answer(before: _Kept | None) -> _Kept:
    now = time.monotonic()
    if before and before.text and before.until > now:
        return replace(before, asked=now)  # it still holds
    return _Kept("", now, now + FAILURE_SECONDS)


def _make_room(url: str) -> None:
    now = time.monotonic()
    for old in [old for old, kept in _kept.items() if kept.until <= now and old != url]:
        del _kept[old]
    if len(_kept) >= MOST_KEPT and url not in _kept:
        raise Retry("Too many certificates are asked for.", code="certificates")


def _seconds(response: requests.Response) -> float:
    found = _MAX_AGE.search(response.headers.get("Cache-Control", ""))
    wanted = float(found[1]) if found else 0.0
    return min(max(wanted, SHORTEST_SECONDS), LONGEST_SECONDS)


def _text(kept: _Kept) -> str:
    if not kept.text:
        raise Retry("The sender's certificate cannot be fetched.", code="certificates")
    return kept.text
