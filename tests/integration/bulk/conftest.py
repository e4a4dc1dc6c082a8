"""A shop to import, and workers that do it as if no time passed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import redis
import requests
from django.utils.timezone import now

from integration import bulk
from integration.bulk import Wishes, following, meanwhile
from integration.models import Delivery, JobRun, RemoteJob, Store
from integration.pipeline import delivery
from tests.conftest import Sandbox


@pytest.fixture
def fill(sandbox: Sandbox):
    """The shop has that many more orders, customers, products. Empty again after the test."""
    address = f"{sandbox.url}/commercetools/_sandbox/fill"

    def fill(**counts: float) -> dict:
        answer = requests.post(address, json=counts, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    yield fill
    requests.delete(address, timeout=10).raise_for_status()


@pytest.fixture
def jobs_take(sandbox: Sandbox):
    """Klaviyo's jobs take so many seconds."""

    def take(seconds: float) -> None:
        requests.put(
            f"{sandbox.url}/klaviyo/_sandbox/jobs", json={"seconds": seconds}, timeout=5
        ).raise_for_status()

    return take


@pytest.fixture
def start(store: Store, jobs_take):
    """Start an import that nobody works on yet."""
    jobs_take(0)

    def start(kind: str, confirmed: str = "", **wishes: object) -> JobRun:
        return bulk.start(store, kind, Wishes(**wishes), confirmed=confirmed)

    return start


@pytest.fixture(autouse=True)
def _no_waits():
    """Nothing has to come in real time any more, and who follows a job looks again at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanwhile, "PATIENCE", timedelta(0))
        patch.setattr(following, "NAP_SECONDS", 0.01)
        yield


@pytest.fixture
def work_on(settings):
    """Workers do all turns of a run, as if every wait were over."""
    client = redis.Redis.from_url(settings.REDIS_URL)

    def work_on(run: JobRun, turns: int = 20) -> JobRun:
        for _ in range(turns):
            for key in client.scan_iter("pause:*"):
                client.delete(key)
            JobRun.objects.filter(id=run.id).update(wait_until=None)
            bulk.run(run.id)
            RemoteJob.objects.update(not_before=now())
            for connection_id in bulk.due():
                bulk.follow(connection_id)
            run.refresh_from_db()
            if not run.is_active:
                break
        return run

    return work_on


@pytest.fixture
def imported(start, work_on):
    """Start an import and do all of it."""

    def imported(kind: str, confirmed: str = "", **wishes: object) -> JobRun:
        return work_on(start(kind, confirmed, **wishes))

    return imported


@pytest.fixture
def deliver(store: Store):
    """Workers send what waits."""

    def deliver() -> None:
        klaviyo = store.connections.get(kind="klaviyo")
        for operation in set(
            Delivery.objects.filter(state="ready").values_list("operation", flat=True)
        ):
            delivery.drain(klaviyo.id, operation)

    return deliver


def events(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Return what Klaviyo recorded: metric and unique id of each event, sorted."""
    answer = requests.get(f"{sandbox.url}/klaviyo/_sandbox/events", timeout=30)
    lines = [line for line in answer.text.splitlines() if line]
    found = [json.loads(line) for line in lines]
    return sorted((metric, unique_id) for metric, unique_id, *_ in found)


def expected_events(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Return what the shop's orders should become, sorted."""
    answer = requests.get(f"{sandbox.url}/commercetools/_sandbox/orders-compact", timeout=30)
    wanted = []
    for line in answer.text.splitlines():
        id_, state, lines, refunds, email, customer = json.loads(line)
        if not email and not customer:
            continue
        wanted.append(("Placed Order", id_))
        wanted += [("Ordered Product", line_id) for line_id in lines]
        if state in ("Confirmed", "Complete"):
            wanted.append(("Fulfilled Order", id_))
        if state == "Cancelled":
            wanted.append(("Cancelled Order", id_))
        wanted += [("Refunded Order", refund) for refund, how in refunds if how == "Success"]
    return sorted(wanted)
