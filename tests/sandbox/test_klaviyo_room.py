"""The sandbox has room for hundreds of thousands of events, and can tell them apart."""

from __future__ import annotations

import json

import pytest

from project.sandbox.app import Options, create
from project.sandbox.klaviyo import request_log
from project.sandbox.klaviyo.request_log import RequestLog

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"


def person(**attributes: object) -> dict:
    return {"data": {"type": "profile", "attributes": attributes}}


def rows(api, question: str = "") -> list[list]:
    response = api.client.get(f"/_sandbox/events{question}")
    assert response.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


def requests(api) -> list[dict]:
    return api.client.get("/_sandbox/requests").json


def test_events_are_listed_a_line_each(klaviyo_api):
    klaviyo_api.send("u-1", value=3)
    klaviyo_api.send("u-2", "Refunded Order", profile=person(email=BEA, external_id="c-1"))
    klaviyo_api.send("u-3", backfill=True)

    ada, bea = (profile["id"] for profile in klaviyo_api.state()["profiles"])
    assert rows(klaviyo_api) == [
        ["Placed Order", "u-1", ada, False],
        ["Refunded Order", "u-2", bea, False],
        ["Placed Order", "u-3", ada, True],
    ]
    assert rows(klaviyo_api, "?fields=unique_id,external_id,email,value") == [
        ["u-1", None, ADA, 3],
        ["u-2", "c-1", BEA, None],
        ["u-3", None, ADA, None],
    ]
    assert klaviyo_api.client.get("/_sandbox/events?fields=colour").status_code == 400


def test_a_lean_account_keeps_only_what_identifies_an_event(lean_api):
    lean_api.send("u-1", value=3, time="2026-01-01T00:00:00Z", value_currency="EUR")
    lean_api.send("u-1")
    lean_api.send("u-2", "Refunded Order", profile=person(email=BEA))

    state = lean_api.state()
    ada, bea = (profile["id"] for profile in state["profiles"])
    assert state["events"][0] == {
        "profile_id": ada,
        "metric": "Placed Order",
        "unique_id": "u-1",
        "time": "2026-01-01T00:00:00Z",
        "value": 3,
        "backfill": False,
    }
    assert rows(lean_api)[1] == ["Refunded Order", "u-2", bea, False]
    assert state["counts"]["dropped_unique_ids"] == 1
    assert "Placed Order 3.00" in lean_api.client.get("/").text


def test_a_lean_account_is_as_strict_as_any(lean_api):
    assert lean_api.send(properties={"a": "x" * 100_001}).status_code == 400
    assert lean_api.send(properties={"a": "ä" * 50_001}).status_code == 400
    assert lean_api.send(properties={"a": "ä" * 50_000}).status_code == 202


def test_a_metric_without_events_left_is_no_metric(klaviyo_api):
    klaviyo_api.send("u-1", profile=person(email=BEA))
    klaviyo_api.send("u-2", "Refunded Order")
    body = {"type": "data-privacy-deletion-job", "attributes": {"profile": person(email=BEA)}}
    klaviyo_api.post("/api/data-privacy-deletion-jobs", {"data": body})

    [metric] = klaviyo_api.get("/api/metrics").json["data"]
    assert metric["attributes"]["name"] == "Refunded Order"


def test_of_a_long_body_only_its_length_is_kept_if_not_told_otherwise(klaviyo_api):
    long = {"a": "x" * 60_000, "b": "x" * 60_000}
    klaviyo_api.send("u-1", properties=long)
    assert klaviyo_api.order("requests", {"keep_all": True}).status_code == 204
    klaviyo_api.send("u-2", properties=long)

    first, second = requests(klaviyo_api)
    assert first["body"].keys() == {"bytes"}
    assert first["body"]["bytes"] > 120_000
    assert second["body"]["data"]["attributes"]["properties"] == long
    assert klaviyo_api.order("requests", {"keep_all": "yes"}).status_code == 400


def test_what_is_no_json_is_kept_as_nothing(klaviyo_api):
    klaviyo_api.client.post("/api/events", data=b'{"a": NaN}', headers=klaviyo_api.headers)

    [request] = requests(klaviyo_api)
    assert (request["status"], request["body"]) == (400, None)


def test_the_oldest_requests_make_room_for_the_newest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(request_log, "MOST_BYTES", 10)
    log = RequestLog()

    for number in range(4):
        log.add({"number": number}, b"[1,2]")

    assert log.all() == [{"number": 2, "body": [1, 2]}, {"number": 3, "body": [1, 2]}]


def test_the_whole_sandbox_can_be_lean():
    client = create(Options(lean=True))[0].test_client()
    headers = {"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"}
    event = {
        "properties": {"OrderId": "1"},
        "metric": {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
        "profile": person(email=ADA),
    }

    document = {"data": {"type": "event", "attributes": event}}
    client.post("/klaviyo/api/events", json=document, headers=headers)

    [held] = client.get("/klaviyo/_sandbox/state").json["events"]
    assert (held["metric"], "properties" in held) == ("Placed Order", False)
