"""Which ports a local run listens on. All of them on 127.0.0.1 only."""

import http.client
import random
import socket
from collections.abc import Mapping

from project.local.errors import Refused

HOST = "127.0.0.1"
WEB_PORT = 8000
SANDBOX_DISTANCE = 90
"""The sandbox listens this far above the web server: a second clone needs one number only."""

# Below the ports that systems hand to outgoing connections (32768 and up on Linux), so that
# none of these takes the port in the moment between the choice and the server's start.
PRIVATE_PORTS = range(20000, 30000)


def chosen_port(environment: Mapping[str, str], name: str, default: int) -> int:
    """The port given in the variable `name`, else the default; `Refused` if it is not a port."""
    given = environment.get(name, "").strip()
    if not given:
        return default
    if not given.isdigit() or not 1 <= int(given) <= 65535:
        raise Refused(f"{name} must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def check_free(port: int, name: str) -> None:
    """Raises `Refused`, with what to do, when nobody can listen on the port."""
    try:
        _bind(port)
    except PermissionError:
        raise Refused(
            f"You may not use port {port} ({name}). Choose one above 1023: make demo {name}=8001"
        ) from None
    except OSError:
        raise Refused(
            f"Port {port} ({name}) is in use, maybe by another copy of this demo or by another "
            f"web server; `lsof -i :{port}` shows which. "
            f"Stop it, or choose another port: make demo {name}={port + 1}"
        ) from None


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    for port in random.sample(PRIVATE_PORTS, 100):
        try:
            _bind(port)
        except OSError:
            continue
        return port
    raise Refused(f"No free port found between {PRIVATE_PORTS.start} and {PRIVATE_PORTS.stop}.")


def serves(port: int, path: str) -> bool:
    """Whether a web server answers 200; asked without a proxy, whatever the environment says."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _bind(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        # As the servers do: connections of a server that has just stopped are no obstacle.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
