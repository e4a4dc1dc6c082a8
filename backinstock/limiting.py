"""How often somebody may sign up. Keys in Redis are hashes: nobody is found in there.

While Redis is away nobody counts, and sign-ups go on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import RedisError

from integration.core.limits import Rate
from integration.core.redis_client import connect

logger = logging.getLogger(__name__)

# Three sizes in a row, each with a slip, are six tries. A family or an office share an address.
PER_CLIENT = Rate(10, 30)
PER_MAILBOX = Rate(6, 180)
AWAY_SECONDS = 5.0  # without Redis: until the next try to reach it, so that nobody waits for it

_away_until = 0.0
_one_at_a_time = threading.Lock()


def client_of(meta: Mapping[str, Any]) -> str:
    """Return the address that a request came from, "" if that is not known.

    Each proxy adds the address that it was asked from to X-Forwarded-For; only the last of them,
    as many as we trust, can be believed. A network of IPv6 is one client: each house has one.
    """
    address = str(meta.get("REMOTE_ADDR", ""))
    passed = [one.strip() for one in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    if 0 < settings.TRUSTED_PROXIES <= len(passed):
        address = passed[-settings.TRUSTED_PROXIES] or address
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or known.exploded[:19])
    return str(known)


def wait_of_client(address: str) -> int:
    """Count a try of a client. Return the seconds until it may try again, 0 if it may now."""
    return _wait("client", address, PER_CLIENT)


def wait_of_mailbox(person: str) -> int:
    """Count a try for an address or number, whether or not it is known to us. Return as above."""
    return _wait("mailbox", person, PER_MAILBOX)


def is_first(what: str, seconds: int) -> bool:
    """Return whether this happens for the first time in so many seconds."""
    if time.monotonic() < _away_until:
        return True
    try:
        return bool(connect(settings.REDIS_URL).set(_key("once", what), 1, nx=True, ex=seconds))
    except RedisError as exc:
        _gone(exc)
        return True


def forget() -> None:
    """Try to reach Redis the next time, whether or not it was away."""
    global _away_until
    _away_until = 0.0


def _wait(kind: str, who: str, rate: Rate) -> int:
    if not who or time.monotonic() < _away_until:
        return 0
    item, key = _item(rate), _key(kind, who)
    try:
        if _windows().hit(item, key):
            return 0
        stats = _windows().get_window_stats(item, key)
    except RedisError as exc:
        _gone(exc)
        return 0
    return max(1, ceil(stats.reset_time - time.time()))


def _gone(exc: RedisError) -> None:
    global _away_until
    _away_until = time.monotonic() + AWAY_SECONDS
    logger.warning("sign-ups are not limited: Redis is away (%s)", type(exc).__name__)


def _windows() -> MovingWindowRateLimiter:
    with _one_at_a_time:  # as in `connect`
        return _made_windows()


@cache
def _made_windows() -> MovingWindowRateLimiter:
    pool = connect(settings.REDIS_URL).connection_pool
    return MovingWindowRateLimiter(RedisStorage(settings.REDIS_URL, connection_pool=pool))


@cache
def _item(rate: Rate) -> RateLimitItemPerSecond:
    return rate.item()


def _key(kind: str, who: str) -> str:
    return (
        f"sign-ups:{kind}:"
        + salted_hmac(f"backinstock.{kind}", who, algorithm="sha256").hexdigest()
    )
