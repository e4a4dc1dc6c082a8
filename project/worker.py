"""The worker. RQ's own ends when Redis goes away at the wrong moment; this one waits for it."""

from __future__ import annotations

import faulthandler
import logging
import time
from typing import Any
from uuid import uuid4

from django.db import close_old_connections, connections
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.worker.base import WorkerStatus
from rq.worker_registration import register

import integration.jobs  # noqa: F401 - see _load
from integration import registry
from integration.pipeline.access import limiter

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
AT_ONCE = "realtime"  # its jobs are short: a fork and a new connection would take longer
GRACE_SECONDS = 60.0  # after its time is over, for a job to end; as RQ has it for a fork


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

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do a job: one of the real-time queue at once, each other one in a process of its own."""
        if queue.name != AT_ONCE:
            connections.close_all()  # a fork would speak on the same one
            super().execute_job(job, queue)
            return
        close_old_connections()  # those the server has dropped meanwhile
        self.prepare_execution(job)
        # A job that hangs in a thread or in C does not hear that its time is over. Then the worker
        # ends, saying where it was, and whoever keeps it running starts another one.
        faulthandler.dump_traceback_later(_longest(job), exit=True)
        try:
            self.perform_job(job, queue)
        finally:
            faulthandler.cancel_dump_traceback_later()
        self.set_state(WorkerStatus.IDLE)

    def get_heartbeat_ttl(self, job: Job) -> int:
        """How long the worker is taken to be alive: in its own process nobody says so meanwhile."""
        return int(_longest(job)) if job.origin == AT_ONCE else super().get_heartbeat_ttl(job)

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


def _longest(job: Job) -> float:
    """Seconds after which a job is over for certain."""
    return float(job.timeout or Queue.DEFAULT_TIMEOUT) + GRACE_SECONDS


def _load() -> None:
    """Load before the first fork what each job, in a fork of its own, would load anew.

    That takes half a second: the plugins with their schemas, and the libraries of the limiter.
    """
    registry.plugins()
    limiter()
