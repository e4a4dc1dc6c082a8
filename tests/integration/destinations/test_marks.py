"""Browsers that Klaviyo does not know: what is theirs is no failure that somebody looks at."""

from __future__ import annotations

import pytest

from integration.core.bulk import BulkAnswer, Taken
from integration.core.errors import Reject, Retry
from integration.core.exchange import Access, Answer, Request
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.bulk import BULK
from integration.destinations.klaviyo.marks import UNKNOWN_NOTE
from integration.destinations.klaviyo.sending import sender
from tests.conftest import Sandbox
from tests.integration.destinations import requests_to as to
from tests.integration.destinations.said import Said

KX = {"_kx": "never-given"}
PERSON = "/data/attributes/profile/data/attributes"


def event(number: int = 1, person: dict | None = None) -> Request:
    """Return the request for an event of a browser."""
    profile = {"data": {"type": "profile", "attributes": person or KX}}
    return to.event(number, profile=profile)


def profile(**person: str) -> Request:
    """Return the request for the profile of a browser."""
    return to.profile().with_body(bodies.profile({**KX, "first_name": "Ada", **person}))


def done(place: int) -> Taken:
    """Return what is said of a piece with which nothing is left to do."""
    return Taken(places=(place,), operation="bulk_create_events", note=UNKNOWN_NOTE)


def send(access: Access, request: Request) -> Answer:
    parts = {"method": request.method, "path": request.path, "body": request.body}
    return sender(access)(request.operation, parts)


@pytest.mark.parametrize("request_", [event(), profile()])
def test_what_is_of_an_unknown_browser_is_done_with(access: Access, sandbox: Sandbox, request_):
    answer = send(access, request_)

    assert (answer.status, answer.notes) == (400, (UNKNOWN_NOTE,))
    assert answer.body["errors"][0]["detail"] == "One or more identifiers is required"
    assert sandbox.state()["profiles"] == sandbox.state()["events"] == []


@pytest.mark.parametrize("place", [PERSON, f"{PERSON}/_kx"])
def test_the_place_says_it_too(klaviyo_says: Said, place: str):
    klaviyo_says.refuse(place)

    assert send(klaviyo_says.access, event()).notes == (UNKNOWN_NOTE,)


@pytest.mark.parametrize(
    ("request_", "places"),
    [
        (event(), ["/data/attributes/time"]),
        (event(), [PERSON, "/data/attributes/time"]),
        (event(person={**KX, "email": to.ADA}), [PERSON]),
        (profile(), ["/data/attributes/first_name"]),
        (profile(external_id="c-1"), ["/data/attributes/_kx"]),
    ],
)
def test_all_else_stays_a_refusal(klaviyo_says: Said, request_: Request, places: list[str]):
    klaviyo_says.refuse(*places)

    with pytest.raises(Reject):
        send(klaviyo_says.access, request_)


def test_a_page_of_something_in_between_says_nothing_of_browsers(klaviyo_says: Said):
    klaviyo_says.say(400, "<html>identifier</html>")

    with pytest.raises(Retry):
        send(klaviyo_says.access, event())


def test_of_many_events_those_of_unknown_browsers_are_done_with(access: Access, sandbox: Sandbox):
    contents = to.pieces(to.event(1), event(2))

    answer = BULK.send(access)("create_event", contents)

    assert answer == BulkAnswer(taken=(done(1),))
    assert sandbox.state()["events"] == []  # what is in neither list is sent again
    BULK.send(access)("create_event", contents[:1])
    assert [one["unique_id"] for one in sandbox.state()["events"]] == ["o-1"]


def test_what_else_is_wrong_in_a_bulk_request_stays_a_refusal(klaviyo_says: Said):
    groups = "/data/attributes/events-bulk-create/data"
    inside = "attributes/profile/data/attributes"
    klaviyo_says.refuse(*(f"{groups}/{place}/{inside}" for place in (0, 1)), f"{groups}/2")

    contents = to.pieces(to.event(1), event(2), event(3))
    answer = BULK.send(klaviyo_says.access)("create_event", contents)

    assert answer.taken == (done(1),)
    assert [one.place for one in answer.refused] == [0, 2]


def test_a_profile_of_an_unknown_browser_that_a_job_refuses_goes_by_itself(klaviyo_says: Said):
    error = {"code": "invalid", "detail": "One or more identifiers is required"}
    said = {"status": "complete", "completed_count": 1, "failed_count": 1}
    klaviyo_says.say(200, {"data": {"attributes": said}})
    pointer = "/data/attributes/profiles/data/1/attributes"
    row = {"attributes": {**error, "source": {"pointer": pointer}}}
    klaviyo_says.say(200, {"data": [row], "links": {}})

    contents = to.pieces(to.profile(1), profile())
    answer = BULK.follow(klaviyo_says.access, "bulk_import_profiles", "job-1", contents)

    [refused] = answer.refused
    assert (refused.place, refused.instead) == (1, profile().body)
