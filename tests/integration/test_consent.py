"""Consent: written down, and sent as it was said."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from django.contrib.auth.models import Group, User
from django.urls import reverse

from integration.models import Connection, Consent, Delivery, FailedEvent, Store
from integration.pipeline import consent, failures
from tests.conftest import Sandbox
from tests.integration.destinations.waiting import ADA, AT, LIST, PHONE
from tests.integration.destinations.waiting import consent as said

pytestmark = pytest.mark.django_db
FORM = "Back in stock form"


def members(sandbox: Sandbox, list_id: str = LIST) -> list[str]:
    state = sandbox.state()
    emails = {profile["id"]: profile["email"] for profile in state["profiles"]}
    return [emails[id_] for id_ in state["lists"].get(list_id, [])]


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("operation", "state"))


@pytest.fixture
def marketer(client):
    user = User.objects.create_user("marketer", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketer"))
    client.force_login(user)
    return client


def test_a_word_is_written_down_and_sent(store: Store, klaviyo: Connection, send, sandbox: Sandbox):
    queued = consent.record(store, [said()], source=FORM)
    send()

    assert queued.bells == {(klaviyo.id, "bulk_subscribe_profiles")}
    [row] = Consent.objects.values("person", "email", "phone", "granted", "list_id", "source")
    assert row == {
        "person": "a-keyed-hash",
        "email": ADA,
        "phone": "",
        "granted": True,
        "list_id": LIST,
        "source": FORM,
    }
    [row] = Consent.objects.all()
    assert (row.store, row.at, row.text) == (store, AT, "Yes, write to me.")
    assert row.where == "https://shop.storewire-demo.com/de/wool-scarf"
    assert members(sandbox) == [ADA]


def test_what_cannot_be_queued_is_not_written_down_either(store: Store, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(consent, "queue_records", fail)

    with pytest.raises(RuntimeError):
        consent.record(store, [said()], source=FORM)
    assert not Consent.objects.exists()


def test_who_takes_it_back_before_it_was_sent_is_not_subscribed(
    store: Store, send, sandbox: Sandbox
):
    consent.record(store, [said()], source=FORM)
    consent.record(store, [said(False, occurred_at=AT + timedelta(seconds=1))], source=FORM)
    send()

    assert states() == [
        ("bulk_subscribe_profiles", "discarded"),
        ("bulk_unsubscribe_profiles", "sent"),
    ]
    assert members(sandbox) == []
    assert sandbox.state()["profiles"] == []
    assert Consent.objects.count() == 2


def test_who_takes_it_back_later_is_off_the_list(store: Store, send, sandbox: Sandbox):
    consent.record(store, [said()], source=FORM)
    send()
    consent.record(store, [said(False, occurred_at=AT + timedelta(days=1))], source=FORM)
    send()

    assert states()[-1] == ("bulk_unsubscribe_profiles", "sent")
    assert members(sandbox) == []


def test_an_older_word_that_comes_late_changes_nothing_and_stays_on_record(
    store: Store, send, sandbox: Sandbox
):
    consent.record(store, [said(False)], source=FORM)
    consent.record(store, [said(occurred_at=AT - timedelta(days=1))], source=FORM)
    send()

    assert states() == [("bulk_unsubscribe_profiles", "sent")]
    assert sandbox.state()["lists"] == {}
    assert Consent.objects.count() == 2


def test_who_left_in_klaviyo_and_agrees_again_is_subscribed_again(
    store: Store, send, sandbox: Sandbox
):
    consent.record(store, [said()], source=FORM)
    send()
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/suppressions",
        json={"emails": [ADA], "reason": "UNSUBSCRIBE"},
        timeout=5,
    ).raise_for_status()
    consent.record(store, [said(occurred_at=AT + timedelta(days=9))], source=FORM)
    send()

    assert states() == [("bulk_subscribe_profiles", "sent")] * 2
    [now] = sandbox.state()["subscriptions"].values()
    assert now["email"]["marketing"]["can_receive_email_marketing"] is True


def test_without_a_list_it_is_only_written_down(store: Store):
    assert consent.record(store, [said(list_id="")], source=FORM).bells == set()

    assert Consent.objects.count() == 1
    assert not Delivery.objects.exists()


def test_many_at_a_time_are_each_written_down_and_sent(store: Store, send, sandbox: Sandbox):
    people = [f"a{number}@storewire-demo.com" for number in range(12)]
    words = [said(email=email, external_id=f"hash-{email[:3]}") for email in people]
    consent.record(store, words, source=FORM)
    send()

    assert sorted(members(sandbox)) == sorted(people)
    assert Consent.objects.count() == 12


def test_an_address_that_klaviyo_would_not_take_waits_for_a_person(store: Store):
    consent.record(store, [said(email="ada@example.com")], source=FORM)

    [failed] = FailedEvent.objects.all()
    assert failed.pointer == "/data/attributes/profiles/data/0/attributes/email"
    assert Consent.objects.count() == 1


def test_a_list_that_klaviyo_does_not_have_can_be_corrected_and_sent(
    store: Store, send, sandbox: Sandbox
):
    sandbox.fail("404", pointer="/data/relationships/list/data/id", times=1)
    consent.record(store, [said(list_id="WRONG1")], source=FORM)
    send()

    [failed] = FailedEvent.objects.all()
    assert failed.code == "list_missing"
    failed.payload["data"]["relationships"]["list"]["data"]["id"] = LIST
    failed.save()
    failures.retry(failed, None)
    send()

    assert members(sandbox) == [ADA]


def test_who_is_forgotten_leaves_the_proof(store: Store):
    consent.record(store, [said(phone=PHONE), said(external_id="another")], source=FORM)

    assert consent.forget(store, "a-keyed-hash") == 1
    assert consent.forget(store, "a-keyed-hash") == 0

    gone = Consent.objects.get(person="a-keyed-hash")
    assert (gone.email, gone.phone, gone.text) == ("", "", "Yes, write to me.")
    assert Consent.objects.get(person="another").email == ADA


def test_a_marketer_reads_who_agreed_to_what(store: Store, marketer):
    consent.record(store, [said(), said(False, external_id="another", email="")], source=FORM)
    address = reverse("admin:integration_consent_changelist")

    shown = marketer.get(address).content.decode()
    for words in (ADA, "Agreed", "Took it back", "forgotten", LIST, FORM):
        assert words in shown
    row = Consent.objects.get(granted=True)
    page = reverse("admin:integration_consent_change", args=[row.id])
    shown = marketer.get(page).content.decode()
    assert "Yes, write to me." in shown
    assert "https://shop.storewire-demo.com/de/wool-scarf" in shown
    assert marketer.post(page, {"granted": ""}).status_code == 403
    assert marketer.get(reverse("admin:integration_consent_add")).status_code == 403
    delete = reverse("admin:integration_consent_delete", args=[row.id])
    assert marketer.post(delete).status_code == 403


def test_the_ledger_is_searched_by_address(store: Store, marketer):
    bea = said(external_id="another", email="bea@storewire-demo.com")
    consent.record(store, [said(), bea], source=FORM)
    address = reverse("admin:integration_consent_changelist")

    shown = marketer.get(address, {"q": ADA.upper()}).content.decode()

    assert ADA in shown
    assert "bea@storewire-demo.com" not in shown
