"""Keeps programs running until the person has had enough, then leaves nothing behind."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from project.local.child import Child, Program
from project.local.errors import Refused, Stopped

POLL_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 10.0
HEALTHY_AFTER_SECONDS = 60.0
"""A program that ran this long is restarted without the delays that its earlier ends earned."""


def say(line: str) -> None:
    """Writes a line to the console; a console that has gone away is no reason to fail."""
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


@dataclass
class _Supervised:
    program: Program
    child: Child
    delay: float
    restart_at: float | None = None


class Supervisor:
    """Starts programs, starts them again when they end, and stops them all."""

    def __init__(
        self,
        logs: Path,
        environment: dict[str, str],
        restart_after: float = 1.0,
        grace: float = 10.0,
    ) -> None:
        """`restart_after` and `grace` (between asking a program to end and SIGKILL) in seconds.

        What is added to `environment` later is seen by the programs that are started later.
        """
        self.environment = environment
        self.signals: list[signal.Signals] = []
        self._logs = logs
        self._restart_after = restart_after
        self._grace = grace
        self._supervised: list[_Supervised] = []
        logs.mkdir(parents=True, exist_ok=True)

    def heed_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal ask for the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        self.signals.append(signal.Signals(number))

    def log_of(self, name: str) -> Path:
        """Where a program's output goes."""
        return self._logs / f"{name}.log"

    def pid_of(self, name: str) -> int:
        """The process id of a started program; raises `KeyError` if there is none of this name."""
        return {one.program.name: one.child.pid for one in self._supervised}[name]

    def start(self, program: Program) -> None:
        """Starts a program with an empty log and keeps it running."""
        self.log_of(program.name).write_bytes(b"")
        self._supervised.append(
            _Supervised(program, self._launch(program), delay=self._restart_after)
        )

    def call(self, program: Program) -> int:
        """Runs a program to its end and returns its exit code; raises `Stopped` when asked to."""
        self.log_of(program.name).write_bytes(b"")
        child = self._launch(program)
        try:
            while child.exit_code() is None:
                self.pause()
        finally:
            child.kill()
        return child.exit_code() or 0

    def run(self, program: Program) -> None:
        """Runs a program that must succeed; raises `Refused` with the end of its log if not."""
        if self.call(program):
            raise Refused(f"{program.name} failed.\n{self.tail(program.name)}")

    def wait_until(self, name: str, ready: Callable[[], bool], seconds: float) -> None:
        """Returns once a started program is ready; raises `Refused` with its log if it never is."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Refused(f"{name} did not start in {seconds:g} s.\n{self.tail(name)}")
            self.pause()

    def watch(self) -> None:
        """Keeps everything running; ends only with `Stopped`."""
        while True:
            self.pause()

    def pause(self) -> None:
        """Waits a moment and restarts what has ended; raises `Stopped` when asked to stop."""
        if self.signals:
            say("Stopping … (Ctrl-C once more: at once)")
            raise Stopped
        time.sleep(POLL_SECONDS)
        self.restart_the_dead()

    def restart_the_dead(self) -> None:
        """Starts again what has ended, each time after a longer delay."""
        for supervised in self._supervised:
            if supervised.child.exit_code() is None:
                continue
            if supervised.restart_at is None:
                self._note_end(supervised)
            elif time.monotonic() >= supervised.restart_at:
                supervised.child = self._launch(supervised.program)
                supervised.restart_at = None

    def tail(self, name: str, lines: int = 20) -> str:
        """The last lines of a program's log, and where the rest is."""
        log = self.log_of(name)
        last = log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([*(f"    {line}" for line in last), f"The whole log: {log}"])

    def stop(self) -> None:
        """Stops the programs, then the servers that they used; a second Ctrl-C shortens it."""
        for serves_others in (False, True):
            self._stop(
                [one for one in self._supervised if one.program.serves_others is serves_others]
            )
        self._supervised.clear()

    def _launch(self, program: Program) -> Child:
        return Child(program, self.environment, self.log_of(program.name))

    def _note_end(self, supervised: _Supervised) -> None:
        supervised.child.kill()  # what a dead program has left behind would hold its port
        name = supervised.program.name
        if time.monotonic() - supervised.child.started > HEALTHY_AFTER_SECONDS:
            supervised.delay = self._restart_after
        say(
            f"{name} ended ({_in_words(supervised.child.exit_code())}); it starts again in "
            f"{supervised.delay:g} s. Its log: {self.log_of(name)}"
        )
        supervised.restart_at = time.monotonic() + supervised.delay
        supervised.delay = min(supervised.delay * 2, LONGEST_DELAY_SECONDS)

    def _stop(self, supervised: Sequence[_Supervised]) -> None:
        children = [one.child for one in supervised]
        for one in supervised:
            one.child.ask_to_end(one.program.stop_signal)
        deadline = time.monotonic() + self._grace
        while not all(child.gone() for child in children):
            if time.monotonic() > deadline or len(self.signals) > 1:
                break
            time.sleep(POLL_SECONDS)
        for child in children:
            child.kill()


def _in_words(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"
