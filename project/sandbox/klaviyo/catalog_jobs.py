"""The calls about many objects of the catalog at once: the same for all three types."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from project.sandbox.klaviyo.bulk_schemas import CATALOG_JOBS, CatalogJob
from project.sandbox.klaviyo.catalog import Catalog
from project.sandbox.klaviyo.checks import Refused, invalid
from project.sandbox.klaviyo.fieldsets import wanted
from project.sandbox.klaviyo.job_resources import found, job_attributes, job_page
from project.sandbox.klaviyo.jobs import Job, Work
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

MOST_IN_PROGRESS = 500
DEFAULT_PAGE = 100
ERROR_KEYS = ("id", "code", "title", "detail", "source")


def add_catalog_jobs(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""
    for kind in CATALOG_JOBS:
        _add_creating(calls, klaviyo, kind)
        _add_reading(calls, klaviyo, kind)


def _add_creating(calls: Blueprint, klaviyo: Klaviyo, kind: CatalogJob) -> None:
    def create() -> Response:
        def act(body: Json) -> Reply:
            jobs, where = klaviyo.account.jobs, f"/data/attributes/{kind.rows}/data"
            if jobs.in_progress(kind.type) >= MOST_IN_PROGRESS:
                detail = f"At most {MOST_IN_PROGRESS} jobs of this type can be in progress."
                raise Refused(invalid(detail, "/data"))
            rows = body["data"]["attributes"][kind.rows]["data"]
            work = _work(klaviyo.account.catalog, kind)
            job = Job(kind.type, rows, where, work, klaviyo.clock())
            jobs.add(job)
            return {"data": _resource(klaviyo, kind, job)}, 202

        return klaviyo.serve(kind.create, act)

    calls.add_url_rule(f"/api/{kind.type}s", kind.create, create, methods=["POST"])


def _add_reading(calls: Blueprint, klaviyo: Klaviyo, kind: CatalogJob) -> None:
    def resource(job: Job) -> Json:
        return _resource(klaviyo, kind, job)

    def get_one(id_: str) -> Response:
        def act(_: None) -> Reply:
            return {"data": resource(found(klaviyo, kind.type, id_))}, 200

        return klaviyo.serve(kind.get_one, act)

    def get_many() -> Response:
        def act(_: None) -> Reply:
            return job_page(klaviyo, kind.type, resource, ("equals",), DEFAULT_PAGE), 200

        return klaviyo.serve(kind.get_many, act)

    calls.add_url_rule(f"/api/{kind.type}s/<id_>", kind.get_one, get_one)
    calls.add_url_rule(f"/api/{kind.type}s", kind.get_many, get_many)


def _work(catalog: Catalog, kind: CatalogJob) -> Work:
    if kind.verb == "delete":
        return lambda row: catalog.delete(kind.object_type, row["id"])
    return catalog.create if kind.verb == "create" else catalog.update


def _resource(klaviyo: Klaviyo, kind: CatalogJob, job: Job) -> Json:
    attributes = job_attributes(klaviyo, job)
    attributes["errors"] = [{key: failed[key] for key in ERROR_KEYS} for failed in job.errors]
    return {
        "type": kind.type,
        "id": job.id,
        "attributes": {name: attributes[name] for name in wanted(kind.type, attributes)},
        "links": {"self": url_for(f"klaviyo.{kind.get_one}", id_=job.id, _external=True)},
    }
