"""What plugins get in hand: a connection's values, a shared memory, the limiter."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.core.cache import caches

from integration import secrets
from integration.core.limits import Limiter
from integration.core.plugins import Access
from integration.models import Connection


class SealedMemory:
    """Plugins' memory in the cache, encrypted: tokens lie there."""

    def get(self, key: str) -> str | None:
        token = caches["default"].get(key)
        return secrets.unseal(token)["value"] if token else None

    def set(self, key: str, value: str, seconds: float) -> None:
        caches["default"].set(key, secrets.seal({"value": value}), seconds)

    def delete(self, key: str) -> None:
        caches["default"].delete(key)


@cache
def limiter() -> Limiter:
    """Return the limiter that all workers share."""
    return Limiter(settings.REDIS_URL)


def access(connection: Connection) -> Access:
    """Return what the connection's plugin may know."""
    return Access(
        config=connection.values(),
        secrets=connection.secrets(),
        memory=SealedMemory(),
        limiter=limiter(),
    )
