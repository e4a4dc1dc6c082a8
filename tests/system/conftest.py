"""The whole system as it runs: web server, workers, scheduler, PostgreSQL, Valkey, the sandbox."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import requests
import yaml

from project.local.child import manage_program, python_program
from project.local.folder import kept_keys
from project.local.ports import HOST
from project.local.postgres import start_postgres
from project.local.supervisor import Supervisor
from project.local.valkey import start_valkey
from tests.conftest import HOOK_SECRET, Sandbox, answers, store_document


class System:
    """A running Storewire between the sandbox's shop and the sandbox's Klaviyo."""

    def __init__(self, supervisor: Supervisor, web: str, sandbox: Sandbox) -> None:
        self.supervisor = supervisor
        self.web = web
        self.sandbox = sandbox
        self.session = requests.Session()

    def knock(self, payload: dict) -> int:
        """Post a notification, return the status."""
        return self.session.post(
            f"{self.web}/hooks/commercetools/shop/",
            json=payload,
            headers={"X-Storewire-Secret": HOOK_SECRET},
            timeout=30,
        ).status_code

    def kill(self, name: str, signal: int) -> None:
        """Send a signal to a program. It stays dead until the next `wait_until`."""
        with suppress(ProcessLookupError):  # it is still dead from the last time
            os.kill(self.supervisor.pid_of(name), signal)

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Return as soon as it holds; what died is started again meanwhile, as a service is."""
        self.supervisor.wait_until("worker-1", condition, seconds)

    def settle(self) -> None:
        """Wait until what another test has left is through."""
        asked = -1

        def quiet() -> bool:
            nonlocal asked
            before, asked = asked, len(self.sandbox.requests())
            time.sleep(0.5)
            return self._is_idle() and before == asked

        self.wait_until(quiet, 180)

    def forget(self) -> None:
        """Forget what came in, what went out and what is known of each object."""
        tables = "inboundmessage, integration_delivery, integration_resourceversion"
        with psycopg.connect(self.supervisor.environment["DATABASE_URL"]) as connection:
            connection.execute(f"TRUNCATE integration_{tables} CASCADE")

    def _is_idle(self) -> bool:
        answer = self.session.get(f"{self.web}/readyz", timeout=30).json()
        due = ("oldest_message_seconds", "oldest_delivery_seconds")
        return answer["status"] == "ok" and not any(answer[name] for name in due)

    def emails(self) -> list[str]:
        """Return the addresses of the profiles that Klaviyo holds."""
        return sorted(profile["email"] for profile in self.sandbox.state()["profiles"])

    def logs(self, *names: str) -> dict[str, str]:
        """Return what these programs have written."""
        return {name: self.supervisor.log_of(name).read_text() for name in names}


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, web_url: str, sandbox_url: str
) -> Iterator[System]:
    """The system, started once for all tests."""
    folder = tmp_path_factory.mktemp("system")
    environment = {
        **os.environ,
        **kept_keys(folder / "keys"),
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_URL": web_url,
        "CATCH_UP_MINUTES": "0",  # it would read what earlier tests left in the shop
    }
    supervisor = Supervisor(folder / "logs", environment, restart_after=0.5)
    # Not in pytest's folder: another pytest that begins meanwhile shuts others out of that.
    with TemporaryDirectory(prefix="storewire-", dir="/tmp") as data:  # noqa: S108
        try:
            environment["DATABASE_URL"] = start_postgres(
                supervisor, Path(data) / "pg", Path(data) / "pg", {"fsync": "off"}
            )
            environment["REDIS_URL"] = start_valkey(
                supervisor, folder / "valkey", environment["VALKEY_PASSWORD"]
            )
            _start(supervisor, folder, web_url, sandbox_url)
            yield System(supervisor, web_url, Sandbox(sandbox_url))
        finally:
            supervisor.stop()


@pytest.fixture(scope="module")
def forgetful(running: System) -> System:
    """The system, which knows nothing of what the tests of another module have sent."""
    running.settle()
    running.forget()
    return running


@pytest.fixture
def system(forgetful: System) -> System:
    """The system, with nothing to do and an empty Klaviyo."""
    forgetful.settle()
    forgetful.sandbox.clear()
    return forgetful


def _start(supervisor: Supervisor, folder: Path, web_url: str, sandbox_url: str) -> None:
    store = folder / "store.yaml"
    settings = {"back_in_stock": {"challenge": True}}
    document = store_document(sandbox_url, origins=[sandbox_url], settings=settings)
    document["connections"]["backinstock"] = {}
    store.write_text(yaml.safe_dump(document))
    supervisor.run(manage_program("migrate", "migrate", "--no-input"))
    supervisor.run(manage_program("collectstatic", "collectstatic", "--no-input"))
    supervisor.run(manage_program("import", "store", "import", str(store)))
    address = web_url.removeprefix("http://")
    web = f"-m gunicorn project.wsgi --bind {address} --workers 1 --threads 4"
    supervisor.start(python_program("web", *web.split(), "--no-control-socket"))
    supervisor.start(manage_program("worker-1", "rqworker", "realtime"))
    supervisor.start(manage_program("worker-2", "rqworker", "realtime", "bulk", "default"))
    supervisor.start(manage_program("scheduler", "rqcron", "project.cron"))
    supervisor.wait_until("web", lambda: answers(f"{web_url}/healthz"), 60)
