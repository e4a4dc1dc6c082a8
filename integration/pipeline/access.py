"""What plugins get in hand: a connection's values, a shared memory, the limiter."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured

from integration import secrets
from integration.core.exchange import Access, Lately
from integration.core.limits import Limiter, NoLimits
from integration.core.redis_client import without_redis
from integration.core.rules import Json
from integration.core.short_memory import ShortMemory
from integration.models import Connection

NEAR_SECONDS, MOST_NEAR = 10.0, 1000
# What was just looked up, in this process: a token is wanted for each of hundreds of questions.
_near: ShortMemory[str, str] = ShortMemory(NEAR_SECONDS, MOST_NEAR)

LATELY_SECONDS = 60.0
Found = TypeVar("Found")


class SealedMemory:
    """Plugins' memory in the cache, encrypted: tokens lie there. Without Redis it forgets."""

    def get(self, key: str) -> str | None:
        """Return what was set, None if it is forgotten."""
        near = _near.get(key)
        if near is not None:
            return near
        found = self._look_up(key)
        if found is not None:
            _near.set(key, found)
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
        _near.delete(key)
        with without_redis("memory"):
            caches["default"].set(key, secrets.seal({"value": value}), seconds)

    def delete(self, key: str) -> None:
        """Forget a value."""
        _near.delete(key)
        with without_redis("memory"):
            caches["default"].delete(key)


class _Recent:
    """What a connection's plugin looked up with these values of the connection."""

    def __init__(self, values: Json) -> None:
        self.values = values
        self._until = time.monotonic() + LATELY_SECONDS
        self._lock = threading.Lock()
        self._made: dict[str, Any] = {}

    def __call__(self, name: str, make: Callable[[], Found]) -> Found:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            found: Found = self._made[name]
            return found

    def is_good_for(self, values: Json) -> bool:
        return self.values == values and time.monotonic() < self._until


_recent: dict[int, _Recent] = {}


def lately(connection: Connection) -> Lately:
    """Return what was looked up for a connection within the last minute."""
    values = connection.values()
    recent = _recent.get(connection.id)
    if recent is None or not recent.is_good_for(values):
        recent = _recent[connection.id] = _Recent(values)
    return recent


def forget_what_is_near() -> None:
    """Look up everything anew."""
    _near.clear()
    _recent.clear()


@cache
def limiter() -> Limiter:
    """Return the limiter that all workers share."""
    return (Limiter if settings.RATE_LIMITS else NoLimits)(settings.REDIS_URL)


def access(connection: Connection, share: float = 1) -> Access:
    """Return what the connection's plugin may know, for who takes this share of the limits."""
    return Access(
        store_id=connection.store_id,
        config=connection.values(),
        secrets=connection.secrets(),
        memory=SealedMemory(),
        limiter=limiter(),
        share=share,
    )
