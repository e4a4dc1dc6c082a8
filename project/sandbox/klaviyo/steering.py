"""What Klaviyo does not have: calls that empty the account, and say how it is to behave."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from flask import Blueprint, Response, jsonify, request

from project.sandbox.klaviyo.jobs import Job, Jobs
from project.sandbox.klaviyo.schemas import Json, closed
from project.sandbox.klaviyo.service import Klaviyo

FLOW = closed(
    ["name"],
    {
        "name": {"type": "string"},
        "status": {"enum": ["live", "draft", "manual"]},
        "archived": {"type": "boolean"},
        "created": {"type": "string"},
        "updated": {"type": "string"},
    },
)
FLOWS = {"type": "object", "additionalProperties": {"type": "array", "items": FLOW}}
JOBS = closed(
    [],
    {
        "seconds": {"type": "number", "minimum": 0},
        "cancel": {"type": "integer", "minimum": 0},
    },
)
REQUESTS = closed(["keep_all"], {"keep_all": {"type": "boolean"}})


def add_steering(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.delete("/_sandbox/state")
    def clear() -> tuple[str, int]:
        klaviyo.clear()
        return "", 204

    @calls.put("/_sandbox/requests")
    def keep_requests() -> tuple[str, int]:
        order, trouble = _order(REQUESTS)
        if trouble:
            return trouble, 400
        with klaviyo.looked_at() as account:
            account.requests.keep_all = order["keep_all"]
        return "", 204

    @calls.put("/_sandbox/flows")
    def set_flows() -> tuple[str, int]:
        order, trouble = _order(FLOWS)
        if trouble:
            return trouble, 400
        with klaviyo.looked_at() as account:
            account.flows = order
        return "", 204

    _add_jobs(calls, klaviyo)


def _add_jobs(calls: Blueprint, klaviyo: Klaviyo) -> None:
    @calls.get("/_sandbox/jobs")
    def jobs() -> Response:
        with klaviyo.looked_at() as account:
            held = account.jobs
            shown = [_job(held, job, klaviyo.clock()) for job in held.by_id.values()]
            return jsonify(seconds=held.seconds, cancel=held.to_cancel, jobs=shown)

    @calls.put("/_sandbox/jobs")
    def set_jobs() -> tuple[str, int]:
        order, trouble = _order(JOBS)
        if trouble:
            return trouble, 400
        with klaviyo.looked_at() as account:
            account.jobs.seconds = order.get("seconds", account.jobs.seconds)
            account.jobs.to_cancel = order.get("cancel", account.jobs.to_cancel)
        return "", 204


def _order(schema: Json) -> tuple[Any, str]:
    """What the request says, and why it makes no sense if so."""
    order = request.get_json(force=True, silent=True)
    try:
        jsonschema_rs.validate(schema, order)
    except jsonschema_rs.ValidationError as exc:
        return None, f"{exc.message}\n"
    return order, ""


def _job(jobs: Jobs, job: Job, now: float) -> Json:
    return {
        "id": job.id,
        "type": job.type,
        "status": jobs.status(job, now),
        "total": job.total,
        "completed": job.completed,
        "failed": len(job.errors),
        "lists": [found["id"] for found in job.lists],
    }
