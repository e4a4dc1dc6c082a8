"""Who somebody is: what a page may say of a person, and what it may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from integration.core.records import CustomerErased
from integration.models import Delivery, FailedEvent, InboundMessage
from integration.pipeline import failures
from integration.pipeline.batches import Batch
from integration.pipeline.outbox import queue_records
from tests.conftest import Sandbox
from tests.storefront.telling import ANNA, BEA, identify, tell, viewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def sent() -> list[dict]:
    return [
        delivery.request["body"]["data"]["attributes"]
        for delivery in Delivery.objects.filter(operation="profile_import").order_by("id")
    ]


def test_who_says_who_they_are_has_a_profile(client, work, sandbox: Sandbox):
    properties = {"Status": "Active", "HasFilledOutProfile": False}
    answer = tell(client, identify(first_name="Anna", last_name="Ek", properties=properties))
    work()

    assert answer.status_code == 202
    [profile] = sandbox.state()["profiles"]
    assert (profile["email"], profile["first_name"], profile["last_name"]) == (ANNA, "Anna", "Ek")
    assert profile["properties"] == properties


def test_the_same_again_is_not_sent_again_and_what_is_new_is(client, work):
    tell(client, identify(first_name="Anna"))
    work()
    tell(client, identify(first_name="Anna"))
    work()
    assert sent() == [{"email": ANNA, "first_name": "Anna"}]

    tell(client, identify(first_name="Anni"))
    work()
    tell(client, identify(first_name="Anna"))
    work()
    assert [person["first_name"] for person in sent()] == ["Anna", "Anni", "Anna"]
    assert [m.error for m in InboundMessage.objects.order_by("id")] == [
        "",
        "Nothing has changed since the last time it was sent.",
        "",
        "",
    ]


def test_of_two_words_about_somebody_in_one_request_the_second_counts(client, work):
    tell(client, identify(first_name="Anna"), identify(first_name="Anni"))
    work()

    assert sent()[-1] == {"email": ANNA, "first_name": "Anni"}


def test_what_pages_say_one_after_the_other_is_all_there(client, work, sandbox: Sandbox):
    status = {"Status": "Active", "Schedule": "Weekly"}
    tell(client, identify(first_name="Anna", properties=status), identify(last_name="Ek"))
    work(is_up=False)
    tell(client, identify(properties={"Status": "Stopped"}))
    work()
    work()
    work()

    [profile] = sandbox.state()["profiles"]
    assert (profile["first_name"], profile["last_name"]) == ("Anna", "Ek")
    assert profile["properties"] == {"Status": "Stopped", "Schedule": "Weekly"}


def test_what_is_processed_late_is_told_but_for_what_was_said_since(client, work, sandbox: Sandbox):
    tell(client, identify(first_name="Anna", properties={"Status": "Active"}))
    InboundMessage.objects.update(not_before=now() + timedelta(seconds=60))  # its worker is slow
    tell(client, identify(properties={"Status": "Stopped"}))
    work()
    InboundMessage.objects.update(not_before=now())
    work()

    assert sent()[-1] == {"email": ANNA, "first_name": "Anna", "properties": {}}
    [profile] = sandbox.state()["profiles"]
    assert (profile["first_name"], profile["properties"]) == ("Anna", {"Status": "Stopped"})


def test_what_failed_waits_for_a_person_and_tells_nothing_old(client, work, sandbox: Sandbox):
    tell(client, identify(first_name="Anna", properties={"Status": "Active"}))
    sandbox.fail("400", times=1)
    work()
    tell(client, identify(properties={"Status": "Stopped"}))
    work()
    [failed] = FailedEvent.objects.all()
    assert failed.resolution == "open"

    failures.retry(failed, None)
    work()

    [profile] = sandbox.state()["profiles"]
    assert (profile["first_name"], profile["properties"]) == ("Anna", {"Status": "Stopped"})


def test_a_property_is_replaced_as_a_whole(client, work, choose, sandbox: Sandbox):
    choose(properties=["Address"])
    tell(client, identify(properties={"Address": {"street": "Old", "floor": 3}}))
    work(is_up=False)
    tell(client, identify(properties={"Address": {"street": "New"}}))
    work()
    work()

    [profile] = sandbox.state()["profiles"]
    assert profile["properties"] == {"Address": {"street": "New"}}


def test_a_page_sets_no_property_that_the_store_has_not_named(client, work, choose):
    tell(client, identify(properties={"Status": "Active", "IsVip": True, "$consent": ["sms"]}))
    work()
    assert sent() == [{"email": ANNA, "properties": {"Status": "Active"}}]
    [delivery] = Delivery.objects.all()
    assert delivery.notes == [
        "The property “IsVip” was left out: it is not among those that pages may set.",
        "The property “$consent” was left out: it is not among those that pages may set.",
    ]

    choose(properties=["IsVip"])
    tell(client, identify(properties={"Status": "Active", "IsVip": True}))
    work()
    assert sent()[-1] == {"email": ANNA, "properties": {"IsVip": True}}


def test_a_page_gives_nobody_a_second_identifier(client, work, sandbox: Sandbox):
    others = {"external_id": "c-1", "phone_number": "+4915123456789", "exchange_id": "kx"}
    tell(client, identify(**others), viewed(person={"email": ANNA, **others}))
    work()

    [profile] = sandbox.state()["profiles"]
    assert {name for name, value in profile.items() if value} == {"id", "email"}
    assert sent() == [{"email": ANNA}]
    assert all(
        m.payload["person"] == {"email": ANNA} for m in InboundMessage.objects.order_by("id")
    )


@pytest.mark.parametrize(
    ("person", "known_by"),
    [
        ({"external_id": "c-1", "phone_number": "+4915123456789"}, {"external_id": "c-1"}),
        (
            {"phone_number": "0151 23456789", "exchange_id": "kx"},
            {"phone_number": "+4915123456789"},
        ),
        ({"exchange_id": "kx", "phone_number": "12"}, {"_kx": "kx"}),
        ({"email": " Anna@Klaviyo-Demo.com "}, {"email": ANNA}),
    ],
)
def test_the_surest_of_what_a_page_says_counts(client, work, person, known_by):
    tell(client, {**identify(), "person": person})
    work()

    assert sent() == [known_by]


def test_a_number_that_cannot_be_read_is_left_out_with_a_note(client, work):
    tell(client, identify(phone_number="12"))
    work()

    [delivery] = Delivery.objects.all()
    assert sent() == [{"email": ANNA}]
    assert delivery.notes == [
        "“phone_number” was left out. This is no phone number of DE. Write it like +4915112345678."
    ]


def test_a_page_subscribes_nobody(client, work, sandbox: Sandbox):
    properties = {"$consent": ["email"], "subscriptions": {"email": {"marketing": "SUBSCRIBED"}}}
    tell(client, identify(properties=properties))
    refused = tell(
        client, {**identify(), "subscriptions": {"email": {}}}, {**identify(consent="x")}
    )
    work()

    assert refused.status_code == 400
    assert sandbox.state()["counts"]["requests"] == {"profile_import": 1}
    assert sent() == [{"email": ANNA}]


def test_the_same_address_in_other_letters_is_the_same_person(client, pages):
    tell(client, viewed(id="e"), viewed(id="e", person={"email": "ANNA@klaviyo-demo.com"}))

    assert pages.messages.count() == 1


def test_the_same_person_in_another_store_goes_by_another_name(client, pages, store):
    tell(client, viewed())
    first = pages.messages.get().payload["who"]
    pages.delete()
    store.pk, store.slug = None, "other"
    store.save()
    store.connections.create(kind="storefront")
    tell(client, viewed(), store="other")

    assert InboundMessage.objects.get().payload["who"] != first


def test_whom_the_shop_has_erased_is_not_brought_back(client, work, klaviyo, sandbox: Sandbox):
    klaviyo.store.settings = {"privacy": {"erase": True}}
    klaviyo.store.save()
    erased = CustomerErased(external_id="c-1", occurred_at=now(), version=7, email=BEA)
    queue_records([Batch(records=[erased], as_of=now())], [klaviyo])
    person = {"external_id": "c-1"}

    tell(client, viewed(person=person), {**identify(first_name="Anna"), "person": person})
    work()

    assert sandbox.state()["profiles"] == []
    gone = "Whom this is about was erased."
    assert [(m.state, m.error) for m in InboundMessage.objects.all()] == [("done", gone)] * 2
