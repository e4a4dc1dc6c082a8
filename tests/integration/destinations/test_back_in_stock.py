"""What becomes of waiting in Klaviyo.

The requests are compared with `golden/back_in_stock-<name>.json`. After a change that is meant,
look at what `GOLDEN=write make test ARGS="-k golden"` wrote before committing it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path

import pytest

from integration import registry
from integration.core.exchange import Skip
from integration.core.money import Money
from integration.core.records import Record
from integration.destinations.klaviyo.back_in_stock import NO_VARIANT, NOT_TOLD
from integration.destinations.klaviyo.consent import NO_LIST
from tests.integration.destinations import waiting as people
from tests.integration.destinations.waiting import ADA, PHONE, facts
from tests.integration.test_plugins import GOLDEN, agrees, as_json

KLAVIYO = registry.destinations()["klaviyo"]
BARE = {
    "product_id": "",
    "name": "",
    "description": "",
    "variant_name": "",
    "image": "",
    "alternate_image": "",
    "address": "",
    "price": None,
    "stock": None,
    "units": 1,
    "locale": "",
    "unsubscribe": "",
}
CASES: dict[str, Record] = {
    "alert": people.notice(),
    "alert_by_phone": people.notice(email="", phone=PHONE),
    "alert_of_which_little_is_known": people.notice(**BARE, waiting_days=0),
    "joined_and_mirrored": people.joined(phone=PHONE, mirror=True),
    "mirrored_only": people.joined(announce=False, mirror=True),
    "to_confirm": people.to_confirm(),
    "consent_granted": people.consent(),
    "consent_granted_by_phone": people.consent(email="", phone=PHONE, where=""),
    "consent_taken_back": people.consent(granted=False),
}


def requests(record: Record, **metrics: dict):
    return KLAVIYO.mappers[type(record)](record, facts(**metrics))


@pytest.mark.parametrize("name", CASES)
def test_a_record_becomes_the_requests_in_the_golden_file(name: str):
    made = requests(CASES[name])

    shown = [{k: v for k, v in asdict(one).items() if v or k == "body"} for one in made]
    assert agrees(as_json(shown), Path(GOLDEN) / f"back_in_stock-{name}.json")
    for one in made:
        assert KLAVIYO.check(one.operation, one.body) == []


def test_every_golden_file_has_its_case():
    assert {f.stem for f in Path(GOLDEN).glob("back_in_stock-*.json")} == {
        f"back_in_stock-{name}" for name in CASES
    }


def test_an_alert_goes_by_the_names_that_the_store_chose():
    [request] = requests(people.notice(), back_in_stock_alert={"name": "Wieder da"})

    assert request.body["data"]["attributes"]["metric"]["data"]["attributes"]["name"] == "Wieder da"
    assert request.idempotency_key == "Wieder da:sign-up-1:restock-1"


def test_the_value_is_the_price_of_all_the_units_to_the_cent():
    [request] = requests(people.notice(price=Money(Decimal("19.99"), "EUR"), units=3))

    attributes = request.body["data"]["attributes"]
    assert (attributes["value"], attributes["value_currency"]) == (59.97, "EUR")
    assert attributes["properties"]["Price"] == 19.99


def test_what_is_switched_off_is_not_sent_and_says_so():
    off = {"enabled": False}

    assert requests(people.notice(), back_in_stock_alert=off) == Skip(
        "“Back In Stock Alert” is switched off for this store."
    )
    assert requests(people.to_confirm(), back_in_stock_confirm=off) == Skip(
        "“Confirm Back in Stock” is switched off for this store."
    )
    assert requests(people.joined(), back_in_stock_signup=off) == Skip(
        "“Subscribed to Back in Stock” is switched off for this store."
    )
    [mirrored] = requests(people.joined(mirror=True), back_in_stock_signup=off)
    assert mirrored.operation == "create_back_in_stock_subscription"


def test_a_sign_up_of_which_klaviyo_is_not_to_know_is_not_sent():
    assert requests(people.joined(announce=False)) == Skip(NOT_TOLD)


def test_a_sign_up_for_no_variant_in_particular_is_not_mirrored():
    assert requests(people.joined(sku="", announce=False, mirror=True)) == Skip(NO_VARIANT)
    [event] = requests(people.joined(sku="", mirror=True))
    assert event.operation == "create_event"


def test_an_entry_goes_after_the_variant_it_is_about():
    [_, mirrored] = requests(people.joined(mirror=True))

    assert mirrored.after == ("variant:SW-113-ROWAN",)


@pytest.mark.parametrize("granted", [True, False])
def test_without_a_list_nobody_is_subscribed_or_taken_off(granted: bool):
    assert requests(people.consent(granted, list_id="")) == Skip(NO_LIST)


def test_a_number_beside_an_address_gets_no_texts():
    [request] = requests(people.consent(phone=PHONE))

    [profile] = request.body["data"]["attributes"]["profiles"]["data"]
    assert profile["attributes"] == {
        "email": ADA,
        "subscriptions": {"email": {"marketing": {"consent": "SUBSCRIBED"}}},
    }


def test_all_that_somebody_says_of_a_list_is_about_one_thing_and_in_order():
    [first] = requests(people.consent())
    [second] = requests(
        people.consent(granted=False, occurred_at=people.AT.replace(hour=13), email=ADA.upper())
    )

    assert first.order_key == second.order_key == "consent:Y6nRLr:a-keyed-hash"
    assert first.version < second.version
    assert ADA not in first.order_key
    [other] = requests(people.consent(list_id="OTHER1"))
    assert other.order_key != first.order_key


@pytest.mark.parametrize(
    ("record", "changes", "pointer"),
    [
        (people.joined(announce=False, mirror=True), {"email": ""},
         "/data/attributes/channels"),
        (people.joined(announce=False, mirror=True), {"email": "ada@example.com"},
         "/data/attributes/profile/data/attributes/email"),
        (people.consent(), {"email": ""}, "/data/attributes/profiles/data/0/attributes"),
        (people.consent(), {"email": "", "phone": "0151 234"},
         "/data/attributes/profiles/data/0/attributes/phone_number"),
        (people.notice(), {"external_id": "x" * 256}, "/data/attributes/unique_id"),
    ],
)  # fmt: skip
def test_what_would_be_refused_is_found_before(record: Record, changes: dict, pointer: str):
    [request] = requests(replace(record, **changes))

    assert pointer in [one.pointer for one in KLAVIYO.check(request.operation, request.body)]


def test_a_channel_needs_what_it_reaches_people_by():
    [request] = requests(people.joined(announce=False, mirror=True))
    request.body["data"]["attributes"]["channels"].append("SMS")

    [problem] = KLAVIYO.check(request.operation, request.body)
    assert str(problem) == "/data/attributes/profile/data/attributes: “phone_number” is missing"
