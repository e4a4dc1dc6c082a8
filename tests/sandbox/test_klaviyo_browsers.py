"""What Klaviyo has for browsers: its calls without a key, and the exchange ids that they give."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.sandbox.conftest import ADA

BEA = "bea@storewire-demo.com"
REVISION = {"revision": "2026-07-15"}
METRIC = {"data": {"type": "metric", "attributes": {"name": "Viewed Product"}}}
NOBODY = "One or more identifiers is required"


def by_browser(
    api, what: str, attributes: dict, company: str = "SANDBX", headers: dict = REVISION
) -> TestResponse:
    document = {"data": {"type": what, "attributes": attributes}}
    return api.client.post(f"/client/{what}s?company_id={company}", json=document, headers=headers)


def view(api, unique_id: str, **person: object) -> TestResponse:
    profile = {"data": {"type": "profile", "attributes": person}}
    said = {"properties": {"SKU": "SW-1"}, "unique_id": unique_id, "metric": METRIC}
    return by_browser(api, "event", {**said, "profile": profile})


def known(api, **person: object) -> str:
    answer = by_browser(api, "profile", person)
    assert answer.status_code == 202
    return answer.json["exchange_id"]


def test_a_browser_needs_no_key_but_the_company_and_a_revision(klaviyo_api):
    assert by_browser(klaviyo_api, "profile", {"email": ADA}).status_code == 202

    wrong = by_browser(klaviyo_api, "profile", {"email": BEA}, company="OTHER1")
    assert (wrong.status_code, wrong.json["errors"][0]["source"]) == (
        400,
        {"parameter": "company_id"},
    )
    assert by_browser(klaviyo_api, "profile", {"email": BEA}, headers={}).status_code == 400
    assert [profile["email"] for profile in klaviyo_api.state()["profiles"]] == [ADA]


@pytest.mark.parametrize("what", ["profiles", "events"])
def test_any_page_may_ask(klaviyo_api, what: str):
    before = klaviyo_api.client.options(f"/client/{what}?company_id=SANDBX")
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Headers"] == "content-type, revision"
    refused = klaviyo_api.client.post(f"/client/{what}?company_id=SANDBX", json={})
    assert refused.status_code == 400
    for answer in (before, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_makes_a_profile_and_gets_one_exchange_id_for_it(klaviyo_api):
    first = known(klaviyo_api, email=ADA, first_name="Ada", properties={"Status": "Active"})
    second = known(klaviyo_api, email=ADA.upper(), properties={"Schedule": "Daily"})

    assert first == second
    [profile] = klaviyo_api.state()["profiles"]
    assert profile["email"] == ADA
    assert profile["first_name"] == "Ada"
    assert profile["properties"] == {"Status": "Active", "Schedule": "Daily"}


def test_a_browser_cannot_change_an_identifier_but_give_one_that_is_missing(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)

    assert known(klaviyo_api, email=ADA, external_id="K-1") == exchange_id
    assert known(klaviyo_api, email=BEA, external_id="K-1") == exchange_id

    [ada] = klaviyo_api.state()["profiles"]
    assert (ada["email"], ada["external_id"]) == (ADA, "K-1")


def test_what_a_browser_and_a_server_say_is_one_event(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)
    assert view(klaviyo_api, "v-1", _kx=exchange_id).json == {"exchange_id": exchange_id}
    assert klaviyo_api.send("v-1", metric="Viewed Product").status_code == 202

    state = klaviyo_api.state()
    assert [(event["unique_id"], event["properties"]) for event in state["events"]] == [
        ("v-1", {"SKU": "SW-1"})
    ]
    assert state["counts"]["dropped_unique_ids"] == 1


def test_an_event_of_nobody_is_refused(klaviyo_api):
    answer = view(klaviyo_api, "v-1", _kx="never-given")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["detail"] == NOBODY
    assert view(klaviyo_api, "v-2").status_code == 400
    assert klaviyo_api.state()["events"] == []


def test_an_event_at_an_address_that_is_dropped_gives_no_exchange_id(klaviyo_api):
    answer = view(klaviyo_api, "v-1", email="ada@example.com")
    assert (answer.status_code, answer.json) == (202, {})
    assert klaviyo_api.state()["profiles"] == []


def test_a_server_can_say_who_it_was_by_the_exchange_id(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)
    profile = {"data": {"type": "profile", "attributes": {"_kx": exchange_id}}}

    assert klaviyo_api.send("e-1", profile=profile).status_code == 202
    assert klaviyo_api.import_profile(_kx=exchange_id, first_name="Ada").status_code == 200

    state = klaviyo_api.state()
    [held] = state["profiles"]
    assert (held["email"], held["first_name"], held["_kx"]) == (ADA, "Ada", exchange_id)
    assert [event["profile_id"] for event in state["events"]] == [held["id"]]


def test_an_exchange_id_that_nobody_has_identifies_nobody(klaviyo_api):
    profile = {"data": {"type": "profile", "attributes": {"_kx": "never-given"}}}

    event, imported = (
        klaviyo_api.send(profile=profile),
        klaviyo_api.import_profile(_kx="never-given"),
    )

    assert [answer.json["errors"][0]["source"]["pointer"] for answer in (event, imported)] == [
        "/data/attributes/profile/data/attributes",
        "/data/attributes",
    ]
    assert {event.status_code, imported.status_code} == {400}
    assert event.json["errors"][0]["detail"] == NOBODY
    assert klaviyo_api.state()["profiles"] == []


def test_another_identifier_counts_before_the_exchange_id_which_is_never_written(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)

    assert klaviyo_api.import_profile(email=BEA, _kx=exchange_id).status_code == 201
    assert klaviyo_api.import_profile(email=BEA, _kx="never-given").status_code == 200

    ada, bea = klaviyo_api.state()["profiles"]
    assert ada["_kx"] == exchange_id
    assert "_kx" not in bea


def group(unique_id: str, **person: str) -> dict:
    event = {"properties": {}, "unique_id": unique_id, "metric": METRIC}
    attributes = {
        "profile": {"data": {"type": "profile", "attributes": person}},
        "events": {"data": [{"type": "event", "attributes": event}]},
    }
    return {"type": "event-bulk-create", "attributes": attributes}


def send_many(api, *groups: dict) -> TestResponse:
    attributes = {"events-bulk-create": {"data": list(groups)}}
    document = {"type": "event-bulk-create-job", "attributes": attributes}
    return api.post("/api/event-bulk-create-jobs", {"data": document})


def test_many_events_at_once_are_found_by_exchange_ids(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)
    sent = send_many(klaviyo_api, group("v-1", _kx=exchange_id), group("v-2", email=BEA))
    assert sent.status_code == 202

    state = klaviyo_api.state()
    emails = {profile["id"]: profile["email"] for profile in state["profiles"]}
    assert [(event["unique_id"], emails[event["profile_id"]]) for event in state["events"]] == [
        ("v-1", ADA),
        ("v-2", BEA),
    ]


def test_of_many_events_none_is_taken_if_nobody_has_one_of_the_exchange_ids(klaviyo_api):
    sent = send_many(klaviyo_api, group("v-1", email=ADA), group("v-2", _kx="never-given"))

    assert sent.status_code == 400
    assert sent.json["errors"][0]["source"]["pointer"] == (
        "/data/attributes/events-bulk-create/data/1/attributes/profile/data/attributes"
    )
    assert klaviyo_api.state()["events"] == []


def test_profiles_are_found_by_their_exchange_id(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)
    known(klaviyo_api, email=BEA)

    found = klaviyo_api.get(f'/api/profiles?filter=equals(_kx,"{exchange_id}")').json["data"]

    assert [profile["attributes"]["email"] for profile in found] == [ADA]
    assert klaviyo_api.get('/api/profiles?filter=equals(_kx,"other")').json["data"] == []


def test_a_forgotten_profile_takes_its_exchange_id_along(klaviyo_api):
    exchange_id = known(klaviyo_api, email=ADA)
    profile = {"data": {"type": "profile", "attributes": {"email": ADA}}}
    job = {"type": "data-privacy-deletion-job", "attributes": {"profile": profile}}
    assert klaviyo_api.post("/api/data-privacy-deletion-jobs", {"data": job}).status_code == 202

    assert view(klaviyo_api, "v-1", _kx=exchange_id).status_code == 400


def test_browsers_have_limits_and_failures_too(limited_api):
    limited_api.fail("503", operation="create_client_event", times=1)
    assert view(limited_api, "v-0", email=ADA).status_code == 503

    statuses = [view(limited_api, f"v-{place}", email=ADA).status_code for place in range(351)]

    assert statuses == [*[202] * 350, 429]


def test_the_script_says_where_it_sends_to(klaviyo_api):
    answer = klaviyo_api.client.get(
        "/onsite/js/klaviyo.js?company_id=SANDBX", base_url="http://127.0.0.1:8090"
    )
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert 'const CLIENT = "http://127.0.0.1:8090/client/";' in answer.text
