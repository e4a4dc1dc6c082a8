"""The worker: where each queue's jobs are done."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from rq import Queue

from integration.core.redis_client import connect
from project import worker
from project.worker import EnduringWorker


@pytest.fixture
def queue(monkeypatch):
    # It would close the connection that has the test's transaction.
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)

    def queue(name: str) -> Queue:
        found = Queue(name, connection=connect(settings.REDIS_URL))
        found.empty()
        return found

    return queue


@pytest.mark.parametrize(("name", "is_own"), [("realtime", True), ("default", False)])
def test_real_time_jobs_wait_for_no_fork(queue, name: str, is_own: bool):
    jobs = queue(name)
    job = jobs.enqueue(os.getpid)

    EnduringWorker([jobs], connection=jobs.connection).work(burst=True)

    assert (job.return_value() == os.getpid()) is is_own


def test_a_job_that_fails_does_not_end_the_worker(queue):
    jobs = queue("realtime")
    failing, next_one = jobs.enqueue(os.kill, "no number"), jobs.enqueue(os.getpid)

    EnduringWorker([jobs], connection=jobs.connection).work(burst=True)

    assert failing.get_status() == "failed"
    assert next_one.return_value() == os.getpid()
