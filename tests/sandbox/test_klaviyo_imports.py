"""Many profiles in one request: checked at once, imported later."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"
PATH = "/api/profile-bulk-import-jobs"
ROWS = "/data/attributes/profiles/data"


def send(api, *people: dict, lists: tuple[str, ...] = ()) -> TestResponse:
    rows = [{"type": "profile", "attributes": person} for person in people]
    beside = {"lists": {"data": [{"type": "list", "id": id_} for id_ in lists]}} if lists else {}
    document = {
        "type": "profile-bulk-import-job",
        "attributes": {"profiles": {"data": rows}},
        "relationships": beside,
    }
    return api.post(PATH, {"data": document})


def job(api, id_: str) -> dict:
    return api.get(f"{PATH}/{id_}").json["data"]["attributes"]


def started(api, *people: dict) -> str:
    response = send(api, *people)
    assert response.status_code == 202
    return response.json["data"]["id"]


def done(api, *people: dict) -> str:
    id_ = started(api, *people)
    api.now += 0.5
    return id_


def listed(api, text: str) -> list[str]:
    response = api.get(f"{PATH}?{urlencode({'filter': text})}")
    assert response.status_code == 200
    return [found["id"] for found in response.json["data"]]


def test_a_job_is_queued_then_processed_then_complete(klaviyo_api):
    response = send(klaviyo_api, {"email": ADA}, {"email": BEA, "first_name": "Bea"})

    document = response.json["data"]
    assert (response.status_code, document["type"]) == (202, "profile-bulk-import-job")
    assert document["attributes"] == {
        "status": "queued",
        "created_at": "1970-01-01T01:40:00+00:00",
        "total_count": 2,
        "completed_count": 0,
        "failed_count": 0,
        "completed_at": None,
        "expires_at": "1970-01-08T01:40:00+00:00",
    }
    klaviyo_api.now += 0.3
    assert job(klaviyo_api, document["id"])["status"] == "processing"
    assert klaviyo_api.state()["profiles"] == []
    klaviyo_api.now += 0.2
    assert [profile["email"] for profile in klaviyo_api.state()["profiles"]] == [ADA, BEA]
    after = job(klaviyo_api, document["id"])
    assert (after["status"], after["completed_count"], after["failed_count"]) == ("complete", 2, 0)


def test_null_says_nothing_and_clears_nothing(klaviyo_api):
    held = {"first_name": "Ada", "location": {"city": "Kiel"}, "properties": {"tier": "leaf"}}
    klaviyo_api.import_profile(email=ADA, **held)

    done(
        klaviyo_api,
        {"email": ADA, "first_name": None, "location": None, "properties": {"tier": None, "a": 1}},
    )

    [after] = klaviyo_api.state()["profiles"]
    assert (after["first_name"], after["location"]) == ("Ada", {"city": "Kiel"})
    assert after["properties"] == {"tier": "leaf", "a": 1}


def test_a_row_that_belongs_to_two_profiles_fails_later_and_alone(klaviyo_api):
    klaviyo_api.import_profile(email=ADA)
    klaviyo_api.import_profile(external_id="c-1")

    id_ = done(klaviyo_api, {"email": BEA}, {"email": ADA, "external_id": "c-1"})

    after = job(klaviyo_api, id_)
    assert (after["completed_count"], after["failed_count"]) == (1, 1)
    [failed] = klaviyo_api.get(f"{PATH}/{id_}/import-errors").json["data"]
    assert failed["type"] == "import-error"
    assert failed["attributes"] == {
        "code": "duplicate_profile",
        "title": "Conflict.",
        "detail": "A profile already exists with one of these identifiers.",
        "source": {"pointer": f"{ROWS}/1"},
        "original_payload": {
            "type": "profile",
            "attributes": {"email": ADA, "external_id": "c-1"},
        },
    }
    assert len(klaviyo_api.state()["profiles"]) == 3


def test_the_errors_of_a_job_come_in_pages(klaviyo_api):
    klaviyo_api.import_profile(email=ADA)
    klaviyo_api.import_profile(external_id="c-1")
    clash = {"email": ADA, "external_id": "c-1"}
    id_ = done(klaviyo_api, *[clash] * 5)

    seen, path = [], f"{PATH}/{id_}/import-errors?page[size]=2"
    while path:
        page = klaviyo_api.get(path).json
        seen.append([row["attributes"]["source"]["pointer"][-1] for row in page["data"]])
        path = page["links"]["next"]

    assert seen == [["0", "1"], ["2", "3"], ["4"]]
    assert klaviyo_api.get(f"{PATH}/{id_}/import-errors?page[size]=101").status_code == 400


@pytest.mark.parametrize(
    ("person", "name", "detail"),
    [
        ({"email": "nobody"}, "/email", "Invalid email address"),
        ({"email": ADA, "external_id": "x" * 65}, "/external_id", "longer than 64"),
        ({"email": ADA, "subscriptions": {}}, "", "subscriptions"),
        ({"first_name": "Ada"}, "", "One or more identifiers is required"),
        ({"email": None}, "", "One or more identifiers is required"),
        ({"email": ADA, "properties": {"a": 2**63}}, "/properties/a", "64 bits"),
        ({"email": ADA, "properties": {"a": "x" * 100_000}}, None, "larger than 100 KB"),
    ],
)
def test_one_bad_profile_and_none_is_taken(klaviyo_api, person: dict, name: str | None, detail):
    response = send(klaviyo_api, {"email": BEA}, person)

    [error] = response.json["errors"]
    where = f"{ROWS}/1" if name is None else f"{ROWS}/1/attributes{name}"
    assert (response.status_code, error["source"]["pointer"]) == (400, where)
    assert detail in error["detail"]
    klaviyo_api.now += 1
    assert klaviyo_api.state()["profiles"] == []
    assert klaviyo_api.client.get("/_sandbox/jobs").json["jobs"] == []


def test_ten_thousand_profiles_are_taken_and_not_one_more(klaviyo_api):
    people = [{"external_id": f"c-{n}"} for n in range(10_001)]

    assert send(klaviyo_api, *people).json["errors"][0]["source"]["pointer"] == ROWS
    done(klaviyo_api, *people[:10_000])

    assert len(klaviyo_api.state()["profiles"]) == 10_000


def test_jobs_are_found_by_their_status(klaviyo_api):
    first = done(klaviyo_api, {"email": ADA})
    second = started(klaviyo_api, {"email": BEA})

    assert listed(klaviyo_api, "equals(status,'complete')") == [first]
    assert listed(klaviyo_api, 'any(status,["queued","processing"])') == [second]
    assert klaviyo_api.get(PATH).json["links"]["next"] is None
    page = klaviyo_api.get(f"{PATH}?page[size]=1&fields[profile-bulk-import-job]=status").json
    assert page["data"][0]["attributes"] == {"status": "complete"}
    assert page["links"]["next"]


def test_a_job_that_is_not_there_is_not_found(klaviyo_api):
    id_ = started(klaviyo_api, {"email": ADA})

    assert klaviyo_api.get(f"{PATH}/LOST").status_code == 404
    assert klaviyo_api.get(f"{PATH}/LOST/import-errors").status_code == 404
    assert klaviyo_api.get(f"/api/catalog-item-bulk-create-jobs/{id_}").status_code == 404


def test_jobs_take_as_long_as_told_in_the_order_in_which_they_came(klaviyo_api):
    klaviyo_api.order("jobs", {"seconds": 30})
    started(klaviyo_api, {"email": ADA, "title": "Dr"})
    started(klaviyo_api, {"email": ADA, "title": "Prof"})
    klaviyo_api.now += 29
    assert klaviyo_api.state()["profiles"] == []

    assert klaviyo_api.order("jobs", {"seconds": 0}).status_code == 204

    assert [profile["title"] for profile in klaviyo_api.state()["profiles"]] == ["Prof"]
    assert send(klaviyo_api, {"email": BEA}).json["data"]["attributes"]["status"] == "complete"


def test_the_next_jobs_are_cancelled_if_told(klaviyo_api):
    klaviyo_api.order("jobs", {"cancel": 1})

    ids = [done(klaviyo_api, {"email": email}) for email in (ADA, BEA)]

    assert [job(klaviyo_api, id_)["status"] for id_ in ids] == ["cancelled", "complete"]
    assert [profile["email"] for profile in klaviyo_api.state()["profiles"]] == [BEA]


def test_a_job_says_the_lists_it_was_given(klaviyo_api):
    document = send(klaviyo_api, {"email": ADA}, lists=("L1", "L2")).json["data"]

    named = [found["id"] for found in document["relationships"]["lists"]["data"]]
    assert named == ["L1", "L2"]
    [shown] = klaviyo_api.client.get("/_sandbox/jobs").json["jobs"]
    assert (shown["id"], shown["lists"], shown["total"]) == (document["id"], ["L1", "L2"], 1)


@pytest.mark.parametrize("order", [None, [], {"seconds": -1}, {"seconds": "1"}, {"minutes": 1}])
def test_an_order_about_jobs_that_makes_no_sense_is_refused(klaviyo_api, order: object):
    assert klaviyo_api.order("jobs", order).status_code == 400
    assert klaviyo_api.client.get("/_sandbox/jobs").json["seconds"] == 0.5
