"""The waiting lists' part of `make bench`: sign-ups at a pace, and a restock for a long list."""

import subprocess
import sys

from project.local.child import manage_program, python_program
from project.local.demo import STORE, STORE_FILE
from project.local.pacing import Poster, at_pace
from project.local.ports import HOST, free_port, serves
from project.local.supervisor import Supervisor, say

PACE, PACED_SECONDS = 200, 30
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
    poster, total = Poster(port, "/backinstock/signups", expected=202), PACE * PACED_SECONDS

    def sign_up(number: int) -> float:
        return poster.post(number, _sign_up(number))

    list(map(sign_up, range(total, total + 50)))  # warm
    paced = at_pace(sign_up, total, PACE)
    figure = f"{paced.rate:.0f} a second at a pace of {PACE}, p95 {paced.p95 * 1000:.0f} ms"
    return ("sign-ups", figure)


def _sign_up(number: int) -> dict[str, object]:
    return {
        "store": STORE,
        "sku": f"BENCH-{number % 50}",
        "email": f"s{number}@klaviyo-demo.com",
        "seconds": 5,
        "page": "https://www.my-shop.com/shoe",
    }


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
