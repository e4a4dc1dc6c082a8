"""The worker. RQ's own ends when Redis goes away at the wrong moment; this one waits for it."""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import uuid4

from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Worker
from rq.worker_registration import register

import integration.jobs  # noqa: F401 - see _load
from integration import registry
from integration.pipeline.access import limiter

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class EnduringWorker(Worker):
    """Works until it is told to stop, whatever becomes of Redis in between."""

    def work(self, burst: bool = False, *args: Any, **options: Any) -> bool:
        """Work, and start over whenever Redis is back. Return whether a job was done.

        With `burst`, `max_jobs` or `max_idle_time` it ends by itself, as RQ's worker does.
        """
        _load()
        ends = burst or options.get("max_jobs") or options.get("max_idle_time")
        while True:
            worked = False
            try:
                worked = super().work(burst, *args, **options)
            except RedisError as exc:
                logger.warning("worker lost Redis: %s", type(exc).__name__)
            # An idle worker that is told to stop notes the date only.
            if ends or self._stop_requested or self._shutdown_requested_date:
                return worked
            self._wait_for_redis()
            # Redis may still know the old name as a living worker.
            self.name = uuid4().hex

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Show that it lives, also to a Redis that came back empty."""
        super().heartbeat(timeout, pipeline)
        register(self)

    def _wait_for_redis(self) -> None:
        while True:
            time.sleep(RETRY_SECONDS)
            try:
                self.connection.ping()
            except RedisError:
                continue
            return


def _load() -> None:
    """Load before the first fork what each job, in a fork of its own, would load anew.

    That takes half a second: the plugins with their schemas, and the libraries of the limiter.
    """
    registry.plugins()
    limiter()
