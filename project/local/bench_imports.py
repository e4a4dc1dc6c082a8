"""The backfill table of `make bench`: a whole shop's orders, with and without Klaviyo's limits."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection

import psutil  # type: ignore[import-untyped]
import psycopg

from project.local.child import manage_program, python_program
from project.local.demo import STORE, STORE_FILE
from project.local.ports import HOST, free_port, serves
from project.local.supervisor import Supervisor, say

SMALL, LARGE = 10_000, 100_000
CUSTOMERS, PRODUCTS = 5_000, 500
# As Klaviyo documents: requests a minute, and in each so many events and bytes.
MOST_REQUESTS, MOST_EVENTS, MOST_BYTES = 150, 1_000, 5_000_000
START_SECONDS, FILL_SECONDS = 60.0, 300.0
LOOK_SECONDS = 0.1
LAST_RUN = """
    SELECT read, sent, worked, failed FROM integration_jobrun
    WHERE kind = 'orders' ORDER BY id DESC LIMIT 1
"""
EMPTY = "TRUNCATE integration_jobrun, integration_resourceversion CASCADE"
HEADS = (
    "orders",
    "Klaviyo's limits",
    "orders/s",
    "events/s",
    "bytes an event",
    "of the ceiling",
    "peak memory",
)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What an import of so many orders came to."""

    orders: int
    events: int
    seconds: float
    sent_bytes: int
    peak_bytes: int

    @property
    def ceiling(self) -> float:
        """How many such events a second Klaviyo takes at the most."""
        fitting = min(MOST_EVENTS, MOST_BYTES * self.events / self.sent_bytes)
        return MOST_REQUESTS * fitting / 60

    def row(self, limits: str) -> tuple[str, ...]:
        """Return it as a row of the table."""
        rate = self.events / self.seconds
        return (
            f"{self.orders:,}",
            limits,
            f"{self.orders / self.seconds:,.0f}",
            f"{rate:,.0f}",
            f"{self.sent_bytes / self.events:,.0f}",
            f"{rate / self.ceiling:.0%}",
            f"{self.peak_bytes / 2**20:,.0f} MiB",
        )


def import_table(supervisor: Supervisor) -> str:
    """Measures imports of orders. Returns the table."""
    say("Importing orders; with Klaviyo's limits this takes some minutes …")
    with psycopg.connect(supervisor.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(EMPTY)
    rows: list[tuple[str, ...]] = [HEADS]
    free, limited = _sandbox(supervisor, "free", "--no-limits"), _sandbox(supervisor, "limited")
    for port, limits, counts in ((free, "off", (SMALL, LARGE)), (limited, "on", (LARGE,))):
        _connect(supervisor, port)
        for count in counts:
            _ask(port, "DELETE", "/commercetools/_sandbox/fill")
            filled = {"orders": count, "customers": CUSTOMERS, "products": PRODUCTS}
            _ask(port, "POST", "/commercetools/_sandbox/fill", filled)
            _ask(port, "DELETE", "/klaviyo/_sandbox/state")
            rows.append(_measured(supervisor, port, limits).row(limits))
    return _table(rows)


def _sandbox(supervisor: Supervisor, name: str, *options: str) -> int:
    port = free_port()
    arguments = ("-m", "project.sandbox", "--port", str(port), "--lean", *options)
    supervisor.start(python_program(f"sandbox-{name}", *arguments))
    supervisor.wait_until(f"sandbox-{name}", lambda: serves(port, "/"), START_SECONDS)
    return port


def _connect(supervisor: Supervisor, port: int) -> None:
    supervisor.environment["SANDBOX_URL"] = f"http://{HOST}:{port}"
    supervisor.run(manage_program("import-store", "store", "import", str(STORE_FILE)))


def _measured(supervisor: Supervisor, port: int, limits: str) -> Figures:
    """Import in a process of its own, as a worker would, and watch its memory."""
    environment = {**supervisor.environment, "RATE_LIMITS": limits}
    command = [sys.executable, "manage.py", "sync", "orders", "--store", STORE, "--wait"]
    begun, peak = time.perf_counter(), 0
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as importing:
        watched = psutil.Process(importing.pid)
        while importing.poll() is None:
            peak = max(peak, _memory(watched))
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - begun
        if importing.returncode:
            raise RuntimeError(importing.stderr.read() if importing.stderr else "it failed")
    with psycopg.connect(supervisor.environment["DATABASE_URL"]) as database:
        row = database.execute(LAST_RUN).fetchone()
    assert row is not None  # noqa: S101 - for mypy
    sent = json.loads(_ask(port, "GET", "/klaviyo/_sandbox/counts"))["bytes"]
    return Figures(
        orders=row[0],
        events=row[1],
        seconds=seconds,
        sent_bytes=sent["bulk_create_events"],
        peak_bytes=peak,
    )


def _memory(process: psutil.Process) -> int:
    try:
        resident: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return resident


def _ask(port: int, method: str, path: str, body: object = None) -> bytes:
    connection = HTTPConnection(HOST, port, timeout=FILL_SECONDS)
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    if not re.match("2..", str(answer.status)):
        raise RuntimeError(f"the sandbox answered {answer.status}: {said[:200]!r}")
    connection.close()
    return said


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
