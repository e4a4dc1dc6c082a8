"""Many events in one request: all of them are taken, or none."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"
GROUPS = "/data/attributes/events-bulk-create/data"


def event(unique_id: str | None = "u-1", metric: str = "Placed Order", **changes) -> dict:
    attributes = {
        "properties": {"OrderId": "1"},
        "unique_id": unique_id,
        "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
        **changes,
    }
    return {"type": "event", "attributes": attributes}


def group(*events: dict, person: dict | None = None, meta: dict | None = None, **beside) -> dict:
    beside_person = {"meta": meta} if meta else {}
    profile = {"type": "profile", "attributes": person or {"email": ADA}, **beside_person}
    attributes = {"profile": {"data": profile}, "events": {"data": list(events)}, **beside}
    return {"type": "event-bulk-create", "attributes": attributes}


def send(api, *groups: dict) -> TestResponse:
    attributes = {"events-bulk-create": {"data": list(groups)}}
    document = {"type": "event-bulk-create-job", "attributes": attributes}
    return api.post("/api/event-bulk-create-jobs", {"data": document})


def pointers(response: TestResponse) -> list[str]:
    assert response.status_code == 400
    return [error["source"]["pointer"] for error in response.json["errors"]]


def test_events_of_several_people_are_recorded_like_single_ones(klaviyo_api):
    klaviyo_api.send("u-1")

    response = send(
        klaviyo_api,
        group(event("u-1"), event("u-2", "Ordered Product", value=5), person={"email": ADA}),
        group(event("u-3"), person={"email": BEA, "first_name": "Bea"}),
        group(event("u-4"), person={"email": "nobody@example.com"}),
    )

    assert (response.status_code, response.data) == (202, b"")
    state = klaviyo_api.state()
    ada, bea = state["profiles"]
    assert (ada["email"], bea["email"], bea["first_name"]) == (ADA, BEA, "Bea")
    assert [(e["profile_id"], e["unique_id"], e["value"]) for e in state["events"]] == [
        (ada["id"], "u-1", None),
        (ada["id"], "u-2", 5),
        (bea["id"], "u-3", None),
    ]
    assert state["counts"]["dropped_unique_ids"] == state["counts"]["dropped_addresses"] == 1


def test_backfill_is_said_of_an_event_or_of_all_of_a_group(klaviyo_api):
    silent = group(event("u-1"), event("u-2", backfill=False), backfill=True)

    send(klaviyo_api, silent, group(event("u-3", backfill=True), event("u-4"), backfill=False))

    events = klaviyo_api.state()["events"]
    assert [event["backfill"] for event in events] == [True, False, True, False]


def test_patch_operators_lie_beside_the_attributes_of_the_profile(klaviyo_api):
    klaviyo_api.import_profile(email=ADA, properties={"seen": ["a"]})
    meta = {"patch_properties": {"append": {"seen": "b"}}}

    taken = send(klaviyo_api, group(event(), meta=meta))
    misplaced = send(klaviyo_api, group(event("u-2"), person={"email": ADA, "meta": meta}))

    assert taken.status_code == 202
    assert klaviyo_api.state()["profiles"][0]["properties"] == {"seen": ["a", "b"]}
    assert pointers(misplaced) == [f"{GROUPS}/0/attributes/profile/data/attributes"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (event("u-2", value="12"), "/value"),
        (event("u-2", time="1989-12-31T00:00:00Z"), "/time"),
        (event("u-2", properties={"a": {"b": "x" * 100_001}}), "/properties/a/b"),
        (event("u-2", properties={"a": 2**64}), "/properties/a"),
        (event("u-2", properties={str(n): n for n in range(401)}), "/properties"),
        (event("u-2", metric="x" * 128), "/metric/data/attributes/name"),
        (event("u-2", extra=1), ""),
    ],
)
def test_one_bad_event_and_none_is_taken(klaviyo_api, wrong: dict, pointer: str):
    response = send(klaviyo_api, group(event("u-0")), group(event("u-1"), wrong))

    assert pointers(response) == [f"{GROUPS}/1/attributes/events/data/1/attributes{pointer}"]
    assert klaviyo_api.state()["events"] == []
    assert klaviyo_api.state()["profiles"] == []


@pytest.mark.parametrize(
    ("person", "name", "detail"),
    [
        ({"email": "nobody"}, "/email", "Invalid email address"),
        ({"phone_number": "0151"}, "/phone_number", "Invalid phone number format"),
        ({"first_name": "Ada"}, "", "One or more identifiers is required"),
        ({"email": ADA, "properties": {"a": "x" * 95_000}}, None, "larger than 95 KB"),
    ],
)
def test_a_bad_profile_is_refused_at_its_place(
    klaviyo_api, person: dict, name: str | None, detail: str
):
    response = send(klaviyo_api, group(event("u-1")), group(event("u-2"), person=person))

    base = f"{GROUPS}/1/attributes/profile/data"
    assert pointers(response) == [base if name is None else f"{base}/attributes{name}"]
    assert detail in response.json["errors"][0]["detail"]


def test_every_problem_is_named(klaviyo_api):
    response = send(
        klaviyo_api,
        group(event("u-1", value="x"), person={"email": "nobody"}),
        group(event("u-2", value_currency="eur")),
    )

    assert sorted(pointers(response)) == [
        f"{GROUPS}/0/attributes/events/data/0/attributes/value",
        f"{GROUPS}/0/attributes/profile/data/attributes/email",
        f"{GROUPS}/1/attributes/events/data/0/attributes/value_currency",
    ]


def test_a_unique_id_may_not_be_repeated_not_even_for_another_profile_or_metric(klaviyo_api):
    response = send(
        klaviyo_api,
        group(event("u-1"), event(None), event(None)),
        group(event("u-2"), event("u-1", "Ordered Product"), person={"email": BEA}),
    )

    assert pointers(response) == [f"{GROUPS}/1/attributes/events/data/1/attributes/unique_id"]
    assert klaviyo_api.state()["events"] == []


def test_a_thousand_events_are_taken_and_not_one_more(klaviyo_api):
    groups = [group(*(event(f"{n}-{m}") for m in range(100))) for n in range(10)]

    assert send(klaviyo_api, *groups).status_code == 202
    more = send(klaviyo_api, *groups, group(event("one more")))

    assert pointers(more) == [GROUPS]
    assert len(klaviyo_api.state()["events"]) == 1_000


def test_more_than_five_million_bytes_are_refused(klaviyo_api):
    events = [event(f"u-{n}", properties={"a": "x" * 99_900}) for n in range(51)]

    assert send(klaviyo_api, group(*events)).status_code == 413
    assert send(klaviyo_api, group(*events[:40])).status_code == 202


@pytest.mark.parametrize("groups", [[], [group()]])
def test_nothing_at_all_is_refused(klaviyo_api, groups: list):
    assert send(klaviyo_api, *groups).status_code == 400


def test_a_known_person_who_says_the_same_again_stays_as_they_were(klaviyo_api):
    person = {"email": ADA, "first_name": "Ada", "properties": {"a": [1], "b": 2}}
    for n in range(3):
        send(klaviyo_api, group(event(f"u-{n}"), person=person))
    send(klaviyo_api, group(event("u-3"), person={"email": ADA, "properties": {"b": 3}}))

    [held] = klaviyo_api.state()["profiles"]
    assert {**held, "id": ""} == {**person, "properties": {"a": [1], "b": 3}, "id": ""}
