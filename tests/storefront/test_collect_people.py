"""One thing that is wrong about a person, and what is right about them counts all the same."""

from __future__ import annotations

from typing import Any

import pytest

from integration.destinations.klaviyo.marks import UNKNOWN_NOTE
from integration.models import Delivery, FailedEvent, InboundMessage
from tests.conftest import Sandbox
from tests.storefront.telling import ANNA, identify, tell, viewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]

TYPO = "“email” was left out. Write an e-mail address that somebody reads, like anna@my-shop.com."
NO_TEXT = "“external_id” was left out. Write this as text: text of 1 to 64 characters."
LONG_MARK = "“exchange_id” was left out. Write this as text: text of 1 to 255 characters."
NO_MARK = "This is no mark of Klaviyo's: it has letters, digits and some signs, and no spaces."
BROKEN = "This has a character that cannot be stored: a NUL, or half of a pair."


@pytest.mark.parametrize(
    ("person", "known_by", "note"),
    [
        ({"email": ANNA, "exchange_id": "x" * 300}, {"email": ANNA}, LONG_MARK),
        (
            {"email": ANNA, "exchange_id": "a\0b"},
            {"email": ANNA},
            f"“exchange_id” was left out. {BROKEN}",
        ),
        (
            {"email": ANNA, "exchange_id": "a b"},
            {"email": ANNA},
            f"“exchange_id” was left out. {NO_MARK}",
        ),
        ({"email": ANNA, "external_id": "x" * 65}, {"email": ANNA}, NO_TEXT),
        ({"email": ANNA, "external_id": 7}, {"email": ANNA}, NO_TEXT),
        ({"email": "anna@typo", "external_id": "c-1"}, {"external_id": "c-1"}, TYPO),
        ({"email": "anna@typo", "exchange_id": "a-B_9.Xy=="}, {"exchange_id": "a-B_9.Xy=="}, TYPO),
    ],
)
def test_what_cannot_be_an_identifier_is_in_no_others_way(client, person, known_by, note):
    assert tell(client, viewed(person=person)).json() == {"accepted": 1, "refused": []}

    payload = InboundMessage.objects.get().payload
    assert (payload["person"], payload["notes"]) == (known_by, [note])


@pytest.mark.parametrize(
    ("person", "field", "detail"),
    [
        ({"exchange_id": "<bad>"}, "exchange_id", NO_MARK),
        ({"exchange_id": "a b"}, "exchange_id", NO_MARK),
        ({"exchange_id": "é"}, "exchange_id", NO_MARK),
        ({"exchange_id": "a\0b"}, "exchange_id", BROKEN),
        (
            {"email": ["x"], "phone_number": "12"},
            "email",
            "Write this as text: text of 1 to 100 characters.",
        ),
    ],
)
def test_where_nothing_is_left_the_surest_of_what_was_said_is_named(client, person, field, detail):
    [refused] = tell(client, viewed(person=person)).json()["refused"]

    assert refused == {"index": 0, "field": f"events/0/person/{field}", "detail": detail}
    assert not InboundMessage.objects.exists()


def test_who_debugs_sees_what_was_left_out(client):
    told = identify(exchange_id="a b")
    answer = tell(client, viewed(person={"email": "anna@typo"}), told, debug=True).json()

    assert answer["accepted"] == 2
    assert answer["lint"][0][0] == TYPO
    assert answer["lint"][1] == [f"“exchange_id” was left out. {NO_MARK}"]
    assert InboundMessage.objects.order_by("id")[0].payload["person"] == {}


def test_a_mark_that_klaviyo_never_gave_is_no_failure(client, work, sandbox: Sandbox):
    person: dict[str, Any] = {"exchange_id": "anything"}
    tell(client, viewed(person=person), {**identify(first_name="Anna"), "person": person})
    work()

    assert [(one.state, one.notes) for one in Delivery.objects.all()] == [
        (Delivery.State.SENT, [UNKNOWN_NOTE])
    ] * 2
    assert not FailedEvent.objects.exists()
    assert sandbox.state()["profiles"] == []


@pytest.mark.parametrize(
    ("properties", "field"), [({"": 1}, ""), ({"A": [{"": 1}]}, "/A/0"), ({"A": {"": {}}}, "/A")]
)
def test_a_property_without_a_name_is_refused(client, properties, field):
    [refused] = tell(client, viewed(properties=properties)).json()["refused"]

    detail = "Give each property a name."
    assert refused == {"index": 0, "field": f"events/0/properties{field}", "detail": detail}
