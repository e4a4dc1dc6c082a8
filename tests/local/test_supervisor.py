"""The supervisor: what ends is started again, and nothing outlives the end."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from project.local.child import Program
from project.local.errors import Refused, Stopped
from project.local.supervisor import Supervisor


@pytest.fixture
def supervisor(tmp_path: Path):
    made = Supervisor(tmp_path / "logs", dict(os.environ), restart_after=0.05, grace=0.5)
    yield made
    made.stop()


def python(name: str, code: str, **how: object) -> Program:
    return Program(name, (sys.executable, "-c", code), **how)


def until(true: Callable[[], bool], supervisor: Supervisor) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        supervisor.pause()


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def running(pid: str) -> bool:
    try:
        return psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


PRINT_AND_SLEEP = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + PRINT_AND_SLEEP
SAYS_GOODBYE = """
import signal, sys, time
def end(*_):
    open({ended!r}, "a").write("{name}\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(60)
"""
# Like an RQ worker: the child that does the work is in a group of its own.
WITH_A_CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0)
print(os.getpid(), flush=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_dead_program_is_started_again_and_the_console_says_so(supervisor, capsys):
    log = supervisor.log_of("sleeper")
    supervisor.start(python("sleeper", PRINT_AND_SLEEP))
    until(lambda: len(lines(log)) == 1, supervisor)

    os.kill(int(lines(log)[0]), signal.SIGKILL)
    until(lambda: len(lines(log)) == 2, supervisor)

    first, second = lines(log)
    assert first != second
    assert running(second)
    said = f"sleeper ended (SIGKILL); it starts again in 0.05 s. Its log: {log}\n"
    assert capsys.readouterr().out == said


def test_each_restart_waits_longer_than_the_one_before(supervisor, capsys):
    supervisor.start(python("failing", "raise SystemExit(3)"))
    out: list[str] = []
    until(lambda: len(out.extend(capsys.readouterr().out.splitlines()) or out) >= 3, supervisor)

    assert [line.split(";")[0] for line in out[:3]] == ["failing ended (exit code 3)"] * 3
    assert [line.split(" in ")[1].split(" s.")[0] for line in out[:3]] == ["0.05", "0.1", "0.2"]


def test_stop_ends_grandchildren_in_other_groups_too(supervisor):
    log = supervisor.log_of("parent")
    supervisor.start(python("parent", WITH_A_CHILD))
    until(lambda: len(lines(log)) == 2, supervisor)
    assert all(running(pid) for pid in lines(log))

    supervisor.stop()

    assert not any(running(pid) for pid in lines(log))


def test_stop_kills_what_does_not_heed_sigterm(supervisor):
    log = supervisor.log_of("deaf")
    supervisor.start(python("deaf", DEAF))
    until(lambda: len(lines(log)) == 1, supervisor)

    supervisor.stop()

    assert not running(lines(log)[0])


def test_a_server_is_stopped_after_those_who_use_it(supervisor, tmp_path):
    ended = tmp_path / "ended"
    for name, serves_others in (("server", True), ("worker", False)):
        code = SAYS_GOODBYE.format(ended=str(ended), name=name)
        supervisor.start(python(name, code, serves_others=serves_others))

    logs = [supervisor.log_of(name) for name in ("server", "worker")]
    until(lambda: all(lines(log) == ["ready"] for log in logs), supervisor)

    supervisor.stop()

    assert lines(ended) == ["worker", "server"]


def test_a_second_signal_ends_the_grace(tmp_path):
    supervisor = Supervisor(tmp_path, dict(os.environ), grace=60.0)
    supervisor.start(python("deaf", DEAF))
    until(lambda: len(lines(supervisor.log_of("deaf"))) == 1, supervisor)
    supervisor.signals += [signal.SIGINT, signal.SIGINT]

    started = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - started < 10
    assert not running(lines(supervisor.log_of("deaf"))[0])


def test_a_signal_interrupts_a_step_and_leaves_nothing_of_it(supervisor):
    supervisor.signals.append(signal.SIGTERM)
    with pytest.raises(Stopped):
        supervisor.run(python("step", PRINT_AND_SLEEP))

    assert not any(running(pid) for pid in lines(supervisor.log_of("step")))


def test_a_failed_step_shows_the_end_of_its_log(supervisor):
    with pytest.raises(Refused) as refused:
        supervisor.run(python("step", "raise SystemExit('no room on the disk')"))

    log = supervisor.log_of("step")
    assert str(refused.value) == f"step failed.\n    no room on the disk\nThe whole log: {log}"


def test_a_program_that_is_never_ready_is_reported_with_its_log(supervisor):
    supervisor.start(python("web", PRINT_AND_SLEEP))
    with pytest.raises(Refused, match=r"^web did not start in 0\.2 s\.\n"):
        supervisor.wait_until("web", lambda: False, 0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells children on Linux only")
def test_a_killed_supervisor_leaves_no_orphan(supervisor, tmp_path):
    inner = f"""
import os, pathlib, signal, sys
from project.local.child import Program
from project.local.supervisor import Supervisor
supervisor = Supervisor(pathlib.Path({str(tmp_path / "inner")!r}), dict(os.environ))
supervisor.start(Program("sleeper", (sys.executable, "-c", {PRINT_AND_SLEEP!r})))
log = supervisor.log_of("sleeper")
while not log.read_text():
    supervisor.pause()
print(log.read_text(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert supervisor.call(python("inner", inner)) == -signal.SIGKILL

    orphan = lines(supervisor.log_of("inner"))[0]
    until(lambda: not running(orphan), supervisor)
