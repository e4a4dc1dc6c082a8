"""`make bench`: how fast the doors, the way to Klaviyo and the drain are, on this machine."""

import json
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import psycopg

from project.local.bench_browsers import browser_rows
from project.local.bench_database import EMPTY, Database, count
from project.local.bench_imports import import_table
from project.local.bench_lists import list_rows
from project.local.child import manage_program, python_program
from project.local.demo import STORE, STORE_FILE
from project.local.pacing import spread
from project.local.ports import HOST, free_port, serves
from project.local.services import services
from project.local.supervisor import Supervisor, say

PARTS = ("doors", "imports", "lists", "browsers")
CLIENTS = 8
ACCEPTED = 4000
PACE, PACED_SECONDS = 50, 12  # notifications a second: within the burst that Klaviyo allows
START_SECONDS = 60.0

WAITING = "SELECT count(*) FROM integration_inboundmessage WHERE state = 'new'"
UNSENT = "SELECT count(*) FROM integration_delivery WHERE state = 'ready'"
LATENCIES = """
    SELECT extract(epoch FROM delivery.settled_at - message.received_at)
    FROM integration_delivery delivery
    JOIN integration_inboundmessage message ON message.id = delivery.message_id
    WHERE delivery.state = 'sent' ORDER BY 1
"""


class Knocker:
    """Posts notifications about new customers, over one connection per thread."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._headers = {"X-Storewire-Secret": secret, "Content-Type": "application/json"}
        self._local = threading.local()

    def knock(self) -> float:
        """Post one and return the seconds until the answer. Raises RuntimeError if not 204."""
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection(HOST, self._port, timeout=30)
        connection: HTTPConnection = self._local.connection
        body = json.dumps(_customer_created())
        begun = time.perf_counter()
        connection.request("POST", f"/hooks/commercetools/{STORE}/", body, self._headers)
        response = connection.getresponse()
        response.read()
        if response.status != 204:
            raise RuntimeError(f"the door answered {response.status}")
        return time.perf_counter() - begun


def run_bench(part: str = "") -> int:
    """Measures all, or only one of PARTS, prints tables; returns the exit code."""
    if part in ("", "doors"):
        _measure_doors()
    if part in ("", "imports"):
        with services("bench-imports", "`make bench`", {}) as supervisor:
            supervisor.run(manage_program("migrate", "migrate", "--no-input"))
            say(f"\n{import_table(supervisor)}")
    for name, measure in (("lists", list_rows), ("browsers", browser_rows)):
        if part in ("", name):
            with services(f"bench-{name}", "`make bench`", {}) as supervisor:
                supervisor.run(manage_program("migrate", "migrate", "--no-input"))
                _show(measure(supervisor))
    return 0


def _measure_doors() -> None:
    web_port, sandbox_port = free_port(), free_port()
    with services("bench", "`make bench`", {}) as supervisor:
        environment = supervisor.environment
        environment["SANDBOX_URL"] = f"http://{HOST}:{sandbox_port}"
        _prepare(supervisor, web_port, sandbox_port)
        knocker = Knocker(web_port, environment["DEMO_HOOK_SECRET"])
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as database:
            rows = [
                *_accepting(knocker),
                *_draining(supervisor, database),
                *_reaching(supervisor, database, knocker),
            ]
        _show(rows)


def _show(rows: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in rows)
    say("\n".join(["", *(f"{name.ljust(width)}  {figure}" for name, figure in rows), ""]))


def _prepare(supervisor: Supervisor, web_port: int, sandbox_port: int) -> None:
    say("Starting what is to be measured …")
    supervisor.run(manage_program("migrate", "migrate", "--no-input"))
    supervisor.run(manage_program("import-store", "store", "import", str(STORE_FILE)))
    sandbox = f"-m project.sandbox --port {sandbox_port} --no-limits"
    web = f"-m gunicorn project.wsgi --bind {HOST}:{web_port} --workers 2 --threads 4"
    supervisor.start(python_program("sandbox", *sandbox.split()))
    supervisor.start(python_program("web", *web.split(), "--no-control-socket"))
    supervisor.wait_until("web", lambda: serves(web_port, "/healthz"), START_SECONDS)
    supervisor.wait_until("sandbox", lambda: serves(sandbox_port, "/"), START_SECONDS)
    with psycopg.connect(supervisor.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(EMPTY)


def _accepting(knocker: Knocker) -> list[tuple[str, str]]:
    say(f"Accepting {ACCEPTED} notifications, without workers …")
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda _: knocker.knock(), range(100)))  # warm
        begun = time.perf_counter()
        seconds = list(pool.map(lambda _: knocker.knock(), range(ACCEPTED)))
        rate = ACCEPTED / (time.perf_counter() - begun)
    return [("notifications accepted", f"{rate:.0f} a second, {spread(seconds)}")]


def _draining(supervisor: Supervisor, database: Database) -> list[tuple[str, str]]:
    backlog = count(database, WAITING)
    say(f"Processing a backlog of {backlog} with two workers …")
    for number in (1, 2):
        supervisor.start(manage_program(f"worker-{number}", "rqworker", "realtime"))
    supervisor.start(manage_program("worker-default", "rqworker", "default"))
    supervisor.start(manage_program("scheduler", "rqcron", "project.cron"))
    supervisor.wait_until("worker-1", lambda: count(database, WAITING) < backlog, START_SECONDS)
    begun, left = time.perf_counter(), count(database, WAITING)
    supervisor.wait_until("worker-1", lambda: count(database, WAITING) == 0, 300)
    rate = left / (time.perf_counter() - begun)
    return [("backlog processed", f"{rate:.0f} notifications a second")]


def _reaching(
    supervisor: Supervisor, database: Database, knocker: Knocker
) -> list[tuple[str, str]]:
    say(f"Sending {PACE} a second to Klaviyo for {PACED_SECONDS} s …")
    database.execute("UPDATE integration_delivery SET state = 'discarded' WHERE state = 'ready'")
    time.sleep(61)  # Klaviyo's minute is used up by the backlog
    database.execute(EMPTY)
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(PACE * PACED_SECONDS):
            time.sleep(max(0.0, begun + number / PACE - time.perf_counter()))
            pool.submit(knocker.knock)
    supervisor.wait_until(
        "worker-1",
        lambda: count(database, WAITING) + count(database, UNSENT) == 0,
        120,
    )
    found = [float(str(row[0])) for row in database.execute(LATENCIES).fetchall()]
    return [(f"notification to Klaviyo, {PACE} a second", spread(found))]


def _customer_created() -> dict[str, object]:
    number = str(uuid.uuid4())
    customer = {"id": number, "version": 1, "email": f"{number}@storewire-demo.com"}
    return {
        "notificationType": "Message",
        "id": str(uuid.uuid4()),
        "type": "CustomerCreated",
        "resource": {"typeId": "customer", "id": number},
        "resourceVersion": 1,
        "createdAt": "2026-10-02T08:15:30.250Z",
        "customer": customer,
    }
