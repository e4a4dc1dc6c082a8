"""python -m project.sandbox: the sandbox as a process."""

from __future__ import annotations

import argparse
import errno
import gc
import logging
import signal
import socket
import sys
import threading
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from project.sandbox.app import Options, create
from project.sandbox.commercetools import start_trickle

HOST = "127.0.0.1"
SENDS = ("both", "browser", "server")
CONSENTS = ("none", "call", "tcf", "google")
# A body of 5 MB is 200,000 objects without a cycle: looking for one each 700 takes half the time.
OBJECTS_BETWEEN_COLLECTIONS = 100_000


class Handler(WSGIRequestHandler):
    """One request a connection: werkzeug closes each, where the real ones keep them open."""

    def setup(self) -> None:
        """Answer small requests at once."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def main() -> None:
    """Serve until told to stop."""
    arguments = _arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    trouble = _trouble(arguments.port)
    if trouble:
        sys.exit(f"Port {arguments.port} {trouble}: choose another one with --port.")
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    app, shop, hook = create(_options(arguments))
    server = make_server(HOST, arguments.port, app, threaded=True, request_handler=Handler)
    if hook:
        start_trickle(shop, hook, every=arguments.every)
    signal.signal(signal.SIGTERM, _stop)
    sys.stdout.write(f"The sandbox is at http://{HOST}:{arguments.port}/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--seed", type=int, default=7, help="another seed, another sample shop")
    parser.add_argument("--no-limits", action="store_true", help="without Klaviyo's rate limits")
    parser.add_argument("--lean", action="store_true", help="keep little of Klaviyo's events")
    parser.add_argument("--klaviyo-key", default="pk_sandbox")
    parser.add_argument("--project-key", default="demo-shop", help="of the commercetools shop")
    parser.add_argument("--client-id", default="demo-client")
    parser.add_argument("--client-secret", default="demo-secret")
    parser.add_argument("--hook-url", default="", help="where notifications go")
    parser.add_argument("--hook-secret", default="")
    _add_pages(parser)
    parser.add_argument("--every", type=_seconds, default=2.0, help="seconds between notifications")
    return parser.parse_args()


def _add_pages(parser: argparse.ArgumentParser) -> None:
    """Add what the pages of the shop tell the script of Storewire."""
    add = parser.add_argument
    add("--storewire-url", default="", help="whose widget and script are in the shop's pages")
    add("--store", default="demo", help="what the shop is called there")
    add("--company", default="SANDBX", help="Klaviyo's public key")
    add("--send", default="both", choices=SENDS, help="by which ways events go")
    add("--consent", default="none", choices=CONSENTS, help="what the script waits for")
    own = "the pages bring the stand-in of klaviyo.js, so that nobody asks Klaviyo for the real one"
    add("--own-klaviyo-js", action="store_true", help=own)


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        seed=arguments.seed,
        limits=not arguments.no_limits,
        lean=arguments.lean,
        key=arguments.klaviyo_key,
        project_key=arguments.project_key,
        client_id=arguments.client_id,
        client_secret=arguments.client_secret,
        hook_url=arguments.hook_url,
        hook_secret=arguments.hook_secret,
        storewire_url=arguments.storewire_url.rstrip("/"),
        store=arguments.store,
        company=arguments.company,
        send=arguments.send,
        consent=arguments.consent,
        own_klaviyo_js=arguments.own_klaviyo_js,
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.01 <= seconds <= threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError("at least 0.01 seconds")
    return seconds


def _trouble(port: int) -> str:
    """Why nobody can listen on this port, "" if somebody can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as exc:
            return "is in use" if exc.errno == errno.EADDRINUSE else "may not be used"
        except OverflowError:
            return "does not exist"
    return ""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
