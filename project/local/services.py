"""A supervisor with PostgreSQL and a Redis-protocol server behind it, started or given."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from project.local.child import ROOT
from project.local.folder import kept_keys, locked
from project.local.ports import HOST
from project.local.postgres import socket_folder, start_postgres
from project.local.supervisor import Supervisor
from project.local.valkey import start_valkey

STATE = ROOT / ".local"


@contextmanager
def services(name: str, what: str, postgres_settings: Mapping[str, str]) -> Iterator[Supervisor]:
    """A supervisor whose environment has all that the project needs, for one run at a time.

    State is kept in `.local/<name>`. A DATABASE_URL or REDIS_URL that is given is used, and
    nothing is started for it. Everything is stopped at the end, however that comes.
    """
    folder = STATE / name
    with locked(folder, what), socket_folder(folder / "pgdata") as sockets:
        supervisor = Supervisor(folder / "logs", _environment(kept_keys(folder / "keys")))
        supervisor.heed_signals()
        try:
            _start(supervisor, folder, sockets, postgres_settings)
            yield supervisor
        finally:
            supervisor.stop()


def _start(
    supervisor: Supervisor, folder: Path, sockets: Path, postgres_settings: Mapping[str, str]
) -> None:
    environment = supervisor.environment
    if not environment.get("DATABASE_URL"):
        environment["DATABASE_URL"] = start_postgres(
            supervisor, folder / "pgdata", sockets, postgres_settings
        )
    if not environment.get("REDIS_URL"):
        environment["REDIS_URL"] = start_valkey(
            supervisor, folder / "valkey", environment["VALKEY_PASSWORD"]
        )


def _environment(keys: Mapping[str, str]) -> dict[str, str]:
    """The variables of every program: what is given counts before the keys of the folder."""
    given = {name: value for name, value in os.environ.items() if value}
    # A proxy of the machine must not get the calls from one local program to another.
    unproxied = ",".join(filter(None, [given.get("NO_PROXY"), HOST, "localhost"]))
    local = {
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "DEBUG": "false",
        "BEHIND_HTTPS": "false",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": unproxied,
        "no_proxy": unproxied,
    }
    return {**keys, **given, **local}
