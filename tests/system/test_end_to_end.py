"""What is promised when things are killed: nothing lost, nothing twice. In real processes."""

from __future__ import annotations

import re
import signal

import pytest

from integration.pipeline.delivery import THREADS
from tests.integration.samples import MARA, cloudevent, customer_created, order_created, pubsub
from tests.system.conftest import System

pytestmark = [pytest.mark.timeout(300)]

PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|\+49\d{5,}|(?<![\d.])0151 ?2\d+|Lindqvist|pk_sandbox|hook-secret"
)


def addresses(numbers: range) -> list[str]:
    return sorted(f"shopper-{number}@storewire-demo.com" for number in numbers)


@pytest.mark.parametrize(
    ("number", "wrap"),
    [(1, dict), (2, pubsub), (3, cloudevent)],
    ids=["platform", "pubsub", "cloudevent"],
)
def test_an_order_in_any_envelope_reaches_klaviyo(system: System, number: int, wrap):
    assert system.knock(wrap(order_created(9000 + number))) == 204

    system.wait_until(lambda: len(system.sandbox.state()["events"]) == 3, 60)
    assert {event["metric"] for event in system.sandbox.state()["events"]} == {
        "Placed Order",
        "Ordered Product",
    }
    assert system.emails() == [MARA]


def test_the_same_notification_a_hundred_times_is_one(system: System):
    assert {system.knock(customer_created(9100)) for _ in range(100)} == {204}
    system.wait_until(lambda: system.emails() == addresses(range(9100, 9101)), 60)

    assert system.sandbox.state()["counts"]["requests"] == {"profile_import": 1}


def test_with_valkey_killed_meanwhile_all_arrive(system: System):
    numbers = range(1000, 1200)
    for number in numbers:
        if number == 1050:
            system.kill("valkey", signal.SIGKILL)
        assert system.knock(customer_created(number)) == 204

    system.wait_until(lambda: system.emails() == addresses(numbers), 180)
    # A request that was under way may be repeated; Klaviyo takes it as the same.
    assert system.sandbox.state()["counts"]["requests"]["profile_import"] <= 220


def test_with_a_worker_killed_meanwhile_all_arrive(system: System):
    numbers = range(2000, 2200)
    for number in numbers:
        if number in (2050, 2150):
            system.kill("worker-1", signal.SIGKILL)
            system.kill("worker-2", signal.SIGKILL)
            system.supervisor.restart_the_dead()
        assert system.knock(customer_created(number)) == 204

    system.wait_until(lambda: system.emails() == addresses(numbers), 180)
    # At most what was under way with each of four deaths is asked twice.
    assert system.sandbox.state()["counts"]["requests"]["profile_import"] <= 200 + 4 * THREADS


def test_without_postgresql_the_door_says_503_and_later_all_is_well(system: System):
    system.kill("postgres", signal.SIGINT)
    assert {system.knock(customer_created(number)) for number in range(3000, 3005)} == {503}
    assert system.session.get(f"{system.web}/readyz", timeout=30).status_code == 503
    assert system.session.get(f"{system.web}/healthz", timeout=30).status_code == 200

    def sent_again() -> bool:
        return {system.knock(customer_created(number)) for number in range(3000, 3005)} == {204}

    system.wait_until(sent_again, 60)
    system.wait_until(lambda: system.emails() == addresses(range(3000, 3005)), 60)


def test_the_system_says_that_it_is_ready(system: System):
    def ready() -> bool:
        answer = system.session.get(f"{system.web}/readyz", timeout=30)
        return answer.status_code == 200 and answer.json()["workers"] >= 2

    system.wait_until(ready, 60)  # a worker that another test has killed is back by then


def test_no_log_line_names_a_person_or_a_key(system: System):
    for wrap in (dict, pubsub):
        system.knock(wrap(order_created(9200)))
    system.knock({**customer_created(9201), "customer": {"id": "x", "email": MARA, "version": "a"}})
    system.sandbox.fail("400", times=1, detail=f"{MARA} is invalid")
    system.knock(customer_created(9202))
    system.wait_until(lambda: len(system.sandbox.state()["events"]) >= 2, 60)

    logs = system.logs("web", "worker-1", "worker-2", "scheduler", "postgres")
    assert all(logs.values())
    assert [match[0] for text in logs.values() for match in PERSONAL.finditer(text)] == []


def test_workers_stop_when_they_are_told_to(system: System):
    before = system.supervisor.pid_of("worker-1")
    system.kill("worker-1", signal.SIGTERM)
    system.wait_until(lambda: system.supervisor.pid_of("worker-1") != before, 30)
