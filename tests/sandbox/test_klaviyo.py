"""The stand-in for Klaviyo is as strict as the real one, as far as it is documented."""

from __future__ import annotations

import pytest

ADA = "ada@storewire-demo.com"
PERSON = "/data/attributes/profile/data/attributes"
PHONE = "Invalid phone number format (Example of a valid format: +12345678901)"


def person(**attributes: object) -> dict:
    return {"data": {"type": "profile", "attributes": attributes}}


def nested(depth: int) -> dict:
    return {"a": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Authorization": "Klaviyo-API-Key pk_other"}, 401),
        ({"Authorization": "Bearer pk_sandbox"}, 401),
        ({"revision": ""}, 400),
        ({"revision": "2026-99-99"}, 400),
        ({"revision": "2023-10-15"}, 410),
        ({"revision": "2024-10-15"}, 410),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_wrong_headers_are_refused(klaviyo_api, changes: dict, status: int):
    klaviyo_api.headers |= changes

    response = klaviyo_api.import_profile(email=ADA)

    assert response.status_code == response.json["errors"][0]["status"] == status
    assert klaviyo_api.state()["profiles"] == []


@pytest.mark.parametrize("media_type", ["application/json", "application/vnd.api+json"])
def test_both_media_types_are_taken(klaviyo_api, media_type: str):
    klaviyo_api.headers["Content-Type"] = media_type

    assert klaviyo_api.import_profile(email=ADA).status_code == 201


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"email": "nobody"}, "/data/attributes/email"),
        ({"email": "x" * 90 + "@storewire-demo.com"}, "/data/attributes/email"),
        ({"email": ADA, "phone_number": "0151"}, "/data/attributes/phone_number"),
        ({"email": ADA, "external_id": "x" * 65}, "/data/attributes/external_id"),
        ({"email": ADA, "location": {"street": "x"}}, "/data/attributes/location"),
        ({"email": ADA, "subscriptions": {}}, "/data/attributes"),
        ({"email": ADA, "properties": {"a/b": 2**63}}, "/data/attributes/properties/a~1b"),
        ({"first_name": "Ada"}, "/data/attributes"),
        ({"email": None}, "/data/attributes"),
    ],
)
def test_a_bad_profile_is_refused_at_its_place(klaviyo_api, attributes, pointer: str):
    response = klaviyo_api.import_profile(**attributes)

    assert response.status_code == 400
    assert response.json["errors"][0]["source"]["pointer"] == pointer
    assert klaviyo_api.state()["profiles"] == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"metric": "x" * 128}, "/data/attributes/metric/data/attributes/name"),
        ({"unique_id": ""}, "/data/attributes/unique_id"),
        ({"value": "12"}, "/data/attributes/value"),
        ({"value_currency": "eur"}, "/data/attributes/value_currency"),
        ({"time": 1767225600}, "/data/attributes/time"),
        ({"time": "1989-12-31T00:00:00Z"}, "/data/attributes/time"),
        ({"time": "2990-01-01T00:00:00Z"}, "/data/attributes/time"),
        ({"time": "2026-01-01t00:00:00z"}, "/data/attributes/time"),
        ({"time": "1990-12-31T23:59:60Z"}, "/data/attributes/time"),
        ({"properties": {str(i): i for i in range(401)}}, "/data/attributes/properties"),
        ({"properties": {"a": "x" * 100_001}}, "/data/attributes/properties/a"),
        ({"properties": {"a": [1] * 4_001}}, "/data/attributes/properties/a"),
        ({"properties": nested(10)}, "/data/attributes/properties" + "/a" * 10),
        ({"profile": person(email="nobody")}, f"{PERSON}/email"),
        ({"profile": person(first_name="Ada")}, PERSON),
        ({"profile": person(email=ADA, subscriptions={})}, PERSON),
        ({"extra": 1}, "/data/attributes"),
    ],
)
def test_a_bad_event_is_refused_at_its_place(klaviyo_api, changes: dict, pointer: str):
    response = klaviyo_api.send(**changes)

    assert response.status_code == 400
    assert response.json["errors"][0]["source"]["pointer"] == pointer
    assert klaviyo_api.state()["events"] == []


def test_every_error_of_a_body_is_named(klaviyo_api):
    response = klaviyo_api.import_profile(email="nobody", phone_number="0151")

    errors = {e["source"]["pointer"]: e["detail"] for e in response.json["errors"]}
    assert errors == {
        "/data/attributes/email": "Invalid email address",
        "/data/attributes/phone_number": PHONE,
    }


def test_what_is_just_allowed_is_taken(klaviyo_api):
    properties = {**{str(i): i for i in range(399)}, "a": nested(8)}

    assert klaviyo_api.send("x" * 255, "x" * 127, properties=properties).status_code == 202
    assert klaviyo_api.import_profile(external_id="x" * 64, location=None).status_code == 201


@pytest.mark.parametrize("body", [None, [], "text", {"data": []}])
def test_what_is_no_body_is_refused(klaviyo_api, body: object):
    assert klaviyo_api.post("/api/events", body).status_code == 400


def test_what_is_too_large_is_refused(klaviyo_api):
    profile = klaviyo_api.import_profile(email=ADA, properties={"a": "x" * 100_000})
    event = klaviyo_api.send(properties={str(i): "x" * 99_000 for i in range(51)})

    assert (profile.status_code, event.status_code) == (413, 413)
