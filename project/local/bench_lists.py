"""The waiting lists' part of `make bench`: sign-ups at a pace, and a restock for a long list."""

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from project.local.child import manage_program, python_program
from project.local.demo import STORE, STORE_FILE
from project.local.ports import HOST, free_port, serves
from project.local.supervisor import Supervisor, say

PACE, PACED_SECONDS, CLIENTS = 200, 30, 16
WAITING = 100_000
START_SECONDS = 60.0
CONNECT = f"""
from integration.models import Connection, Store
store = Store.objects.get(slug="{STORE}")
store.settings = {{**store.settings, "back_in_stock": {{"rate": 0}}}}
store.save()
Connection.objects.get_or_create(store=store, kind="backinstock")
"""
# What a worker does when stock is told of, timed within its process.
RESTOCK = f"""
import time
from django.db import connection
from backinstock import stock, waves
from backinstock.models import StockItem, StockLevel
from integration.models import Store
store = Store.objects.get(slug="{STORE}")
with connection.cursor() as cursor:
    cursor.execute("TRUNCATE backinstock_stockitem, integration_delivery CASCADE")
stock.note_stock(store, "LONG-LIST", 0, StockLevel.Source.HAND)
StockItem.objects.filter(sku="LONG-LIST").update(names={{"en": "Shoe"}})
with connection.cursor() as cursor:
    cursor.execute('''
        INSERT INTO backinstock_signup (
            public_id, store_id, item_id, product_id, any_variant, email, phone, person, units,
            locale, currency, channel, page, keep, newsletter, newsletter_text, state, created,
            waiting_since, is_announced
        )
        SELECT gen_random_uuid(), store_id, id, '', false, 'p' || number || '@klaviyo-demo.com', '',
            'p' || number, 1, 'en', 'EUR', '', 'https://www.my-shop.com/shoe', false, false, '',
            'waiting', now(), now() + number * interval '1 microsecond', true
        FROM generate_series(1, {WAITING}) number, backinstock_stockitem WHERE sku = 'LONG-LIST'
    ''')
begun = time.perf_counter()
restock = stock.note_stock(store, "LONG-LIST", 500, StockLevel.Source.HAND)
while restock.id in waves.due(restock.at):  # turn by turn
    waves.go(restock.id)
print("seconds", time.perf_counter() - begun, "alerts", restock.alerts.count())
"""  # noqa: S608 - no word of it is from outside


class Shopper:
    """Signs up people, over one connection per thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._local = threading.local()

    def sign_up(self, number: int) -> float:
        """Sign up a person. Return the seconds until the answer; raises RuntimeError if not 202."""
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection(HOST, self._port, timeout=30)
        connection: HTTPConnection = self._local.connection
        body = {
            "store": STORE,
            "sku": f"BENCH-{number % 50}",
            "email": f"s{number}@klaviyo-demo.com",
            "seconds": 5,
            "page": "https://www.my-shop.com/shoe",
        }
        client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
        begun = time.perf_counter()
        connection.request("POST", "/backinstock/signups", json.dumps(body), headers)
        response = connection.getresponse()
        said = response.read()
        if response.status != 202:
            raise RuntimeError(f"the form answered {response.status}: {said[:200]!r}")
        return time.perf_counter() - begun


def list_rows(supervisor: Supervisor) -> list[tuple[str, str]]:
    """Measures waiting lists. Returns rows of a table: what, and how fast."""
    supervisor.environment |= {"SANDBOX_URL": f"http://{HOST}:1", "TRUSTED_PROXIES": "1"}
    supervisor.run(manage_program("import-store", "store", "import", str(STORE_FILE)))
    supervisor.run(manage_program("connect", "shell", "-c", CONNECT))
    return [_signing_up(supervisor), _planning(supervisor)]


def _signing_up(supervisor: Supervisor) -> tuple[str, str]:
    port = free_port()
    web = f"-m gunicorn project.wsgi --bind {HOST}:{port} --workers 2 --threads 4"
    supervisor.start(python_program("web", *web.split(), "--no-control-socket"))
    supervisor.wait_until("web", lambda: serves(port, "/healthz"), START_SECONDS)
    say(f"Signing up {PACE} people a second for {PACED_SECONDS} seconds …")
    shopper, total = Shopper(port), PACE * PACED_SECONDS
    list(map(shopper.sign_up, range(total, total + 50)))  # warm
    begun = time.perf_counter()

    def at_its_time(number: int) -> float:
        time.sleep(max(0.0, begun + number / PACE - time.perf_counter()))
        return shopper.sign_up(number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = sorted(pool.map(at_its_time, range(total)))
    rate = total / (time.perf_counter() - begun)
    p95 = seconds[int(total * 0.95)] * 1000
    return ("sign-ups", f"{rate:.0f} a second at a pace of {PACE}, p95 {p95:.0f} ms")


def _planning(supervisor: Supervisor) -> tuple[str, str]:
    say(f"Telling {WAITING:,} people of one restock …")
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "shell", "-c", RESTOCK],
        env=supervisor.environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    words = done.stdout.split()
    seconds, alerts = float(words[words.index("seconds") + 1]), int(words[-1])
    return ("a restock for a long list", f"{alerts:,} alerts queued in {seconds:.1f} s")
