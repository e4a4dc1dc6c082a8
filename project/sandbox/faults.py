"""Told to fail: how, which operation, how often."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

PAGE = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass
class Fault:
    """One order to fail. `times` is None until told otherwise."""

    how: str
    operation: str | None = None
    times: int | None = None
    retry_after: int = 1
    pointer: str = ""
    detail: str = "The sandbox was told to fail."
    seconds: float = 30.0


class Faults:
    """The orders to fail that one side of the sandbox has."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._cleared = threading.Event()

    def add(self, order: dict[str, Any]) -> None:
        """Fail like this from now on. Raises TypeError for an order that makes no sense."""
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
        fault = self._next(operation)
        return self._respond(fault) if fault else None

    def blueprint(self, name: str) -> Blueprint:
        """Return the two calls that steer this."""
        blueprint = Blueprint(f"{name}-faults", __name__)

        @blueprint.post("/_sandbox/fail")
        def fail() -> tuple[str, int]:
            try:
                self.add(request.get_json())
            except TypeError as exc:
                return f"{exc}\n", 400
            return "", 204

        @blueprint.delete("/_sandbox/fail")
        def recover() -> tuple[str, int]:
            self.clear()
            return "", 204

        return blueprint

    def _next(self, operation: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.operation in (None, operation):
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
            case "429":
                response = _error(429, "throttled", fault)
                response.headers["Retry-After"] = str(fault.retry_after)
                return response
            case "409":
                return _error(409, "duplicate_profile", fault)
            case _:
                return _error(int(fault.how), "sandbox", fault)


def _error(status: int, code: str, fault: Fault) -> Response:
    error: dict[str, Any] = {
        "id": "sandbox",
        "status": status,
        "code": code,
        "title": "Told to fail",
        "detail": fault.detail,
        "source": {"pointer": fault.pointer} if fault.pointer else {},
    }
    response = jsonify({"errors": [error], "statusCode": status, "message": fault.detail})
    response.status_code = status
    return response


def _drop() -> Response:
    """Close the connection without an answer."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
