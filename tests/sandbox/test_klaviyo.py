"""The stand-in for Klaviyo is as strict as the real one, as far as it is documented."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from project.sandbox.faults import Faults
from project.sandbox.klaviyo.api import Klaviyo, blueprint
from project.sandbox.klaviyo.limits import RATES, Limits

HEADERS = {
    "Authorization": "Klaviyo-API-Key pk_sandbox",
    "revision": "2026-07-15",
    "Content-Type": "application/vnd.api+json",
}
ADA = "ada@storewire-demo.com"


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("project.sandbox.app")
    faults = Faults()
    klaviyo = Klaviyo("pk_sandbox", Limits(enforced=False), faults)
    app.register_blueprint(blueprint(klaviyo))
    app.register_blueprint(faults.blueprint("klaviyo"))
    return app.test_client()


def profile(**attributes: object) -> dict:
    return {"data": {"type": "profile", "attributes": attributes}}


def event(unique_id: str = "u-1", metric: str = "Placed Order", **changes: object) -> dict:
    return {
        "data": {
            "type": "event",
            "attributes": {
                "properties": {"OrderId": "1"},
                "unique_id": unique_id,
                "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
                "profile": {"data": {"type": "profile", "attributes": {"email": ADA}}},
                **changes,
            },
        }
    }


def import_profile(client: FlaskClient, **attributes: object):
    return client.post("/api/profile-import", json=profile(**attributes), headers=HEADERS)


def send(client: FlaskClient, body: dict):
    return client.post("/api/events", json=body, headers=HEADERS)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Authorization": "Klaviyo-API-Key pk_other"}, 401),
        ({"revision": ""}, 400),
        ({"revision": "2023-10-15"}, 410),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_wrong_headers_are_refused(client: FlaskClient, changes: dict, status: int):
    response = client.post(
        "/api/profile-import", json=profile(email=ADA), headers={**HEADERS, **changes}
    )

    assert response.status_code == status
    assert response.json["errors"][0]["status"] == status


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"email": "nobody"}, "/data/attributes/email"),
        ({"email": ADA, "phone_number": "0151"}, "/data/attributes/phone_number"),
        ({"email": ADA, "external_id": "x" * 65}, "/data/attributes/external_id"),
        ({"email": ADA, "subscriptions": {}}, "/data/attributes"),
        ({"first_name": "Ada"}, "/data/attributes"),
    ],
)
def test_a_bad_profile_is_refused_at_its_place(client: FlaskClient, attributes, pointer):
    response = import_profile(client, **attributes)

    assert response.status_code == 400
    assert response.json["errors"][0]["source"]["pointer"] == pointer


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"metric": "x" * 128}, "/data/attributes/metric/data/attributes/name"),
        ({"value": "12"}, "/data/attributes/value"),
        ({"value_currency": "eur"}, "/data/attributes/value_currency"),
        ({"time": "1989-12-31T00:00:00Z"}, "/data/attributes/time"),
        ({"properties": {str(i): i for i in range(401)}}, "/data/attributes/properties"),
        ({"properties": {"a": "x" * 100_001}}, "/data/attributes/properties/a"),
        ({"extra": 1}, "/data/attributes"),
    ],
)
def test_a_bad_event_is_refused_at_its_place(client: FlaskClient, changes: dict, pointer: str):
    response = send(client, event(**changes))

    assert response.status_code == 400
    assert response.json["errors"][0]["source"]["pointer"] == pointer


def test_an_upsert_creates_then_updates_and_null_clears(client: FlaskClient):
    created = import_profile(client, email=ADA, first_name="Ada", title="Dr")
    updated = import_profile(client, email=ADA.upper(), title=None)

    assert (created.status_code, updated.status_code) == (201, 200)
    [held] = client.get("/_sandbox/state").json["profiles"]
    assert (held["first_name"], held["title"]) == ("Ada", None)


def test_identifiers_of_two_profiles_clash(client: FlaskClient):
    first = import_profile(client, email=ADA).json["data"]["id"]
    import_profile(client, external_id="c-1")

    clash = import_profile(client, email=ADA, external_id="c-1")

    assert clash.status_code == 409
    assert clash.json["errors"][0]["meta"]["duplicate_profile_id"] == first


def test_the_first_of_a_unique_id_is_kept_by_profile_and_metric(client: FlaskClient):
    for body in (event(), event(value=5), event(metric="Fulfilled Order"), event("u-2")):
        assert send(client, body).status_code == 202

    state = client.get("/_sandbox/state").json
    assert [(e["metric"], e["unique_id"], e["value"]) for e in state["events"]] == [
        ("Placed Order", "u-1", None),
        ("Fulfilled Order", "u-1", None),
        ("Placed Order", "u-2", None),
    ]
    assert state["counts"]["dropped_unique_ids"] == 1


def test_addresses_for_examples_are_taken_and_dropped(client: FlaskClient):
    nobody = {"data": {"type": "profile", "attributes": {"email": "a@example.com"}}}

    assert send(client, event(profile=nobody)).status_code == 202
    state = client.get("/_sandbox/state").json
    assert (state["events"], state["counts"]["dropped_addresses"]) == ([], 1)


def test_a_window_that_is_full_says_when_to_come_back():
    limits = Limits(enforced=True)
    second, minute = RATES["profile_import"]

    first = [limits.hit("profile_import", 120.5).fits for _ in range(second)]
    refused = limits.hit("profile_import", 120.9)

    assert all(first)
    assert (refused.fits, refused.seconds) == (False, 1)
    assert limits.hit("profile_import", 121.0).fits
    for place in range(minute - second - 1):
        assert limits.hit("profile_import", 122.0 + place / 70).fits
    full = limits.hit("profile_import", 140.0)
    assert (full.fits, full.seconds) == (False, 40)
    assert limits.hit("profile_import", 180.0).fits


@pytest.mark.parametrize("how", ["500", "503", "429", "400", "401", "409"])
def test_it_fails_as_told_and_recovers(client: FlaskClient, how: str):
    client.post("/_sandbox/fail", json={"how": how, "operation": "create_event", "times": 1})

    assert send(client, event()).status_code == int(how)
    assert send(client, event()).status_code == 202


def test_an_order_to_fail_that_makes_no_sense_is_refused(client: FlaskClient):
    assert client.post("/_sandbox/fail", json={"when": "now"}).status_code == 400
