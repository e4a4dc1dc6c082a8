"""The worker: where each queue's jobs are done."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import get_context

import pytest
from django.conf import settings
from django.db import connection
from rq import Queue

from integration.core.redis_client import connect
from project import worker
from project.worker import EnduringWorker


def backend() -> int:
    """A job: on which of the database's connections it speaks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def hang() -> None:
    """A job that does not hear that its time is over."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(60)


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


def test_a_fork_has_a_connection_of_its_own(queue, django_db_setup, django_db_blocker):
    realtime, default = queue("realtime"), queue("default")
    own, forks = realtime.enqueue(backend), default.enqueue(backend)

    with django_db_blocker.unblock():
        EnduringWorker([realtime, default], connection=realtime.connection).work(burst=True)

    assert None not in (own.return_value(), forks.return_value())
    assert own.return_value() != forks.return_value()


def test_a_worker_whose_job_hangs_ends(queue, monkeypatch, capfd):
    monkeypatch.setattr(worker, "GRACE_SECONDS", -0.8)  # after a fifth of a second
    jobs = queue("realtime")
    jobs.enqueue(hang, job_timeout=1)
    endless = EnduringWorker([jobs], connection=jobs.connection)

    process = get_context("fork").Process(target=endless.work, args=(True,))
    process.start()
    process.join(10)

    assert process.exitcode == 1
    said = capfd.readouterr().err
    assert "Timeout (0:00:00.200000)!" in said
    assert "in hang" in said


@pytest.mark.django_db  # one of the file has to be marked, for the database to be there at all
@pytest.mark.parametrize(("name", "seconds"), [("realtime", 460), ("default", 90)])
def test_a_worker_is_taken_to_be_alive_while_its_job_may_take(queue, name: str, seconds: int):
    jobs = queue(name)
    job = jobs.enqueue(os.getpid, job_timeout=400)

    assert EnduringWorker([jobs], connection=jobs.connection).get_heartbeat_ttl(job) == seconds
