"""One program as a child process in a session of its own, so that all it starts can be found."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: every program runs in it."""

KILL_SECONDS = 5.0
"""How long the system may take to end a process that was killed, in a slow disk call maybe."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system user that a program runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """What to run, as whom, and how it is asked to end."""

    name: str
    command: tuple[str, ...]
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    serves_others: bool = False
    """True for a server that the other programs use: it is stopped after them."""


def python_program(name: str, *arguments: str) -> Program:
    """A program that our own Python runs."""
    return Program(name, (sys.executable, *arguments))


def manage_program(name: str, *arguments: str) -> Program:
    """A command of manage.py."""
    return python_program(name, "manage.py", *arguments)


class Child:
    """A running program, with everything that it starts in turn."""

    def __init__(self, program: Program, environment: Mapping[str, str], log: Path) -> None:
        """Starts the program; what it writes is added to `log`."""
        account = program.account
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 (the commands are our own)
                program.command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                preexec_fn=ends_with_its_parent(program.stop_signal),  # noqa: PLW1509
            )
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        """The process id, which is the id of its session and of its process group too."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code, minus the signal's number after a signal, or None while it runs."""
        return self._process.poll()

    def ask_to_end(self, number: signal.Signals) -> None:
        """Sends a signal to the program's process group."""
        if self.exit_code() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def gone(self) -> bool:
        """Whether the program and all that it started have ended."""
        return self.exit_code() is not None and not self._members()

    def kill(self) -> None:
        """SIGKILL to the program and all that it started; returns when they are gone."""
        deadline = time.monotonic() + KILL_SECONDS
        while not self.gone() and time.monotonic() < deadline:
            for pid in self._members():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _members(self) -> list[int]:
        """The processes of this session: an RQ job leaves its worker's group, not its session."""
        session = (pid for pid in psutil.pids() if pid and _session_of(pid) == self.pid)
        return [pid for pid in session if _is_alive(pid)]


def ends_with_its_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the child gets this signal when its parent dies, even by SIGKILL.

    Linux only; elsewhere None. Without it a killed demo would leave servers holding its ports.
    """
    libc = _LIBC
    if libc is None:
        return None
    parent = os.getpid()

    def in_the_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os.kill(os.getpid(), number)

    return in_the_child


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _is_alive(pid: int) -> bool:
    """Not so for a zombie, which waits to be reaped by an init that may never do it."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
