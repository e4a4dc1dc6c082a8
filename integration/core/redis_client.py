"""Reaching Redis without ever waiting long for it: losing it delays, and loses nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()

# One try and no long one: a door must answer, and a worker has other things to do.
OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "retry": Retry(NoBackoff(), 1),
}


def connect(url: str) -> redis.Redis:
    """Return the client of this process for the server at `url`."""
    with _one_at_a_time:
        return _client(url)


@cache
def _client(url: str) -> redis.Redis:
    # Two threads that begin at once would get one each, and a client that is not kept closes the
    # connections that others took from it.
    return redis.Redis.from_url(url, **OPTIONS)


@contextmanager
def without_redis(what: str) -> Iterator[None]:
    """Go on where Redis is away: what was to be noted or looked up there is not."""
    try:
        yield
    except redis.RedisError as exc:
        logger.warning("%s: Redis is away (%s)", what, type(exc).__name__)
