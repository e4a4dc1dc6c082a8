"""How often somebody may come to a door. Keys in Redis are hashes: nobody is found in there.

While Redis is away nobody counts, and the doors stay open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from redis import RedisError

from integration.core.redis_client import connect

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """So many tries in so many seconds, from the first of them on."""

    name: str
    tries: int
    seconds: int


# All in one round trip. Who is refused by one limit does not count for the next.
COUNT = """
for place, key in ipairs(KEYS) do
  local units = ARGV[3 * place]
  local tries = redis.call('INCRBY', key, units)
  if tries == tonumber(units) then redis.call('EXPIRE', key, ARGV[3 * place - 1]) end
  if tries > tonumber(ARGV[3 * place - 2]) then
    return {place, math.max(1, redis.call('TTL', key))}
  end
end
return {0, 0}
"""
ONCE: Mapping[str, int] = {}
AWAY_SECONDS = 5.0  # without Redis: until the next try to reach it, so that nobody waits for it

_away_until = 0.0


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


@dataclass(frozen=True)
class Refusal:
    """By which limit somebody has tried too often, and for how many seconds they are to wait."""

    limit: str
    seconds: int


def count(tries: Sequence[tuple[Limit, str]], units: Mapping[str, int] = ONCE) -> Refusal | None:
    """Count a try by these limits, each with who tries; who is not known is "".

    `units` says for a limit's name how many tries it is, where it is more than one. Return None if
    it may go on.
    """
    counted = [(limit, who) for limit, who in tries if who]
    if not counted or not settings.RATE_LIMITS or time.monotonic() < _away_until:
        return None
    keys = [_key(limit.name, who) for limit, who in counted]
    numbers = [
        number
        for limit, _ in counted
        for number in (limit.tries, limit.seconds, units.get(limit.name, 1))
    ]
    redis = connect(settings.REDIS_URL)
    try:
        place, seconds = redis.register_script(COUNT)(keys, numbers)
    except RedisError as exc:
        _gone(exc)
        return None
    return Refusal(counted[place - 1][0].name, seconds) if place else None


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


def _gone(exc: RedisError) -> None:
    global _away_until
    _away_until = time.monotonic() + AWAY_SECONDS
    logger.warning("doors are not limited: Redis is away (%s)", type(exc).__name__)


def _key(kind: str, who: str) -> str:
    hashed = salted_hmac(f"public.{kind}", who, algorithm="sha256").hexdigest()
    return f"public:{kind}:{hashed}"
