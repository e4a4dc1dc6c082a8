"""The storefront's part of `make bench`: what browsers tell, at a pace, with workers behind it."""

import time
import uuid

import psycopg

from project.local.bench_database import EMPTY, Database, count
from project.local.child import manage_program, python_program
from project.local.demo import STORE, STORE_FILE
from project.local.pacing import Poster, at_pace
from project.local.ports import HOST, free_port, serves
from project.local.supervisor import Supervisor, say

PACE, PACED_SECONDS = 500, 30  # events a second
START_SECONDS = 60.0
BATCHES = (1, 5)  # events a request: a browser that tells each at once, and one that waits a little
KEPT = "SELECT count(*) FROM integration_inboundmessage WHERE state = 'done'"
LEFT = "SELECT count(*) FROM integration_inboundmessage WHERE state = 'new'"


def browser_rows(supervisor: Supervisor) -> list[tuple[str, str]]:
    """Measures the collector. Returns rows of a table: what, and how fast."""
    port, sandbox_port = free_port(), free_port()
    supervisor.environment |= {
        "SANDBOX_URL": f"http://{HOST}:{sandbox_port}",
        "TRUSTED_PROXIES": "1",
    }
    supervisor.run(manage_program("import-store", "store", "import", str(STORE_FILE)))
    _start(supervisor, port, sandbox_port)
    poster = Poster(port, "/storefront/collect", expected=202)
    for number in range(50):
        poster.post(number, _batch(1))  # warm
    with psycopg.connect(supervisor.environment["DATABASE_URL"], autocommit=True) as database:
        return [_collecting(database, poster, size) for size in BATCHES]


def _start(supervisor: Supervisor, port: int, sandbox_port: int) -> None:
    web = f"-m gunicorn project.wsgi --bind {HOST}:{port} --workers 2 --threads 4"
    supervisor.start(python_program("web", *web.split(), "--no-control-socket"))
    sandbox = f"-m project.sandbox --port {sandbox_port} --no-limits --lean"
    supervisor.start(python_program("sandbox", *sandbox.split()))
    supervisor.start(manage_program("worker", "rqworker", "realtime", "default"))
    supervisor.start(manage_program("scheduler", "rqcron", "project.cron"))
    supervisor.wait_until("web", lambda: serves(port, "/healthz"), START_SECONDS)
    supervisor.wait_until("sandbox", lambda: serves(sandbox_port, "/"), START_SECONDS)


def _collecting(database: Database, poster: Poster, size: int) -> tuple[str, str]:
    say(f"Collecting {PACE} events a second, {size} a request, for {PACED_SECONDS} seconds …")
    database.execute(EMPTY)
    requests = PACE * PACED_SECONDS // size
    paced = at_pace(lambda number: poster.post(number, _batch(size)), requests, PACE / size)
    left, begun = count(database, LEFT), time.perf_counter()
    while count(database, LEFT):
        time.sleep(0.2)
    drained = f"{left} then left to process, done {time.perf_counter() - begun:.0f} s later"
    kept = count(database, KEPT)
    if kept != requests * size:
        raise RuntimeError(f"{kept} of {requests * size} events are there")
    rate = f"{paced.rate * size:.0f} a second, p95 {paced.p95 * 1000:.0f} ms; {drained}"
    return (f"browser events, {size} a request", rate)


def _batch(size: int) -> dict[str, object]:
    person = {"email": f"{uuid.uuid4()}@klaviyo-demo.com"}
    return {
        "store": STORE,
        "page": "https://www.my-shop.com/shoe",
        "events": [_viewed(person) for _ in range(size)],
    }


def _viewed(person: dict[str, str]) -> dict[str, object]:
    return {
        "type": "track",
        "id": str(uuid.uuid4()),
        "name": "Viewed Product",
        "age": 250,
        "person": person,
        "properties": {
            "ProductName": "A shoe",
            "ProductID": "shoe",
            "SKU": "BLUE-42",
            "Categories": ["Shoes", "Women"],
            "ImageURL": "https://www.my-shop.com/shoe.jpg",
            "URL": "https://www.my-shop.com/shoe",
            "Price": 49.9,
        },
    }
