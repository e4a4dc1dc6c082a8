"""An import outlives its worker.

In a file that comes before those in which orders are placed in the shop: what was placed in the
last five minutes would be left to real time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from project.local.child import manage_program
from tests.integration.bulk.conftest import events, expected_events
from tests.system.conftest import System

pytestmark = [pytest.mark.timeout(400)]

ORDERS = 3000


@pytest.fixture
def many_orders(system: System):
    """The shop has years of orders."""
    address = f"{system.sandbox.url}/commercetools/_sandbox/fill"
    requests.post(address, json={"orders": ORDERS, "customers": 300}, timeout=60).raise_for_status()
    yield
    requests.delete(address, timeout=30).raise_for_status()


def kill_all_of(system: System, name: str) -> None:
    """Kill a worker and the process that it has made for its job, as a machine that goes dark."""
    worker = psutil.Process(system.supervisor.pid_of(name))
    for process in [worker, *worker.children(recursive=True)]:
        process.kill()


def test_an_import_goes_on_by_itself_after_its_worker_was_killed(system: System, many_orders):
    system.supervisor.run(manage_program("sync", "sync", "orders", "--store", "shop"))
    system.wait_until(lambda: len(events(system.sandbox)) > 500, 120)
    kill_all_of(system, "worker-2")
    assert len(events(system.sandbox)) < len(expected_events(system.sandbox))

    system.wait_until(
        lambda: len(events(system.sandbox)) >= len(expected_events(system.sandbox)), 180
    )

    assert events(system.sandbox) == expected_events(system.sandbox)
    statuses = {one["status"] for one in system.sandbox.requests()}
    assert statuses <= {200, 202, 429}


TOKEN = """
from integration.models import ApiToken, Store
from integration.models.tokens import digest
token = ApiToken.objects.create(name="Test", scope="run", digest=digest("sw_test"), shown="test")
token.stores.set(Store.objects.all())
"""


def test_of_starts_at_once_one_is_taken(system: System):
    system.supervisor.run(manage_program("token", "shell", "--verbosity", "0", "-c", TOKEN))

    def start(_: int) -> int:
        shown = {"Authorization": "Token sw_test"}
        return requests.post(f"{system.web}/sync/products", headers=shown, timeout=30).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(start, range(4)))

    assert statuses == [202, 409, 409, 409]
