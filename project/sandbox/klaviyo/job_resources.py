"""How jobs are shown, one or a page of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from project.sandbox.klaviyo.checks import Refused, error
from project.sandbox.klaviyo.filters import asked
from project.sandbox.klaviyo.jobs import Job
from project.sandbox.klaviyo.paging import page
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo

EXPIRES_AFTER = 7 * 24 * 3600  # seconds from its arrival; Klaviyo does not say


def found(klaviyo: Klaviyo, type_: str, id_: str) -> Job:
    """Return a job of this type. Raises Refused if there is none."""
    job = klaviyo.account.jobs.by_id.get(id_)
    if job is None or job.type != type_:
        raise Refused(error(404, f"There is no {type_} {id_}."))
    return job


def job_page(
    klaviyo: Klaviyo,
    type_: str,
    resource: Callable[[Job], Json],
    operators: tuple[str, ...],
    default_size: int,
) -> Json:
    """Return a page of the jobs of this type, of those with the statuses that are asked for."""
    jobs = klaviyo.account.jobs
    now = klaviyo.clock()
    question = asked({(operator, "status") for operator in operators})
    ids = [
        job.id
        for job in jobs.by_id.values()
        if job.type == type_ and (question is None or jobs.status(job, now) in question[1])
    ]
    return page(ids, lambda id_: resource(jobs.by_id[id_]), default_size, type_)


def job_attributes(klaviyo: Klaviyo, job: Job) -> Json:
    """Return what all jobs say of themselves."""
    return {
        "status": klaviyo.account.jobs.status(job, klaviyo.clock()),
        "created_at": _moment(job.created_at),
        "total_count": job.total,
        "completed_count": job.completed,
        "failed_count": len(job.errors),
        "completed_at": _moment(job.completed_at),
        "expires_at": _moment(job.created_at + EXPIRES_AFTER),
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
