"""The REST API: how imports are watched, and what failed in them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.timezone import now

from integration.models import Connection, Delivery, JobRun, Store
from tests.integration.scripts import browser, failure, token

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def script(store: Store) -> Client:
    """A script that may read about the one store."""
    return browser(token(store, scope="read"))


@pytest.fixture
def run(store: Store) -> JobRun:
    """An import that is under way."""
    return JobRun.objects.create(
        store=store,
        kind="orders",
        state="running",
        total=400,
        read=100,
        sent=310,
        accepted=300,
        failed=2,
        skipped=1,
        worked=8.0,
        cursor="here",
        report={"skipped": {"no e-mail": 1}},
        started=NOON,
        heartbeat=now(),
        started_with="manage.py sync",
    )


def test_a_run_tells_how_far_it_is(script, run):
    said = script.get(f"/sync/runs/{run.public_id}").json()

    assert said["state"] == "running"
    assert said["words"] == "It is under way."
    assert (said["total"], said["read"], said["percent"]) == (400, 100, 25)
    assert (said["sent"], said["accepted"], said["failed"], said["skipped"]) == (310, 300, 2, 1)
    assert (said["rate"], said["remaining_seconds"]) == (12.5, 24)
    assert said["report"] == {"skipped": {"no e-mail": 1}}
    assert said["who"] == "manage.py sync"
    assert said["started"] == "2026-11-21T12:00:00Z"
    assert said["finished"] is None


def test_the_status_has_the_active_run_of_each_kind_else_the_last(script, store):
    going_on = JobRun.objects.create(store=store, kind="orders", state="running")
    JobRun.objects.create(store=store, kind="orders", state="succeeded")
    JobRun.objects.create(store=store, kind="products", state="failed")
    last = JobRun.objects.create(store=store, kind="products", state="succeeded")

    stands = {stand["kind"]: stand for stand in script.get("/sync/status").json()}

    assert sorted(stands) == ["categories", "customers", "orders", "products"]
    assert stands["orders"]["active"] is True
    assert stands["orders"]["run"]["id"] == str(going_on.public_id)
    assert stands["products"]["active"] is False
    assert stands["products"]["run"]["id"] == str(last.public_id)
    assert stands["customers"] == {
        "store": "shop",
        "kind": "customers",
        "title": stands["customers"]["title"],
        "active": False,
        "run": None,
    }


def test_the_status_of_one_of_several_stores_can_be_asked(store):
    other = Store.objects.create(slug="other", name="Other")
    script = browser(token(store, other, scope="read"))

    assert {s["store"] for s in script.get("/sync/status").json()} == {"shop", "other"}
    assert {s["store"] for s in script.get("/sync/status?store=other").json()} == {"other"}
    assert script.get("/sync/status?store=third").status_code == 400


def test_runs_are_listed_from_the_newest_on(script, store):
    runs = [JobRun.objects.create(store=store, kind="orders", state="failed") for _ in range(5)]
    JobRun.objects.create(store=store, kind="catch_up", state="succeeded")

    seen, address = [], "/sync/runs?page_size=2"
    while address:
        page = script.get(address).json()
        assert len(page["results"]) <= 2
        seen += [run["id"] for run in page["results"]]
        address = page["next"]

    assert seen == [str(run.public_id) for run in reversed(runs)]


def test_runs_can_be_narrowed(script, store):
    for kind, state in (("orders", "failed"), ("orders", "succeeded"), ("products", "failed")):
        JobRun.objects.create(store=store, kind=kind, state=state)

    found = script.get("/sync/runs?kind=orders&state=failed&store=shop").json()["results"]

    assert [(run["kind"], run["state"]) for run in found] == [("orders", "failed")]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=widgets", "kind"),
        ("state=done", "state"),
        ("store=other", "store"),
        ("store=%00", "store"),
        ("page_size=0", "page_size"),
        ("page_size=1001", "page_size"),
        ("cursor=%C3%A4", "cursor"),
        ("cursor=cD1hYmM=", "cursor"),  # p=abc
        ("cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),  # p=999…
        ("knid=orders", "knid"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(script, query: str, field: str):
    response = script.get(f"/sync/runs?{query}")

    assert (response.status_code, response.json()["field"]) == (400, field)


def test_failures_are_told_row_by_row(script, run, klaviyo):
    failure(
        run,
        klaviyo,
        row="order-1",
        pointer="/data/attributes/value",
        code="invalid",
        status=400,
        last_at=NOON,
        delivery=delivery(klaviyo, {"answer": '{"errors": []}'}),
    )
    failure(run, klaviyo, row="order-2", resolution="noted")
    failure(JobRun.objects.create(store=run.store, kind="orders", state="failed"), klaviyo)

    said = script.get(f"/sync/runs/{run.public_id}/failures").json()

    assert (said["next"], said["previous"]) == (None, None)
    assert said["results"][0] == {
        "row": "order-1",
        "pointer": "/data/attributes/value",
        "code": "invalid",
        "reason": "No.",
        "status": 400,
        "answer": '{"errors": []}',
        "resolution": "open",
        "at": "2026-11-21T12:00:00Z",
    }
    assert [failed["row"] for failed in said["results"]] == ["order-1", "order-2"]


def test_failures_come_a_page_at_a_time(script, run, klaviyo):
    for number in range(3):
        failure(run, klaviyo, row=str(number))

    first = script.get(f"/sync/runs/{run.public_id}/failures?page_size=2").json()
    second = script.get(first["next"]).json()

    assert [failed["row"] for failed in first["results"]] == ["0", "1"]
    assert [failed["row"] for failed in second["results"]] == ["2"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "asks", [{"query_params": {"format": "csv"}}, {"headers": {"accept": "text/csv"}}]
)
def test_failures_come_as_a_spreadsheet(script, run, klaviyo, asks: dict):
    failure(run, klaviyo, row="=1+1", pointer="-", code="@", status=400, last_at=NOON)
    said = delivery(klaviyo, {"answer": "=no"})
    failure(run, klaviyo, row="\tx", delivery=said, pointer='a "b", c', code="+", last_at=NOON)

    response = script.get(f"/sync/runs/{run.public_id}/failures", **asks)

    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = f"failures-{run.public_id}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    lines = list(csv.reader(response.getvalue().decode().splitlines()))
    assert lines == [
        ["row", "pointer", "code", "reason", "status", "answer", "resolution", "at"],
        ["'=1+1", "'-", "'@", "No.", "400", "", "open", "2026-11-21T12:00:00Z"],
        ["'\tx", 'a "b", c', "'+", "No.", "", "'=no", "open", "2026-11-21T12:00:00Z"],
    ]


def test_a_refusal_is_json_also_for_who_wants_a_spreadsheet(db, run):
    address = f"/sync/runs/{run.public_id}/failures?format=csv"

    response = browser("sw_wrong").get(address, headers={"accept": "text/csv"})

    assert (response.status_code, response["Content-Type"]) == (401, "application/json")


def test_what_no_failure_can_be_shown_as_is_refused(script, run):
    response = script.get(f"/sync/runs/{run.public_id}/failures?format=xml")

    assert (response.status_code, response.json()["field"]) == (400, "format")


def delivery(klaviyo: Connection, answer: dict) -> Delivery:
    """Return a delivery that was refused with this answer."""
    return Delivery.objects.create(
        connection=klaviyo,
        operation="create_event",
        request={"method": "POST", "path": "/", "body": {}},
        idempotency_key="a",
        state="rejected",
        answer=answer,
    )
