"""Many at a time reach Klaviyo, and what it says of some of them is understood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from integration.core.bulk import BulkAnswer, Taken
from integration.core.errors import THROTTLED, Misconfigured, Reject, Retry
from integration.core.exchange import Access, Request
from integration.destinations.klaviyo.bulk import BULK
from integration.destinations.klaviyo.client import limit_name
from integration.destinations.klaviyo.limits import RATES
from integration.destinations.klaviyo.words import PHONE_NOTE
from tests.conftest import Sandbox
from tests.integration.destinations import requests_to as to
from tests.integration.destinations.said import Said

EVENTS = "/data/attributes/events-bulk-create/data"
PROFILES = "/data/attributes/profiles/data"


def send(access: Access, *requests: Request) -> BulkAnswer:
    return BULK.send(access)(requests[0].operation, to.pieces(*requests))


def asked(sandbox: Sandbox) -> list[str]:
    return [request["operation"] for request in sandbox.requests()]


def test_events_arrive(access: Access, sandbox: Sandbox):
    answer = send(access, to.event(1), BULK.historic(to.event(2)))

    assert answer == BulkAnswer(taken=(Taken(places=(0, 1), operation="bulk_create_events"),))
    events = {event["unique_id"]: event for event in sandbox.state()["events"]}
    assert set(events) == {"o-1", "o-2"}
    assert asked(sandbox) == ["bulk_create_events"]


def test_profiles_are_taken_into_a_job(access: Access, sandbox: Sandbox):
    answer = send(access, to.profile(1), to.profile(2))

    [taken] = answer.taken
    assert taken.places == (0, 1)
    assert taken.operation == "bulk_import_profiles"
    assert taken.job


@pytest.mark.parametrize(
    ("new", "old", "many"),
    [
        (to.category(2), to.category(1), "categories"),
        (to.item(2), to.item(1), "items"),
        (to.variant(2), to.variant(1), "variants"),
    ],
)
def test_of_the_catalog_what_is_there_is_updated_and_the_rest_created(
    access: Access, klaviyo_says: Said, new: Request, old: Request, many: str
):
    id_ = f"$custom:::$default:::{old.body['data']['attributes']['external_id']}"
    klaviyo_says.say(200, {"data": [{"type": "any", "id": id_}], "links": {}})
    klaviyo_says.say(202, {"data": {"id": "job-1"}})
    klaviyo_says.say(202, {"data": {"id": "job-2"}})

    answer = send(klaviyo_says.access, old, new)

    assert answer.taken == (
        Taken(places=(1,), job="job-1", operation=f"bulk_create_catalog_{many}"),
        Taken(places=(0,), job="job-2", operation=f"bulk_update_catalog_{many}"),
    )
    [(_, question, _), (_, _, create), (_, _, update)] = klaviyo_says.asked
    assert "filter=any%28ids%2C%5B%22%24custom" in question
    [created] = create["data"]["attributes"][many]["data"]
    [updated] = update["data"]["attributes"][many]["data"]
    assert created == new.body["data"]
    assert updated["id"] == id_
    assert "external_id" not in updated["attributes"]


def test_many_objects_are_asked_after_in_short_addresses(klaviyo_says: Said):
    for _ in range(2):
        klaviyo_says.say(200, {"data": []})
    klaviyo_says.say(202, {"data": {"id": "job-1"}})

    send(klaviyo_says.access, *(to.item(number, external_id="ä" * 60) for number in range(20)))

    *questions, _ = klaviyo_says.asked
    assert len(questions) == 2
    assert all(len(path) < 8_000 for _, path, _ in questions)


def test_what_is_not_there_is_deleted_already(access: Access, sandbox: Sandbox):
    send(access, to.category(1))
    answer = send(access, to.deletion("category", "never"), to.deletion("category", "nor"))

    assert answer == BulkAnswer(
        taken=(Taken(places=(0, 1), operation="bulk_delete_catalog_categories"),)
    )
    assert "bulk_delete_catalog_categories" not in asked(sandbox)


def test_of_deletions_only_those_of_what_is_there_are_sent(klaviyo_says: Said):
    klaviyo_says.say(200, {"data": [{"id": "$custom:::$default:::a/b"}]})
    klaviyo_says.say(202, {"data": {"id": "job-1"}})

    answer = send(
        klaviyo_says.access, to.deletion("variant", "gone"), to.deletion("variant", "a/b")
    )

    bulk = "bulk_delete_catalog_variants"
    assert answer.taken == (
        Taken(places=(0,), operation=bulk),
        Taken(places=(1,), job="job-1", operation=bulk),
    )
    [deleted] = klaviyo_says.asked[1][2]["data"]["attributes"]["variants"]["data"]
    assert deleted == {"type": "catalog-variant", "id": "$custom:::$default:::a/b"}


def test_what_klaviyo_names_is_refused_and_the_rest_is_left_to_be_sent_again(
    access: Access, sandbox: Sandbox
):
    answer = send(access, to.event(1), to.event(2), to.event(3, value="19.99"))

    [refused] = answer.refused
    assert (refused.place, refused.instead) == (2, None)
    assert refused.failure.pointer == "/data/attributes/value"
    assert refused.failure.status == 400
    assert answer.taken == ()
    assert sandbox.state()["events"] == []


def test_a_pointer_is_that_of_the_single_request(klaviyo_says: Said):
    klaviyo_says.refuse(
        f"{EVENTS}/0/attributes/profile/data/attributes/email",
        f"{EVENTS}/2/attributes/events/data/0/attributes/metric",
        f"{EVENTS}/3",
    )

    answer = send(klaviyo_says.access, *map(to.event, range(5)))

    assert [(one.place, one.failure.pointer) for one in answer.refused] == [
        (0, "/data/attributes/profile/data/attributes/email"),
        (2, "/data/attributes/metric"),
        (3, "/data"),
    ]
    assert "Bad." in answer.refused[0].failure.reason
    assert len(answer.refused[0].failure.answer) < 1_000


def test_an_event_may_go_without_the_phone_number_that_is_not_taken(klaviyo_says: Said):
    request = to.event(1, person={"phone_number": "+49"})
    klaviyo_says.refuse(f"{EVENTS}/0/attributes/profile/data/attributes/phone_number")

    [refused] = send(klaviyo_says.access, request).refused

    assert refused.note == PHONE_NOTE
    assert refused.instead
    person = refused.instead["data"]["attributes"]["profile"]["data"]["attributes"]
    assert person == {"email": to.ADA}
    assert refused.instead["data"]["attributes"]["unique_id"] == "o-1"


def test_a_profile_may_go_without_it_too(access: Access):
    answer = send(access, to.profile(1), to.profile(2, phone_number="+490"))

    [refused] = answer.refused
    assert refused.place == 1
    assert refused.instead == to.profile(2).body


def test_what_has_another_fault_besides_its_phone_number_may_not(klaviyo_says: Said):
    where = f"{PROFILES}/0/attributes"
    klaviyo_says.refuse(f"{where}/phone_number", f"{where}/email")

    [refused] = send(klaviyo_says.access, to.profile(1, phone_number="+490")).refused

    assert refused.failure.pointer == "/data/attributes/email"
    assert refused.instead is None


def test_where_no_place_is_named_all_of_it_is_refused(klaviyo_says: Said):
    klaviyo_says.refuse("/data", f"{PROFILES}/99/attributes/email")

    with pytest.raises(Reject) as caught:
        send(klaviyo_says.access, to.profile(1), to.profile(2))

    assert caught.value.status == 400


def test_too_large_a_request_is_refused_as_a_whole(klaviyo_says: Said):
    klaviyo_says.refuse("/data", status=413)

    with pytest.raises(Reject, match="too large"):
        send(klaviyo_says.access, to.event())


def test_as_many_jobs_as_klaviyo_takes_is_a_reason_to_wait(klaviyo_says: Said):
    klaviyo_says.say(200, {"data": []})
    detail = "The maximum number of jobs in progress at one time is 500."
    klaviyo_says.refuse("/data", detail=detail)

    with pytest.raises(Retry) as caught:
        send(klaviyo_says.access, to.item())

    assert caught.value.code == THROTTLED
    assert caught.value.after


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_klaviyo_that_is_away_is_tried_later(klaviyo_says: Said, status: int):
    klaviyo_says.say(status, "<html>Bad gateway</html>")

    with pytest.raises(Retry):
        send(klaviyo_says.access, to.event())


def test_a_page_is_no_refusal(klaviyo_says: Said):
    klaviyo_says.say(400, "<html>Bad request</html>")

    with pytest.raises(Retry):
        send(klaviyo_says.access, to.event())


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_key_that_may_not_needs_a_person(klaviyo_says: Said, status: int):
    klaviyo_says.refuse("/data", status=status)

    with pytest.raises(Misconfigured):
        send(klaviyo_says.access, to.event())


def test_slowing_down_is_for_everyone(klaviyo_says: Said):
    klaviyo_says.say(429, {"errors": []}, Retry_After="7")

    with pytest.raises(Retry) as first:
        send(klaviyo_says.access, to.event())
    with pytest.raises(Retry) as second:
        send(klaviyo_says.access, to.event())

    assert (first.value.code, first.value.after) == (THROTTLED, 7)
    assert second.value.code == THROTTLED
    assert 6 < (second.value.after or 0) <= 7
    assert len(klaviyo_says.asked) == 1


def test_without_a_permit_nothing_is_asked(klaviyo_says: Said):
    operation = "bulk_create_events"
    name = limit_name(klaviyo_says.access, operation)
    klaviyo_says.access.limiter.take(name, RATES[operation], 10)

    with pytest.raises(Retry) as caught:
        send(klaviyo_says.access, to.event())

    assert 0 < (caught.value.after or 0) <= 1
    assert klaviyo_says.asked == []


def test_who_can_wait_leaves_a_share_to_others(klaviyo_says: Said):
    patient = replace(klaviyo_says.access, share=0.97)
    operation = "bulk_create_events"
    patient.limiter.take(limit_name(patient, operation), RATES[operation], 9)

    with pytest.raises(Retry):
        send(patient, to.event())

    assert klaviyo_says.asked == []
    klaviyo_says.say(202, {})
    assert send(klaviyo_says.access, to.event()).taken


def test_a_job_that_was_taken_is_not_forgotten_when_the_other_one_fails(klaviyo_says: Said):
    klaviyo_says.say(200, {"data": [{"id": "$custom:::$default:::p-1"}]})
    klaviyo_says.say(202, {"data": {"id": "job-1"}})
    klaviyo_says.say(503, {})

    answer = send(klaviyo_says.access, to.item(1), to.item(2))

    assert answer == BulkAnswer(
        taken=(Taken(places=(1,), job="job-1", operation="bulk_create_catalog_items"),)
    )
