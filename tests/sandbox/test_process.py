"""The sandbox as a process of its own, over real sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"}
ACCOUNTS = "/klaviyo/api/accounts"


def start(port: int, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "project.sandbox", "--port", str(port), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_ctrl_c,
    )


def _heed_ctrl_c() -> None:
    """Who runs the tests in the background ignores it, and a child would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Running:
    """A sandbox, and a session with it that no proxy sees."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = start(self.port, "--no-limits")
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline()
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method: str, path: str, **more: object) -> requests.Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        return self.session.request(method, url, headers=HEADERS, timeout=10, **more)

    def fail(self, **order: object) -> None:
        self.ask("POST", "/klaviyo/_sandbox/fail", json=order).raise_for_status()


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    running = Running()
    yield running
    running.process.terminate()
    assert running.process.communicate(timeout=30) == ("", "")  # not a word about requests


@pytest.fixture
def running(shared: Running) -> Running:
    shared.ask("DELETE", "/klaviyo/_sandbox/fail")
    shared.ask("DELETE", "/klaviyo/_sandbox/state")
    return shared


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_ends_when_told(how: signal.Signals):
    running = Running()

    assert running.greeting == f"The sandbox is at http://127.0.0.1:{running.port}/\n"
    assert running.ask("GET", "/").status_code == 200
    running.process.send_signal(how)

    assert running.process.communicate(timeout=30) == ("", "")
    assert running.process.returncode == 0


def test_a_port_in_use_is_one_clear_sentence(shared: Running):
    second = start(shared.port)

    _, said = second.communicate(timeout=30)

    assert second.returncode == 1
    assert said == f"Port {shared.port} is in use: choose another one with --port.\n"


def test_nobody_else_on_the_network_can_reach_it(shared: Running):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", shared.port), timeout=5)


def test_a_reset_closes_the_connection_without_an_answer(running: Running):
    running.fail(how="reset", times=1, operation="get_accounts")

    with pytest.raises(requests.ConnectionError):
        running.ask("GET", ACCOUNTS)

    assert running.ask("GET", ACCOUNTS).status_code == 200
    counts = running.ask("GET", "/klaviyo/_sandbox/state").json()["counts"]
    assert counts["answers"] == {"get_accounts": {"0": 1, "200": 1}}


def test_who_hangs_is_woken_by_clearing(running: Running):
    running.fail(how="hang", times=1, seconds=3600)
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as caller:
        caller.sendall(f"GET {ACCOUNTS} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
        while running.ask("GET", "/klaviyo/_sandbox/fail").json():
            pass  # until it hangs: the order to fail is used up then
        running.ask("DELETE", "/klaviyo/_sandbox/fail")

        assert caller.recv(1) == b""


def test_a_hang_ends_by_itself_without_an_answer(running: Running):
    running.fail(how="hang", times=1, seconds=0)

    with pytest.raises(requests.ConnectionError):
        running.ask("GET", ACCOUNTS)


def test_a_page_of_a_proxy_comes_over_the_wire(running: Running):
    running.fail(how="html", times=1)

    response = running.ask("GET", ACCOUNTS)

    assert (response.status_code, response.headers["Content-Type"]) == (502, "text/html")


def test_the_shop_resets_as_well(running: Running):
    running.ask("POST", "/commercetools/_sandbox/fail", json={"how": "reset", "times": 1})

    with pytest.raises(requests.ConnectionError):
        running.ask("GET", "/commercetools/demo-shop/orders")

    assert running.ask("GET", "/commercetools/demo-shop/orders").status_code == 401
