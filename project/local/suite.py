"""`make test`: pytest with a PostgreSQL and a Valkey of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from project.local.child import ROOT, ends_with_its_parent
from project.local.services import services
from project.local.supervisor import POLL_SECONDS, Supervisor

# Test data need not survive a power cut; without these three the suite takes much longer.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
GRACE_SECONDS = 30.0
# Much of it waits. A file stays in one process: what it has started serves all its tests.
ALL_OF_IT = ("-n", "3", "--dist", "loadfile")


def run_suite(arguments: Sequence[str]) -> int:
    """Runs pytest with the arguments, or all of it, and returns its exit code."""
    with services("test", "`make test`", SETTINGS) as supervisor:
        return _pytest(supervisor, arguments or ALL_OF_IT)


def _pytest(supervisor: Supervisor, arguments: Sequence[str]) -> int:
    """Pytest stays in our process group, so that it reads the keyboard and Ctrl-C reaches it."""
    process = subprocess.Popen(  # noqa: S603 (our own command)
        (sys.executable, "-m", "pytest", *arguments),
        cwd=ROOT,
        env=supervisor.environment,
        preexec_fn=ends_with_its_parent(signal.SIGTERM),  # noqa: PLW1509
    )
    heard = 0
    deadline = float("inf")
    while process.poll() is None:
        if len(supervisor.signals) > heard:
            _pass_on(supervisor.signals[heard], process)
            heard += 1
            deadline = time.monotonic() + GRACE_SECONDS
        if time.monotonic() > deadline and not sys.stdin.isatty():
            process.kill()
        time.sleep(POLL_SECONDS)
        supervisor.restart_the_dead()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _pass_on(number: signal.Signals, process: subprocess.Popen[bytes]) -> None:
    """SIGINT lets pytest clean up; the terminal has sent it already when it was Ctrl-C."""
    if number != signal.SIGINT or not sys.stdin.isatty():
        process.send_signal(signal.SIGINT)
