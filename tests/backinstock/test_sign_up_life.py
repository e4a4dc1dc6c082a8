"""What becomes of sign-ups: Klaviyo hears of them, they end, and people are forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from backinstock import links, signups
from backinstock import told as told_of
from backinstock.models import OptOut, SignUp
from backinstock.people import person_of
from integration.core.mailboxes import mailbox
from integration.core.records import SignUpToConfirm, WaitingListJoined
from integration.models import Consent, Delivery
from integration.pipeline.batches import Queued
from tests.backinstock.conftest import NOON
from tests.backinstock.sign_ups import ANNA

pytestmark = pytest.mark.usefixtures("item")


@pytest.fixture
def told(monkeypatch):
    """The records that were queued, in their batches."""
    batches: list[list] = []

    def queue(listed, connections) -> Queued:
        batches.extend(list(batch.records) for batch in listed)
        return Queued(bells={(connection.id, "x") for connection in connections})

    monkeypatch.setattr("backinstock.signups.announcing.queue_records", queue)
    return batches


def test_klaviyo_hears_of_a_sign_up_once(store, told, klaviyo):
    sign_up = signups.sign_up(store, signups.Wish(sku="BLUE-42", email=ANNA, locale="de"), NOON)
    assert signups.unannounced() == [store.id]

    bells = signups.announce(store.id)
    signups.announce(store.id)

    [[record]] = told
    assert isinstance(record, WaitingListJoined)
    assert (record.external_id, record.email, record.sku) == (
        str(sign_up.public_id),
        ANNA,
        "BLUE-42",
    )
    assert (record.name, record.announce, record.mirror) == ("Schuh", True, False)
    assert record.unsubscribe == links.leave_link(sign_up)
    assert record.mine == links.mine_link(sign_up)
    assert (klaviyo.id, "x") in bells
    assert signups.unannounced() == []


def test_consent_is_written_down_and_goes_by_itself(store, told, klaviyo, choose_settings):
    choose_settings(newsletter_list="AbC123", announce=False)
    wish = signups.Wish(sku="BLUE-42", email=ANNA, newsletter=True, newsletter_text="Yes to mail.")
    signups.sign_up(store, wish, NOON)

    bells = signups.announce(store.id)

    assert told == [[]]
    assert (klaviyo.id, "bulk_subscribe_profiles") in bells
    assert Delivery.objects.get().operation == "bulk_subscribe_profiles"
    said = Consent.objects.get()
    assert (said.email, said.granted, said.list_id) == (ANNA, True, "AbC123")
    assert (said.text, said.where, said.at) == ("Yes to mail.", "Back in stock form", NOON)
    assert said.person == person_of(store.id, ANNA, "")


def test_what_is_not_confirmed_asks_for_it_and_agrees_to_nothing_yet(store, told, choose_settings):
    choose_settings(confirm=True, newsletter_list="AbC123")
    wish = signups.Wish(sku="BLUE-42", email=ANNA, newsletter=True, newsletter_text="Yes.")
    sign_up = signups.sign_up(store, wish, NOON)

    signups.announce(store.id)
    assert not Consent.objects.exists()
    signups.confirm(sign_up, NOON)
    signups.announce(store.id)

    [[asked], [joined]] = told
    assert isinstance(asked, SignUpToConfirm)
    assert asked.confirm.startswith("http://127.0.0.1:8000/backinstock/confirm/")
    assert isinstance(joined, WaitingListJoined)
    assert Consent.objects.get().text == "Yes."


def test_who_left_before_is_not_told_of(store, told):
    sign_up = signups.sign_up(store, signups.Wish(sku="BLUE-42", email=ANNA), NOON)
    signups.cancel(sign_up)

    signups.announce(store.id)

    assert told == [[]]
    assert signups.unannounced() == []


def test_many_are_told_of_in_batches(store, told, wait, monkeypatch):
    monkeypatch.setattr("backinstock.signups.announcing.AT_ONCE", 3)
    wait(*range(7))
    SignUp.objects.update(is_announced=False)

    signups.announce(store.id)

    assert [len(records) for records in told] == [3, 3, 1]


def test_the_real_outbox_takes_each_sign_up_once(store, klaviyo, wait):
    wait(1, 2)
    SignUp.objects.update(is_announced=False)

    signups.announce(store.id)
    before = klaviyo.deliveries.count()
    SignUp.objects.update(is_announced=False)
    signups.announce(store.id)

    assert klaviyo.deliveries.count() == before


def test_entries_end_when_their_time_is_over(wait):
    wait(1, expires_at=NOON)
    wait(2, expires_at=NOON + timedelta(seconds=1))
    wait(3, expires_at=NOON, state="alerted")

    assert signups.expire(NOON) == 1

    states = dict(SignUp.objects.values_list("email", "state"))
    assert list(states.values()) == ["alerted", "waiting", "expired"]
    assert SignUp.objects.get(state="expired").ended_at == NOON


def test_who_was_served_long_ago_is_forgotten_and_the_entry_stays(wait, store, choose_settings):
    choose_settings(forget_days=10)
    long_ago = NOON - timedelta(days=10)
    wait(1, state="alerted", ended_at=long_ago, page="https://shop.test/?mail=p1")
    wait(2, state="alerted", ended_at=long_ago + timedelta(seconds=1))
    wait(3)

    assert signups.forget(NOON) == 1
    assert signups.forget(NOON) == 0

    gone = SignUp.objects.get(email="")
    assert (gone.person, gone.phone, gone.page, gone.state) == ("", "", "", "alerted")
    assert SignUp.objects.exclude(person="").count() == 2


def test_many_are_forgotten_in_steps(wait, monkeypatch):
    monkeypatch.setattr("backinstock.signups.ending.AT_ONCE", 2)
    wait(*range(5), state="expired", ended_at=NOON)

    assert signups.forget(NOON + timedelta(days=365)) == 5
    assert not SignUp.objects.exclude(person="").exists()


def test_erasing_a_person_leaves_nothing_of_them(wait, store):
    mine = wait(1, page="https://shop.test/")[0]
    wait(1, state="alerted", ended_at=NOON)
    wait(2)
    signups.opt_out(store, mine.person)

    assert signups.erase(store, person_of(store.id, mine.email, "")) == 2

    assert list(SignUp.objects.exclude(person="").values_list("email", flat=True)) == [
        "p2@klaviyo-demo.com"
    ]
    mine.refresh_from_db()
    assert (mine.state, mine.email, mine.page) == ("cancelled", "", "")
    assert OptOut.objects.count() == 1  # that they want nothing still holds
    assert signups.erase(store, "") == 0


def test_an_address_is_found_however_the_shop_writes_it(store):
    address = mailbox("anna@bücher.de")
    signups.sign_up(store, signups.Wish(sku="BLUE-42", email=address))

    about = {"phone": "", "skus": ["BLUE-42"], "product_ids": [], "at": now().isoformat()}
    told_of.note_purchase(store.id, {"email": " Anna@Bücher.de ", **about})
    assert SignUp.objects.get().bought_at is not None
    told_of.forget_person(store.id, {"email": "anna@bücher.de"})

    assert SignUp.objects.get().email == ""


def test_who_is_erased_leaves_what_they_agreed_to_without_an_address(
    store, klaviyo, choose_settings
):
    choose_settings(newsletter_list="AbC123")
    wish = signups.Wish(sku="BLUE-42", email=ANNA, newsletter=True, newsletter_text="Yes.")
    sign_up = signups.sign_up(store, wish, NOON)
    signups.announce(store.id)

    signups.erase(store, sign_up.person)

    said = Consent.objects.get()
    assert (said.email, said.text, said.person) == ("", "Yes.", sign_up.person)


@pytest.mark.parametrize("is_cleaned_up", [False, True])
def test_who_was_forgotten_leaves_for_good_by_an_old_link(client, wait, store, is_cleaned_up):
    old = wait(1, state="alerted", ended_at=NOON)[0]
    link = links.leave_link(old).removeprefix("http://127.0.0.1:8000")
    signups.forget(NOON + timedelta(days=365))
    wait(1)
    if is_cleaned_up:
        old.delete()

    assert client.get(link).status_code == 200
    client.post(link, {"what": "all"})

    assert OptOut.objects.get().person == old.person
    assert not SignUp.objects.open().exists()


def test_leaving_by_an_older_alert_leaves_the_list(client, wait):
    old = wait(1, state="alerted", ended_at=NOON)[0]
    new = wait(1)[0]
    others = [wait(2)[0], wait(1, any_variant=True)[0]]

    client.post(links.leave_link(old).removeprefix("http://127.0.0.1:8000"))

    new.refresh_from_db()
    assert (new.state, new.ended_at is None) == ("cancelled", False)
    assert list(SignUp.objects.open().order_by("id")) == others
