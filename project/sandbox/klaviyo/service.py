"""The way of every request: told to fail, key, limits, body, and then what is asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request

from project.sandbox.faults import Fault, Faults
from project.sandbox.klaviyo import checks
from project.sandbox.klaviyo.account import Account, Conflict, Missing
from project.sandbox.klaviyo.limits import Limits, Verdict
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.validators import VALIDATORS

Reply = tuple[Json | None, int]
Act = Callable[[Any], Reply]


class Klaviyo:
    """One account behind an API. Hold `lock` while looking at the account.

    `clock` returns seconds, as time.time does.
    """

    def __init__(self, key: str, limits: Limits, clock: Callable[[], float] = time.time) -> None:
        self.key = key
        self.limits = limits
        self.faults = Faults(_told_to_fail)
        self.account = Account()
        self.lock = threading.Lock()
        self._clock = clock

    def serve(self, operation: str, act: Act) -> Response:
        """Answer the current request. `act` takes the body, if it is in order, and replies."""
        struck = self.faults.strike(operation)
        if struck is not None:
            return self._noted(operation, struck)
        refused = checks.refused_headers(request, self.key)
        if refused:
            return self._noted(operation, _errors([refused]))
        with self.lock:
            verdict = self.limits.hit(operation, self._clock())
            response = self._act(operation, act) if verdict.fits else self._throttled(verdict)
        if verdict.fits:
            response.headers["RateLimit-Limit"] = str(verdict.limit)
            response.headers["RateLimit-Remaining"] = str(verdict.remaining)
            response.headers["RateLimit-Reset"] = str(verdict.seconds)
        return self._noted(operation, response)

    def clear(self) -> None:
        """Empty everything."""
        with self.lock:
            self.account.clear()
            self.limits.clear()

    def _act(self, operation: str, act: Act) -> Response:
        body = None
        if operation in VALIDATORS:
            body = request.get_json(force=True, silent=True)
            errors = checks.refused_body(operation, body, len(request.get_data()))
            if errors:
                return _errors(errors)
        try:
            document, status = act(body)
        except checks.Refused as exc:
            return _errors([exc.error])
        except Conflict as exc:
            detail = "A profile already exists with one of these identifiers."
            source, meta = {"pointer": "/data/attributes"}, {"duplicate_profile_id": exc.profile_id}
            return _errors([checks.error(409, detail, source, meta)])
        except Missing:
            return _errors([checks.error(404, "A profile with this id does not exist.")])
        response = jsonify(document) if document is not None else Response(b"")
        response.status_code = status
        response.content_type = checks.MEDIA_TYPES[0]
        return response

    def _throttled(self, verdict: Verdict) -> Response:
        self.account.throttled += 1
        unit = "second" if verdict.seconds == 1 else "seconds"
        detail = f"Request was throttled. Expected available in {verdict.seconds} {unit}."
        response = _errors([checks.error(429, detail, {"pointer": "/data"})])
        response.headers["Retry-After"] = str(verdict.seconds)
        return response

    def _noted(self, operation: str, response: Response) -> Response:
        kept = {
            "operation": operation,
            "method": request.method,
            "path": request.full_path.rstrip("?"),
            "headers": {k: v for k, v in request.headers if k != "Authorization"},
            "body": request.get_json(force=True, silent=True),
            "status": response.status_code,
            "at": datetime.now(UTC).isoformat(),
        }
        with self.lock:
            self.account.asked[operation] += 1
            answered = self.account.answered.setdefault(operation, Counter())
            answered[str(response.status_code)] += 1
            self.account.requests.append(kept)
        return response


def _told_to_fail(status: int, fault: Fault) -> Response:
    source = {"pointer": fault.pointer} if fault.pointer else None
    known = fault.duplicate_profile_id
    meta = {"duplicate_profile_id": known} if known else None
    return _errors([checks.error(status, fault.detail, source, meta)])


def _errors(errors: list[Json]) -> Response:
    response = jsonify({"errors": errors})
    response.status_code = errors[0]["status"]
    response.content_type = checks.MEDIA_TYPES[0]
    return response
