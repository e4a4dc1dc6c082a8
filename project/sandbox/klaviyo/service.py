"""The way of every request: told to fail, key, limits, body, and then what is asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request

from project.sandbox.faults import Fault, Faults
from project.sandbox.klaviyo import checks
from project.sandbox.klaviyo.account import Account
from project.sandbox.klaviyo.body_checks import refused_body
from project.sandbox.klaviyo.limits import Limits, Verdict
from project.sandbox.klaviyo.request_log import parsed
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.validators import VALIDATORS

Reply = tuple[Json | None, int]
Act = Callable[[Any], Reply]


class Klaviyo:
    """One account behind an API. Act on the account only while it is `looked_at`.

    `clock` returns seconds, as time.time does. A `lean` account keeps little of its events. The
    `key` is for servers, `company` is what browsers say: Klaviyo's private and public key.
    """

    def __init__(
        self,
        key: str,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        *,
        lean: bool = False,
        company: str = "SANDBX",
    ) -> None:
        self.key = key
        self.company = company
        self.limits = limits
        self.faults = Faults(_told_to_fail)
        self.account = Account(lean=lean)
        self.clock = clock
        self._lock = threading.Lock()

    def serve(self, operation: str, act: Act) -> Response:
        """Answer the current request. `act` takes the body, if it is in order, and replies."""
        return self._serve(operation, act, checks.refused_headers(request, self.key))

    def serve_browser(self, operation: str, act: Act) -> Response:
        """Answer the current request likewise, which comes from a browser: without the key."""
        return self._serve(operation, act, checks.refused_browser(request, self.company))

    def _serve(self, operation: str, act: Act, refused: Json | None) -> Response:
        struck = self.faults.strike(operation)
        if struck is not None:
            return self._noted(operation, struck)
        if refused:
            return self._noted(operation, _errors([refused]))
        with self.looked_at():
            verdict = self.limits.hit(operation, self.clock())
            response = self._act(operation, act) if verdict.fits else self._throttled(verdict)
        if verdict.fits:
            response.headers["RateLimit-Limit"] = str(verdict.limit)
            response.headers["RateLimit-Remaining"] = str(verdict.remaining)
            response.headers["RateLimit-Reset"] = str(verdict.seconds)
        return self._noted(operation, response)

    @contextmanager
    def looked_at(self) -> Iterator[Account]:
        """Give the account, with all its jobs done that are due, and nobody else at it."""
        with self._lock:
            self.account.jobs.run_due(self.clock())
            yield self.account

    def clear(self) -> None:
        """Empty everything."""
        with self._lock:
            self.account.clear()
            self.limits.clear()

    def _act(self, operation: str, act: Act) -> Response:
        body = None
        if operation in VALIDATORS:
            raw = request.get_data()
            body = parsed(raw)
            errors = refused_body(operation, body, len(raw))
            if errors:
                return _errors(errors)
        try:
            document, status = act(body)
        except checks.Refused as exc:
            return _errors([exc.error])
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
            "status": response.status_code,
            "at": datetime.now(UTC).isoformat(),
        }
        raw = request.get_data()  # read to its end, or the caller never sees the answer
        with self._lock:
            self.account.asked[operation] += 1
            answered = self.account.answered.setdefault(operation, Counter())
            answered[str(response.status_code)] += 1
            if response.status_code < 300:
                self.account.taken_bytes[operation] += len(raw)
            self.account.requests.add(kept, raw)
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
