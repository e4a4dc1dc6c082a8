"""The calls about many profiles at once."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from project.sandbox.klaviyo.bulk_checks import PROFILES
from project.sandbox.klaviyo.bulk_schemas import IMPORT_JOB
from project.sandbox.klaviyo.exchange import resolved
from project.sandbox.klaviyo.fieldsets import wanted
from project.sandbox.klaviyo.job_resources import found, job_attributes, job_page
from project.sandbox.klaviyo.jobs import Job
from project.sandbox.klaviyo.paging import page
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

DEFAULT_PAGE = 20
ERROR_ATTRIBUTES = ("code", "title", "detail", "source", "original_payload")
GET_ONE = "get_bulk_import_profiles_job"
GET_ERRORS = "get_errors_for_bulk_import_profiles_job"


def add_imports(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/profile-bulk-import-jobs")
    def bulk_import_profiles() -> Response:
        def act(body: Json) -> Reply:
            account, document = klaviyo.account, body["data"]
            rows = document["attributes"]["profiles"]["data"]

            def import_row(row: Json) -> None:
                account.import_row(resolved(account, row, ""))

            job = Job(IMPORT_JOB, rows, PROFILES, import_row, klaviyo.clock())
            job.lists = document.get("relationships", {}).get("lists", {}).get("data", [])
            account.jobs.add(job)
            return {"data": _resource(klaviyo, job)}, 202

        return klaviyo.serve("bulk_import_profiles", act)

    _add_reading(calls, klaviyo)


def _add_reading(calls: Blueprint, klaviyo: Klaviyo) -> None:
    def resource(job: Job) -> Json:
        return _resource(klaviyo, job)

    @calls.get("/api/profile-bulk-import-jobs")
    def get_bulk_import_profiles_jobs() -> Response:
        def act(_: None) -> Reply:
            return job_page(klaviyo, IMPORT_JOB, resource, ("equals", "any"), DEFAULT_PAGE), 200

        return klaviyo.serve("get_bulk_import_profiles_jobs", act)

    @calls.get("/api/profile-bulk-import-jobs/<id_>")
    def get_bulk_import_profiles_job(id_: str) -> Response:
        def act(_: None) -> Reply:
            return {"data": _resource(klaviyo, found(klaviyo, IMPORT_JOB, id_))}, 200

        return klaviyo.serve(GET_ONE, act)

    @calls.get("/api/profile-bulk-import-jobs/<id_>/import-errors")
    def get_errors_for_bulk_import_profiles_job(id_: str) -> Response:
        def act(_: None) -> Reply:
            by_id = {failed["id"]: failed for failed in found(klaviyo, IMPORT_JOB, id_).errors}
            return page(list(by_id), lambda id_: _failed(by_id[id_]), DEFAULT_PAGE), 200

        return klaviyo.serve(GET_ERRORS, act)


def _resource(klaviyo: Klaviyo, job: Job) -> Json:
    attributes = job_attributes(klaviyo, job)
    errors = url_for(f"klaviyo.{GET_ERRORS}", id_=job.id, _external=True)
    return {
        "type": IMPORT_JOB,
        "id": job.id,
        "attributes": {name: attributes[name] for name in wanted(IMPORT_JOB, attributes)},
        "relationships": {
            "lists": {"data": job.lists},
            "import-errors": {"links": {"related": errors}},
        },
        "links": {"self": url_for(f"klaviyo.{GET_ONE}", id_=job.id, _external=True)},
    }


def _failed(row: Json) -> Json:
    return {
        "type": "import-error",
        "id": row["id"],
        "attributes": {name: row[name] for name in ERROR_ATTRIBUTES},
    }
