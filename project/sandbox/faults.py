"""Told to fail: how, which operation, how often."""

from __future__ import annotations

import random
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

PAGE = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
WITHOUT_STATUS = ("html", "reset", "hang", "slow")
NO_ANSWER = 0  # noted as the status of a request whose connection was closed without an answer


@dataclass
class Fault:
    """One order to fail.

    `times` is None until told otherwise, `operation` None for all. `retry_after` (seconds) goes
    with every status for which it is given, and is 1 if not for a 429. `share` is how many of the
    requests fail, at random: 0.1 is one in ten. "slow" is answered as usual, after so many
    `seconds`. `above` is for pages of the shop: only those fail that have a `limit` above it; and
    `code` for its errors, in place of the usual one. `duplicate_profile_id` is for Klaviyo's 409.
    """

    how: str
    operation: str | None = None
    times: int | None = None
    retry_after: int | None = None
    pointer: str = ""
    detail: str = "The sandbox was told to fail."
    seconds: float = 30.0
    share: float = 1.0
    above: int | None = None
    code: str = ""
    duplicate_profile_id: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what could only fail by accident."""
        if self.how not in WITHOUT_STATUS and not re.fullmatch(r"[45]\d\d", self.how):
            raise ValueError(f"how: a status from 400 to 599, or one of {WITHOUT_STATUS}")
        if self.times is not None and self.times < 1:
            raise ValueError("times: at least 1, or null for until told otherwise")
        if self.seconds < 0 or (self.retry_after or 0) < 0 or (self.above or 0) < 0:
            raise ValueError("seconds, retry_after, above: not negative")
        if not 0 < self.share <= 1:
            raise ValueError("share: more than 0, at most 1")

    def is_for(self, operation: str) -> bool:
        """Return whether it is the current request, with this operation, that is to fail."""
        limit = request.args.get("limit", 0, type=int)
        return self.operation in (None, operation) and (self.above is None or limit > self.above)


Refuse = Callable[[int, Fault], Response]


class Faults:
    """The orders to fail that one side of the sandbox has.

    `refuse` writes an error of this status in the words and shape of that side.
    """

    def __init__(self, refuse: Refuse) -> None:
        self._refuse = refuse
        self._lock = threading.Lock()
        self._random = random.Random(7)  # noqa: S311 - the same failures each time
        self._faults: list[Fault] = []
        self._cleared = threading.Event()

    def add(self, order: dict[str, Any]) -> None:
        """Fail like this from now on. Raises TypeError or ValueError if it makes no sense."""
        fault = Fault(**order)
        with self._lock:
            self._cleared.clear()
            self._faults.append(fault)

    def clear(self) -> None:
        """Work again, also for those who hang."""
        with self._lock:
            self._faults.clear()
            self._cleared.set()

    def strike(self, operation: str) -> Response | None:
        """Return the failure for this request, None if it may go on."""
        slow = self._next(operation, lambda fault: fault.how == "slow")
        if slow:
            self._cleared.wait(slow.seconds)
        fault = self._next(operation, lambda fault: fault.how != "slow")
        return self._respond(fault) if fault else None

    def blueprint(self, name: str) -> Blueprint:
        """Return the calls that steer this."""
        blueprint = Blueprint(f"{name}-faults", __name__)

        @blueprint.get("/_sandbox/fail")
        def orders() -> Response:
            with self._lock:
                return jsonify([asdict(fault) for fault in self._faults])

        @blueprint.post("/_sandbox/fail")
        def fail() -> tuple[str, int]:
            try:
                self.add(request.get_json())
            except (TypeError, ValueError) as exc:
                return f"{exc}\n", 400
            return "", 204

        @blueprint.delete("/_sandbox/fail")
        def recover() -> tuple[str, int]:
            self.clear()
            return "", 204

        return blueprint

    def _next(self, operation: str, suits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                meant = suits(fault) and fault.is_for(operation)
                if meant and self._random.random() < fault.share:
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None

    def _respond(self, fault: Fault) -> Response:
        match fault.how:
            case "hang":
                self._cleared.wait(fault.seconds)
                return _drop()
            case "reset":
                return _drop()
            case "html":
                return Response(PAGE, 502, content_type="text/html")
        response = self._refuse(int(fault.how), fault)
        wait = 1 if fault.how == "429" and fault.retry_after is None else fault.retry_after
        if wait is not None:
            response.headers["Retry-After"] = str(wait)
        return response


def _drop() -> Response:
    """Close the connection without an answer. What is returned reaches nobody."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=NO_ANSWER)
