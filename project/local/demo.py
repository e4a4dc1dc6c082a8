"""`make demo`: the whole system beside a sandbox shop and a sandbox Klaviyo."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from project.local.child import Program, manage_program, python_program
from project.local.errors import Stopped
from project.local.ports import HOST, SANDBOX_DISTANCE, WEB_PORT, check_free, chosen_port, serves
from project.local.services import services
from project.local.supervisor import Supervisor, say

STORE = "demo"
STORE_FILE = Path(__file__).with_name("demo-store.yaml")
SANDBOX_ADDRESS = re.compile(rf"(http://{re.escape(HOST)}:\d+)/(?:commercetools|klaviyo)\b")
SUBSCRIBE = (
    *("subscriptions", "apply", STORE, "--yes"),
    *("--destination", str(Path(__file__).with_name("demo-destination.yaml"))),
)
LOGIN = "demo"
WEB_START_SECONDS = 30.0
POSTGRES_SETTINGS = {"max_connections": "200"}

# The password is no secret: the demo listens on 127.0.0.1 only, and prints it.
CREATE_LOGIN = f"""
from django.contrib.auth import get_user_model
users = get_user_model().objects
if not users.filter(username="{LOGIN}").exists():
    users.create_superuser("{LOGIN}", password="{LOGIN}")
"""


@dataclass(frozen=True)
class Addresses:
    """Where the demo is reached."""

    web_port: int
    sandbox_port: int

    @property
    def web(self) -> str:
        """The root of the web server."""
        return f"http://{HOST}:{self.web_port}"

    @property
    def sandbox(self) -> str:
        """The root of the sandbox."""
        return f"http://{HOST}:{self.sandbox_port}"


def run_demo() -> int:
    """Runs the demo until somebody stops it; returns the exit code."""
    web_port = chosen_port(os.environ, "WEB_PORT", WEB_PORT)
    sandbox_port = chosen_port(os.environ, "SANDBOX_PORT", web_port + SANDBOX_DISTANCE)
    check_free(web_port, "WEB_PORT")
    check_free(sandbox_port, "SANDBOX_PORT")
    addresses = Addresses(web_port, sandbox_port)
    say("Starting the demo; the first time takes a minute.")
    with services("demo", "The demo", POSTGRES_SETTINGS) as supervisor:
        supervisor.environment |= {
            "WEB_URL": addresses.web,
            "PUBLIC_URL": addresses.web,
            "SANDBOX_URL": addresses.sandbox,
        }
        _prepare(supervisor)
        for program in _programs(addresses, supervisor.environment["DEMO_HOOK_SECRET"]):
            supervisor.start(program)
        supervisor.wait_until("web", lambda: serves(web_port, "/healthz"), WEB_START_SECONDS)
        supervisor.wait_until("sandbox", lambda: serves(sandbox_port, "/"), WEB_START_SECONDS)
        # The sandbox forgets when it ends, so it is asked each time; nothing depends on it.
        supervisor.call(manage_program("subscribe", *SUBSCRIBE))
        say(_welcome(addresses, supervisor))
        with suppress(Stopped):
            supervisor.watch()
    return 0


def _prepare(supervisor: Supervisor) -> None:
    """Brings the database up to date, with a store and a login if they are not there."""
    supervisor.run(manage_program("migrate", "migrate", "--no-input"))
    supervisor.run(manage_program("collectstatic", "collectstatic", "--no-input"))
    # The database is asked, not a file beside it: DATABASE_URL may name another one each time.
    # A store that is there keeps what was changed in the admin, and follows the sandbox only.
    missing = supervisor.call(manage_program("export-store", "store", "export", STORE))
    store_file = STORE_FILE if missing else _moved_store(supervisor)
    if store_file:
        supervisor.run(manage_program("import-store", "store", "import", str(store_file)))
    supervisor.run(manage_program("create-login", "shell", "-c", CREATE_LOGIN))


def _moved_store(supervisor: Supervisor) -> Path | None:
    """The exported store with the sandbox's new address, or None if that has not changed."""
    exported = supervisor.log_of("export-store").read_text()
    now = supervisor.environment["SANDBOX_URL"]
    before = SANDBOX_ADDRESS.search(exported)
    if before is None or before[1] == now:
        return None
    moved = supervisor.log_of("export-store").with_suffix(".yaml")
    moved.write_text(re.sub(rf"{re.escape(before[1])}\b", now, exported))
    return moved


def _programs(addresses: Addresses, hook_secret: str) -> list[Program]:
    sandbox = (
        f"--port {addresses.sandbox_port} --every 2 --hook-secret {hook_secret} "
        f"--hook-url {addresses.web}/hooks/commercetools/{STORE}/ "
        f"--storewire-url {addresses.web} --store {STORE}"
    )
    web = (
        f"--bind {HOST}:{addresses.web_port} --worker-class gthread --workers 2 --threads 4 "
        "--no-control-socket"  # it is in the home folder, where a second clone's would be too
    )
    return [
        python_program("sandbox", "-m", "project.sandbox", *sandbox.split()),
        python_program("web", "-m", "gunicorn", "project.wsgi", *web.split()),
        manage_program("worker-realtime-1", "rqworker", "realtime"),
        manage_program("worker-realtime-2", "rqworker", "realtime"),
        manage_program("worker-bulk", "rqworker", "bulk", "default"),
        manage_program("scheduler", "rqcron", "project.cron"),
    ]


def _welcome(addresses: Addresses, supervisor: Supervisor) -> str:
    return f"""
Storewire is running.

  Admin                   {addresses.web}/admin/
  Login                   {LOGIN}, password {LOGIN} (if you have not changed it)
  What Klaviyo received   {addresses.sandbox}/klaviyo/
  The sandbox shop        {addresses.sandbox}/shop/
  Behind its counter      {addresses.sandbox}/shop/counter/
  What it holds and tells {addresses.sandbox}/commercetools/
  Logs                    {supervisor.log_of("web").parent}

Ctrl-C stops everything. `make demo` goes on where it was; `make clean` forgets it all.
"""
