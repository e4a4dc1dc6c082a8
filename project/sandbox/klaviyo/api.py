"""The calls. Bulk and catalogue endpoints get files of their own beside this one."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from project.sandbox.faults import Faults
from project.sandbox.klaviyo import checks
from project.sandbox.klaviyo.account import Account, Conflict
from project.sandbox.klaviyo.limits import Limits, Verdict
from project.sandbox.klaviyo.schemas import Json

Reply = tuple[Json | None, int]


class Klaviyo:
    """One account behind an API."""

    def __init__(self, key: str, limits: Limits, faults: Faults) -> None:
        self.key = key
        self.limits = limits
        self.faults = faults
        self.account = Account()
        self._lock = threading.Lock()

    def serve(self, operation: str, act: Callable[[Any], Reply]) -> Response:
        """Answer one request: told to fail, key, limits, body, and then what is asked."""
        struck = self.faults.strike(operation)
        if struck is not None:
            return self._noted(operation, struck)
        refused = checks.refused_headers(request, self.key)
        if refused:
            return self._noted(operation, _errors([refused]))
        with self._lock:
            verdict = self.limits.hit(operation, time.time())
            response = self._throttled(verdict) if not verdict.fits else self._act(operation, act)
        if verdict.fits:
            response.headers["RateLimit-Limit"] = str(verdict.limit)
            response.headers["RateLimit-Remaining"] = str(verdict.remaining)
            response.headers["RateLimit-Reset"] = str(verdict.seconds)
        return self._noted(operation, response)

    def clear(self) -> None:
        """Empty everything."""
        with self._lock:
            self.account.clear()
            self.limits.clear()

    def _act(self, operation: str, act: Callable[[Any], Reply]) -> Response:
        body = request.get_json(force=True, silent=True) if request.method != "GET" else None
        if request.method != "GET":
            errors = checks.refused_body(operation, body, len(request.get_data()))
            if errors:
                return _errors(errors)
        try:
            document, status = act(body)
        except Conflict as exc:
            detail = "A profile already exists with one of these identifiers."
            meta = {"duplicate_profile_id": exc.profile_id}
            return _errors(
                [checks.error(409, "duplicate_profile", detail, "/data/attributes", meta)]
            )
        except KeyError:
            return _errors(
                [checks.error(404, "not_found", "A profile with this id does not exist.")]
            )
        response = jsonify(document) if document is not None else Response(b"")
        response.status_code = status
        response.content_type = "application/vnd.api+json"
        return response

    def _throttled(self, verdict: Verdict) -> Response:
        self.account.throttled += 1
        detail = f"Request was throttled. Expected available in {verdict.seconds} second."
        response = _errors([checks.error(429, "throttled", detail, "/data")])
        response.headers["Retry-After"] = str(verdict.seconds)
        return response

    def _noted(self, operation: str, response: Response) -> Response:
        with self._lock:
            account = self.account
            account.asked[operation] += 1
            account.answered.setdefault(operation, Counter())[str(response.status_code)] += 1
            account.requests.append(
                {
                    "operation": operation,
                    "method": request.method,
                    "path": request.path,
                    "headers": {k: v for k, v in request.headers if k != "Authorization"},
                    "body": request.get_json(force=True, silent=True),
                    "status": response.status_code,
                    "at": datetime.now(UTC).isoformat(),
                }
            )
        return response


def blueprint(klaviyo: Klaviyo) -> Blueprint:
    """Return the API, what steers it, and the page that shows what it holds."""
    calls = Blueprint("klaviyo", __name__)

    @calls.post("/api/profile-import")
    def profile_import() -> Response:
        def act(body: Json) -> Reply:
            profile, created = klaviyo.account.upsert(body["data"]["attributes"])
            return _profile(profile), 201 if created else 200

        return klaviyo.serve("profile_import", act)

    @calls.patch("/api/profiles/<profile_id>")
    def update_profile(profile_id: str) -> Response:
        def act(body: Json) -> Reply:
            return _profile(klaviyo.account.update(profile_id, body["data"]["attributes"])), 200

        return klaviyo.serve("update_profile", act)

    @calls.post("/api/events")
    def create_event() -> Response:
        def act(body: Json) -> Reply:
            klaviyo.account.record(body["data"]["attributes"], datetime.now(UTC).isoformat())
            return None, 202

        return klaviyo.serve("create_event", act)

    @calls.get("/api/accounts")
    def get_accounts() -> Response:
        name = {"organization_name": "Storewire Sandbox"}
        attributes = {"contact_information": name, "public_api_key": "SANDBX"}
        account = {"type": "account", "id": "SANDBX", "attributes": attributes}
        return klaviyo.serve("get_accounts", lambda _: ({"data": [account]}, 200))

    @calls.get("/api/metrics")
    def get_metrics() -> Response:
        def act(_: None) -> Reply:
            names = sorted(klaviyo.account.metrics())
            metrics = [{"type": "metric", "id": n, "attributes": {"name": n}} for n in names]
            return {"data": metrics}, 200

        return klaviyo.serve("get_metrics", act)

    _steering(calls, klaviyo)
    return calls


def _steering(calls: Blueprint, klaviyo: Klaviyo) -> None:
    @calls.get("/_sandbox/state")
    def state() -> Response:
        account = klaviyo.account
        return jsonify(
            profiles=list(account.profiles.values()), events=account.events, counts=account.counts()
        )

    @calls.get("/_sandbox/requests")
    def requests() -> Response:
        return jsonify(list(klaviyo.account.requests))

    @calls.delete("/_sandbox/state")
    def clear() -> tuple[str, int]:
        klaviyo.clear()
        return "", 204

    @calls.get("/")
    def page() -> str:
        account = klaviyo.account
        latest: dict[str, list[Json]] = {}
        for event in reversed(account.events[-500:]):
            latest.setdefault(event["profile_id"], []).append(event)
        profiles = list(account.profiles.values())[::-1][:100]
        return render_template(
            "klaviyo.html",
            account=account,
            profiles=profiles,
            events=latest,
            metrics=account.metrics().most_common(),
        )


def _profile(profile: Json) -> Json:
    attributes = {name: value for name, value in profile.items() if name != "id"}
    return {"data": {"type": "profile", "id": profile["id"], "attributes": attributes}}


def _errors(errors: list[Json]) -> Response:
    response = jsonify({"errors": errors})
    response.status_code = errors[0]["status"]
    response.content_type = "application/vnd.api+json"
    return response
