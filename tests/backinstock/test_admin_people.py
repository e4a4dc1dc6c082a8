"""Sign-ups in the admin: found, cancelled, erased."""

from __future__ import annotations

import pytest

from backinstock.models import Alert, OptOut, Restock, SignUp, StockItem, Wave
from backinstock.people import person_of
from integration.models import Store
from tests.backinstock.admin import listed, page, rows, shown, sign_in


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


@pytest.fixture
def reader(db, client):
    return sign_in(client, "view_signup", "view_stockitem")


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("P1@klaviyo-demo.com", 1),
        ("p1@klaviyo-demo", 0),
        ("+49 151 12345678", 1),
        ("0151 12345678", 1),
        ("blue", 2),
        ("shoe", 2),
        ("red", 0),
    ],
)
def test_people_are_found_by_a_whole_address_or_what_they_wait_for(
    reader, item, wait, written: str, count: int
):
    wait(1)
    phone = "+4915112345678"
    person = person_of(item.store_id, "", phone)
    SignUp.objects.create(
        store=item.store, item=item, product_id="shoe", phone=phone, person=person
    )

    assert len(rows(reader.get(listed("signup"), {"q": written}))) == count


def test_an_entry_leads_to_what_became_of_it(marketer, item, wait):
    (one,) = wait(1)
    restock = Restock.objects.create(item=item, number=1, source="poll")
    wave = Wave.objects.create(restock=restock, number=1)
    alert = Alert.objects.create(
        sign_up=one, restock=restock, wave=wave, state="skipped", reason="suppressed"
    )

    told = shown(marketer.get(page(one)))

    assert page(alert) in told
    assert "BLUE-42: Skipped</a>. Suppressed in Klaviyo" in told
    assert page(item) in told
    assert page(one) in shown(marketer.get(page(alert)))


def test_entries_are_for_reading(admin_client, item, wait):
    (one,) = wait(1)

    assert admin_client.get(listed("signup") + "add/").status_code == 403
    assert admin_client.post(page(one), {"email": "x@klaviyo-demo.com"}).status_code == 403


def test_one_is_taken_off_the_list_after_asking(marketer, item, wait):
    (one,) = wait(1)
    assert "p1@klaviyo-demo.com hears nothing" in shown(marketer.get(page(one, "cancel")))
    one.refresh_from_db()
    assert one.state == "waiting"

    told = shown(marketer.post(page(one, "cancel"), follow=True))

    one.refresh_from_db()
    assert one.state == "cancelled"
    assert "They are off the list." in told
    assert page(one, "cancel") not in told
    again = shown(marketer.post(page(one, "cancel"), follow=True))
    assert "They were off the list already." in again


def test_several_are_taken_off_the_list_after_asking(marketer, item, wait):
    people = wait(1, 2, 3)
    SignUp.objects.filter(id=people[2].id).update(state="alerted")
    chosen = {"action": "cancel_selected", "_selected_action": [one.id for one in people]}

    asked = shown(marketer.post(listed("signup"), chosen))
    assert "Of those chosen, 2 people wait." in asked
    assert SignUp.objects.filter(state="waiting").count() == 2

    done = marketer.post(listed("signup"), {**chosen, "confirmed": "1"}, follow=True)
    assert "2 people taken off the list." in shown(done)
    assert list(SignUp.objects.order_by("id").values_list("state", flat=True)) == [
        "cancelled", "cancelled", "alerted",
    ]  # fmt: skip


def test_a_person_is_erased_from_all_entries_of_the_store_after_asking(marketer, item, wait):
    other = StockItem.objects.create(store=item.store, sku="RED")
    (one,), (same,) = wait(1), wait(1, item=other)
    (somebody_else,) = wait(2)
    elsewhere = Store.objects.create(slug="other", name="Other")
    (there,) = wait(1, item=None, product_id="shoe", any_variant=True)
    SignUp.objects.filter(id=there.id).update(store=elsewhere)

    asked = shown(marketer.get(page(one, "erase")))
    assert "p1@klaviyo-demo.com has 2 entries in Shop." in asked
    assert SignUp.objects.filter(email="p1@klaviyo-demo.com").count() == 3

    told = shown(marketer.post(page(one, "erase"), follow=True))

    assert "They are erased from 2 entries." in told
    assert "p1@" not in told
    assert (
        list(SignUp.objects.filter(id__in=[one.id, same.id]).values("email", "state"))
        == [{"email": "", "state": "cancelled"}] * 2
    )
    somebody_else.refresh_from_db()
    there.refresh_from_db()
    assert (somebody_else.email, there.email) == ("p2@klaviyo-demo.com", "p1@klaviyo-demo.com")
    again = shown(marketer.post(page(one, "erase"), follow=True))
    assert "This person is forgotten already." in again


@pytest.mark.parametrize("name", ["cancel", "erase"])
def test_who_may_only_look_can_neither_cancel_nor_erase(reader, item, wait, name: str):
    (one,) = wait(1)

    assert page(one, name) not in shown(reader.get(page(one)))
    assert reader.post(page(one, name)).status_code == 403
    one.refresh_from_db()
    assert (one.state, one.email) == ("waiting", "p1@klaviyo-demo.com")


@pytest.mark.parametrize("name", ["cancel", "erase"])
def test_an_entry_that_is_not_there_is_404(marketer, item, wait, name: str):
    (one,) = wait(1)

    assert marketer.get(page(one, name).replace(str(one.id), "999999")).status_code == 404


def test_who_wants_no_alerts_is_listed_without_a_name(marketer, item):
    person = person_of(item.store_id, "p1@klaviyo-demo.com", "")
    opt_out = OptOut.objects.create(store=item.store, person=person)

    assert person[:12] in shown(marketer.get(page(opt_out)))
    for written, count in (("p1@klaviyo-demo.com", 1), ("p2@klaviyo-demo.com", 0)):
        assert len(rows(marketer.get(listed("optout"), {"q": written}))) == count
