"""What is refused of a batch, in which words, and that the rest of it is kept."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from integration.models import InboundMessage
from tests.storefront.telling import ANNA, SHOP, identify, post, tell, viewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]

TEXT = "text of 1 to 255 characters."
EMAIL = "Write an e-mail address that somebody reads, like anna@my-shop.com."
NAME = "Write the name of an event: text of 1 to 127 characters."
WHO = "Say who it was: by an email, external_id, phone_number or exchange_id."
NONE = "There is no such field."


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"x": value}
    return value


@pytest.mark.parametrize(
    ("event", "field", "detail"),
    [
        ("x", "", "Send an object for each event."),
        (viewed(type="page"), "/type", "Write “track”, “identify” or “hello”."),
        (viewed(type=["track"]), "/type", "Write “track”, “identify” or “hello”."),
        (viewed(colour="red"), "/colour", NONE),
        ({**identify(), "name": "x"}, "/name", NONE),
        (viewed(id=""), "/id", f"Write the id of the event: {TEXT}"),
        (viewed(id=7), "/id", f"Write the id of the event: {TEXT}"),
        (viewed(id="x" * 256), "/id", f"Write the id of the event: {TEXT}"),
        (viewed(name=""), "/name", NAME),
        (viewed(name="  "), "/name", NAME),
        (viewed(name="x" * 128), "/name", NAME),
        (viewed(age="1"), "/age", "Write how many milliseconds ago it happened: a number."),
        (viewed(age=True), "/age", "Write how many milliseconds ago it happened: a number."),
        (viewed(person={}), "/person", WHO),
        (viewed(person=None), "/person", WHO),
        (viewed(person={"email": ""}), "/person", WHO),
        ({**identify(), "person": {"first_name": "Anna"}}, "/person", WHO),
        (viewed(person=ANNA), "/person", "Send the person as an object."),
        (viewed(person={"email": "anna@"}), "/person/email", EMAIL),
        (viewed(person={"email": "anna@example.com"}), "/person/email", EMAIL),
        (viewed(person={"email": "a" * 99 + "@x.de"}), "/person/email",
         "Write this as text: text of 1 to 100 characters."),
        (viewed(person={"external_id": "x" * 65}), "/person/external_id",
         "Write this as text: text of 1 to 64 characters."),
        (viewed(person={"external_id": 7}), "/person/external_id",
         "Write this as text: text of 1 to 64 characters."),
        (identify(last_name="x" * 256), "/person/last_name", f"Write this as text: {TEXT}"),
        (viewed(person={"phone_number": "12"}), "/person/phone_number",
         "This is no phone number of DE. Write it like +4915112345678."),
        (viewed(person={"email": ANNA, "first_name": "Anna"}), "/person/first_name",
         "A person has email, external_id, phone_number and exchange_id. All else belongs to the "
         "properties."),
        (identify(consent="yes"), "/person/consent",
         "A person has email, external_id, phone_number, exchange_id, first_name and last_name. "
         "All else belongs to the properties."),
        (viewed(properties=[]), "/properties", "Send the properties as an object."),
        (viewed(properties={str(n): n for n in range(401)}), "/properties",
         "Send at most 400 properties."),
        (viewed(properties=deep(11)), "/properties" + "/x" * 10,
         "This lies too deep: nest at most 10 levels."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field_and_the_rest_is_kept(client, event, field, detail):
    answer = tell(client, viewed(), event)

    assert answer.status_code == 202
    assert answer.json() == {
        "accepted": 1,
        "refused": [{"index": 1, "field": f"events/1{field}", "detail": detail}],
    }
    assert InboundMessage.objects.count() == 1


BROKEN = "This has a character that cannot be stored: a NUL, or half of a pair."
NUMBER = "Write a number of at most 64 bits."


@pytest.mark.parametrize(
    ("written", "field", "detail"),
    [
        (rb'"properties": {"A": ["x", "\ud83d"]}', "properties/A/1", BROKEN),
        (rb'"properties": {"A": "\u0000"}', "properties/A", BROKEN),
        (rb'"properties": {"A": {"\udc00": 1}}', "properties/A/\udc00", BROKEN),
        (rb'"properties": {"A": NaN}', "properties/A", NUMBER),
        (rb'"properties": {"A": 1e999}', "properties/A", NUMBER),
        (rb'"properties": {"A": 9223372036854775808, "B": NaN}', "properties/A", NUMBER),
        (rb'"age": Infinity', "age", "Write how many milliseconds ago it happened: a number."),
        (rb'"id": "\u0000"', "id", BROKEN),
        (rb'"name": "\ud83d"', "name", BROKEN),
    ],
)
def test_what_json_can_say_and_nobody_can_keep_costs_no_other_event(client, written, field, detail):
    good = orjson.dumps(viewed(id="good"))
    bad = orjson.dumps(viewed(id="bad")).removesuffix(b"}") + b", " + written + b"}"
    answer = post(client, b'{"store": "shop", "events": [' + good + b", " + bad + b"]}")

    assert answer.status_code == 202
    assert answer.json() == {
        "accepted": 1,
        "refused": [{"index": 1, "field": f"events/1/{field}", "detail": detail}],
    }
    assert InboundMessage.objects.get().payload["id"] == "good"


@pytest.mark.parametrize(
    "properties",
    [
        {str(n): n for n in range(400)},
        deep(10),
        {"Emoji": "👟", "Large": 2**63 - 1, "Nothing": None, "No": False, "Text": "x" * 50_000},
        {"x" * 5000: ["", {}, []]},
    ],
)
def test_what_can_be_kept_is_kept_as_it_is(client, properties):
    assert tell(client, viewed(properties=properties)).json()["accepted"] == 1

    assert InboundMessage.objects.get().payload["properties"] == properties


@pytest.mark.parametrize(
    ("changes", "field", "detail"),
    [
        ({"events": []}, "events", "Send a list of 1 to 50 events."),
        ({"events": {}}, "events", "Send a list of 1 to 50 events."),
        ({"events": [viewed()] * 51}, "events", "Send a list of 1 to 50 events."),
        ({"debug": "yes"}, "debug", "Write true or false."),
        ({"page": 7}, "page", "Write the address of the page: text of 1 to 4000 characters."),
        ({"consent": True}, "consent", NONE),
    ],
)
def test_a_batch_that_is_wrong_itself_is_not_kept(client, changes, field, detail):
    answer = tell(client, viewed(), **changes)

    assert answer.status_code == 400
    assert answer.json() == {
        "detail": detail,
        "code": "invalid",
        "refused": [{"index": None, "field": field, "detail": detail}],
    }
    assert not InboundMessage.objects.exists()


def test_a_batch_of_which_nothing_is_right_is_refused(client):
    answer = tell(client, viewed(name=""), viewed(id=""))

    assert answer.status_code == 400
    assert (answer.json()["code"], len(answer.json()["refused"])) == ("invalid", 2)
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert not InboundMessage.objects.exists()


def test_fifty_events_come_at_once(client):
    assert tell(client, *[viewed() for _ in range(50)]).json() == {"accepted": 50, "refused": []}
    assert InboundMessage.objects.count() == 50


def test_a_hello_is_answered_and_kept_nowhere(client):
    assert tell(client, {"type": "hello"}).json() == {"accepted": 1, "refused": []}
    assert not InboundMessage.objects.exists()


def test_who_debugs_is_told_what_flows_will_not_like(client, choose):
    choose(send="server", own_events=[])
    events = [
        {"type": "hello"},
        viewed(properties={"ProductName": "Shoe", "Price": "49,90 €"}),
        viewed(name=""),
        viewed(name="Spun the Wheel"),
        identify(properties={"IsVip": True}),
    ]

    answer = tell(client, *events, debug=True).json()

    assert (answer["accepted"], answer["send"]) == (4, "server")
    hello, price, refused, own, vip = answer["lint"]
    assert (hello, refused) == ([], [])
    assert (
        "Price is no number but “49,90 €”. Send a number, like 49.9, without a currency." in price
    )
    assert own == [
        "“Spun the Wheel” is not among the store's own events, so it goes no further. If you want "
        "it, add it in the store's settings, under Storefront."
    ]
    assert vip == [
        "“IsVip” is left out: pages may not set it. To allow it, add it in the store's settings, "
        "under Storefront."
    ]


def test_who_does_not_debug_is_not_told(client):
    assert tell(client, viewed(properties={})).json() == {"accepted": 1, "refused": []}
