"""What plugins get in hand: a connection's values, a shared memory, the limiter."""

from __future__ import annotations

import time
from functools import cache

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured

from integration import secrets
from integration.core.exchange import Access
from integration.core.limits import Limiter, NoLimits
from integration.core.redis_client import without_redis
from integration.models import Connection

NEAR_SECONDS, MOST_NEAR = 10.0, 1000
# What was just looked up, in this process: a token is wanted for each of hundreds of questions.
_near: dict[str, tuple[float, str]] = {}


class SealedMemory:
    """Plugins' memory in the cache, encrypted: tokens lie there. Without Redis it forgets."""

    def get(self, key: str) -> str | None:
        """Return what was set, None if it is forgotten."""
        until, value = _near.get(key, (0.0, ""))
        if time.monotonic() < until:
            return value
        found = self._look_up(key)
        if found is not None:
            if len(_near) >= MOST_NEAR:
                _near.clear()
            _near[key] = (time.monotonic() + NEAR_SECONDS, found)
        return found

    def _look_up(self, key: str) -> str | None:
        token = None
        with without_redis("memory"):
            token = caches["default"].get(key)
        try:
            return secrets.unseal(token)["value"] if token else None
        except ImproperlyConfigured:
            return None  # written with a key that is gone: fetched anew

    def set(self, key: str, value: str, seconds: float) -> None:
        """Keep a value for some seconds."""
        _near.pop(key, None)
        with without_redis("memory"):
            caches["default"].set(key, secrets.seal({"value": value}), seconds)

    def delete(self, key: str) -> None:
        """Forget a value."""
        _near.pop(key, None)
        with without_redis("memory"):
            caches["default"].delete(key)


def forget_what_is_near() -> None:
    """Look up everything anew."""
    _near.clear()


@cache
def limiter() -> Limiter:
    """Return the limiter that all workers share."""
    return (Limiter if settings.RATE_LIMITS else NoLimits)(settings.REDIS_URL)


def access(connection: Connection, share: float = 1) -> Access:
    """Return what the connection's plugin may know, for who takes this share of the limits."""
    return Access(
        config=connection.values(),
        secrets=connection.secrets(),
        memory=SealedMemory(),
        limiter=limiter(),
        share=share,
    )
