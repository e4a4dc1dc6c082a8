"""One limiter for all workers, on Redis: what may be sent now, and what has to wait.

Moving windows rather than fixed ones: we do not know when the other side's windows begin, and a
moving window is inside every fixed one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import redis
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from integration.core.redis_client import connect, without_redis

LONGEST_PAUSE = 30.0  # seconds between two looks at a service that is down
STREAK_SECONDS = 3600


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rate:
    """At most `amount` in any `seconds`."""

    amount: int
    seconds: int

    def item(self) -> RateLimitItemPerSecond:
        return RateLimitItemPerSecond(self.amount, self.seconds)

    def kept_back(self, share: float) -> int:
        """Return how many of the amount are not for who takes only a share; never all of them."""
        return min(ceil(self.amount * (1 - share)), self.amount - 1)


class Limiter:
    """Permits and pauses by name. A name is an account and an operation."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)
        pool = self._redis.connection_pool
        self._windows = MovingWindowRateLimiter(RedisStorage(url, connection_pool=pool))

    # Losing Redis only delays: nothing is granted, and what cannot be noted is not.

    def take(self, name: str, rates: Sequence[Rate], wanted: int, share: float = 1) -> int:
        """Return how many of `wanted` may be sent now (0 to `wanted`); these are used up.

        Who can wait takes no more than a `share` of each rate, and leaves the rest to others.
        """
        try:
            return self._take(name, rates, wanted, share)
        except redis.RedisError as exc:
            logger.warning("no permits without Redis: %s", type(exc).__name__)
            return 0

    def wait(self, name: str, rates: Sequence[Rate], share: float = 1) -> float:
        """Return the seconds until at least one may be sent; 0 if one may now."""
        now = time.time()
        try:
            waits = [self._paused(name)]
            for rate in rates:
                stats = self._windows.get_window_stats(rate.item(), name)
                free = stats.remaining - rate.kept_back(share)
                waits.append(0.0 if free > 0 else max(0.0, stats.reset_time - now))
        except redis.RedisError:
            return LONGEST_PAUSE
        return max(waits)

    def pause(self, name: str, seconds: float) -> None:
        """Let nobody send under this name for `seconds`. The other side asked for it."""
        with without_redis("pause"):
            self._redis.set(f"pause:{name}", 1, px=max(1, int(seconds * 1000)))

    def stumble(self, name: str) -> None:
        """The other side is down: pause, longer each time it happens in a row."""
        with without_redis("stumble"):
            if self._paused(name) > 0:
                return  # requests in flight together met the same wall
            streak = int(self._redis.incr(f"streak:{name}"))
            self._redis.expire(f"streak:{name}", STREAK_SECONDS)
            self.pause(name, min(LONGEST_PAUSE, 2.0 ** min(streak, 10) / 2))

    def streak(self, name: str) -> int:
        """Return how often in a row the other side was down."""
        with without_redis("streak"):
            return int(self._redis.get(f"streak:{name}") or 0)
        return 0

    def recovered(self, name: str) -> None:
        """The other side answers again: the next stumble pauses briefly."""
        with without_redis("recovery"):
            self._redis.delete(f"streak:{name}")

    def _take(self, name: str, rates: Sequence[Rate], wanted: int, share: float) -> int:
        if wanted < 1 or self._paused(name) > 0:
            return 0
        free = min(
            self._windows.get_window_stats(rate.item(), name).remaining - rate.kept_back(share)
            for rate in rates
        )
        granted = min(wanted, free)
        if granted < 1:
            return 0
        # Somebody else may have taken them since we looked; then these are lost, never doubled.
        taken = [self._windows.hit(rate.item(), name, cost=granted) for rate in rates]
        return granted if all(taken) else 0

    def _paused(self, name: str) -> float:
        return max(0, int(self._redis.pttl(f"pause:{name}"))) / 1000


class NoLimits(Limiter):
    """Everything may be sent at once. For measuring against a stand-in only."""

    def take(self, name: str, rates: Sequence[Rate], wanted: int, share: float = 1) -> int:
        """Return `wanted`."""
        return wanted
