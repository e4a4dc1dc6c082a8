"""A restock in real processes: two tell of it at once, workers are killed, all hear once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from project.local.child import ROOT
from tests.system.conftest import System

pytestmark = [pytest.mark.timeout(300)]

PEOPLE, UNITS = 400, 150
LISTS = f"""
from backinstock.models import SignUp, StockItem
from backinstock.people import person_of
from integration.models import Store
store = Store.objects.get(slug="shop")
item = StockItem.objects.create(store=store, sku="BLUE-42", quantity=0, is_available=False)
emails = [f"p{{number}}@klaviyo-demo.com" for number in range({PEOPLE})]
SignUp.objects.bulk_create(
    SignUp(store=store, item=item, email=email, person=person_of(store.id, email, ""),
           is_announced=True)
    for email in emails
)
"""
# Two who learn of it at the same moment, each with its own connection to the database.
TELL = f"""
import threading
from django.db import connection
from backinstock.models import StockLevel
from backinstock.stock import note_stock
from integration.models import Store
store = Store.objects.get(slug="shop")
barrier = threading.Barrier(4)
def tell(source):
    barrier.wait()
    note_stock(store, "BLUE-42", {UNITS}, source)
    connection.close()
sources = [StockLevel.Source.SHOP, StockLevel.Source.POLL] * 2
threads = [threading.Thread(target=tell, args=[source]) for source in sources]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@pytest.fixture
def lists(system: System) -> Iterator[System]:
    """The system, with people who wait for a variant that is sold out."""
    run(system, LISTS)
    yield system
    with psycopg.connect(system.supervisor.environment["DATABASE_URL"]) as connection:
        connection.execute("TRUNCATE backinstock_stockitem, integration_delivery CASCADE")


def run(system: System, code: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        env=system.supervisor.environment,
        cwd=ROOT,
        check=True,
    )


def asked(system: System, question: str) -> list[tuple]:
    with psycopg.connect(system.supervisor.environment["DATABASE_URL"]) as connection:
        return connection.execute(question).fetchall()


def test_each_of_the_first_in_line_hears_once_whatever_is_killed(lists: System):
    run(lists, TELL)
    for name in ("worker-1", "worker-2"):
        lists.kill(name, signal.SIGKILL)

    alerted = "SELECT count(*) FROM backinstock_signup WHERE state = 'alerted'"
    lists.wait_until(lambda: asked(lists, alerted) == [(UNITS,)], 200)

    assert asked(lists, "SELECT number, state FROM backinstock_restock") == [(1, "open")]
    state = lists.sandbox.state()
    emails = {profile["id"]: profile["email"] for profile in state["profiles"]}
    told = Counter(
        emails[event["profile_id"]]
        for event in state["events"]
        if event["metric"] == "Back In Stock Alert"
    )
    assert told == Counter(f"p{number}@klaviyo-demo.com" for number in range(UNITS))
    waiting = "SELECT count(*) FROM backinstock_signup WHERE state = 'waiting'"
    assert asked(lists, waiting) == [(PEOPLE - UNITS,)]
