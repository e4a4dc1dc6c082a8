"""What would happen if units came now: what a rehearsal says, and what the endpoint answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from backinstock import rehearsal, waves
from backinstock.models import Alert, OptOut, Restock, SignUp, StockItem
from backinstock.people import person_of
from integration.models import Store
from tests.backinstock.conftest import NOON
from tests.integration.scripts import browser, token

pytestmark = pytest.mark.django_db

REHEARSAL = "/backinstock/rehearsal"


@pytest.fixture
def rehearse(store: Store, item: StockItem):
    """Rehearse, as things stand in the database."""

    def rehearse(units: int = 30, at=None) -> rehearsal.Rehearsal:
        fresh = StockItem.objects.select_related("store").get(id=item.id)
        return rehearsal.rehearse(fresh, units, at or now())

    return rehearse


@pytest.fixture
def script(store: Store, lists) -> Client:
    """Another system that may look at the one store."""
    return browser(token(store, scope="read"))


def codes(found: rehearsal.Rehearsal) -> list[str]:
    return [one.code for one in found.nobody]


def counts(found: rehearsal.Rehearsal) -> list[int]:
    return [wave.count for wave in found.waves]


# --- Whether anybody hears ----------------------------------------------------------------------


def test_rehearsal_knows_of_the_minimum(choose_settings, wait, rehearse):
    choose_settings(minimum_stock=50)
    wait(1)

    assert (rehearse(30).told, codes(rehearse(30))) == (0, ["not_enough"])
    assert rehearse(30).nobody[0].words == "30 are not enough: back means at least 50."
    assert rehearse(50).told == 1


def test_what_arrives_comes_to_what_is_there(choose_settings, item, wait, rehearse):
    choose_settings(minimum_stock=50)
    wait(1)
    StockItem.objects.update(quantity=20)

    assert (rehearse(30).stock, rehearse(30).told) == (50, 1)


def test_rehearsal_knows_that_klaviyo_alerts_instead(choose_settings, wait, rehearse):
    choose_settings(mirror="instead")
    wait(1)

    assert (rehearse().told, codes(rehearse())) == (0, ["mirrored"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"alerts_paused": True}, "variant_paused"),
        ({"published": False}, "not_shown"),
        ({"quantity": 5, "is_available": True}, "there_already"),
        ({"quantity": None, "is_counted": False, "is_available": True}, "there_already"),
    ],
)
def test_rehearsal_knows_what_stands_in_the_way_of_a_variant(wait, rehearse, change, code):
    wait(1)
    StockItem.objects.update(**change)

    found = rehearse()

    assert (found.told, found.waves, codes(found)) == (0, [], [code])


def test_rehearsal_knows_what_stands_in_the_way_of_a_store(store, klaviyo, wait, rehearse):
    assert codes(rehearse()) == ["nobody_waits"]
    wait(1)
    Store.objects.update(sending="paused")
    assert codes(rehearse()) == ["not_live"]
    Store.objects.update(sending="live")
    klaviyo.enabled = False
    klaviyo.save()
    assert codes(rehearse()) == ["no_taker"]


# --- When ---------------------------------------------------------------------------------------


def test_the_first_wave_waits_until_it_was_there_for_long_enough(choose_settings, wait, rehearse):
    choose_settings(minimum_minutes=20, wave_minutes=60)
    wait(1, 2)
    at = now()

    waves_at = [wave.at - at for wave in rehearse(1, at).waves]
    assert waves_at == [timedelta(minutes=20), timedelta(minutes=80)]

    StockItem.objects.update(ready_since=at - timedelta(minutes=15), quantity=1)
    assert rehearse(1, at).begins == at + timedelta(minutes=5)


def test_a_return_that_people_are_told_of_goes_on(item, wait, rehearse):
    one, _ = wait(1, 2)
    StockItem.objects.update(quantity=1, is_available=True)
    next_wave_at = now() + timedelta(minutes=40)
    restock = Restock.objects.create(item=item, number=1, source="shop", next_wave_at=next_wave_at)
    wave = restock.waves.create(number=1)
    Alert.objects.create(sign_up=one, restock=restock, wave=wave, state="skipped", reason="bought")

    found = rehearse(1)

    assert (found.begins, counts(found), found.later) == (next_wave_at, [1], 0)
    restock.state = "paused"
    restock.save()
    assert codes(rehearse(1)) == ["restock_paused"]


# --- Who ----------------------------------------------------------------------------------------


def test_a_rehearsal_chooses_as_the_real_run_does(store, item, wait, rehearse, sandbox):
    """Wave by wave, with all that can be said against somebody, and one who waits twice."""
    people = wait(*range(1, 13))
    SignUp.objects.filter(id=people[1].id).update(bought_at=now())
    SignUp.objects.filter(id=people[2].id).update(units=2)
    SignUp.objects.filter(id=people[3].id).update(units=9)
    OptOut.objects.create(store=store, person=people[4].person)
    wait(1, any_variant=True)
    at = now()

    found = rehearse(2, at)

    restock = Restock.objects.create(item=item, number=1, source="shop", next_wave_at=at)
    StockItem.objects.update(quantity=2, is_available=True, seen_at=at)
    for number in range(len(found.waves) + 1):
        moment = at + timedelta(hours=number)
        StockItem.objects.update(seen_at=moment)
        waves.go(restock.id, moment)
    alerts = restock.alerts.order_by("sign_up__waiting_since", "sign_up_id")
    real = [
        set(alerts.filter(wave__number=n, state="queued").values_list("sign_up_id", flat=True))
        for n in range(1, len(found.waves) + 1)
    ]
    assert [{one.id for one in wave.people} for wave in found.waves] == real
    skipped = {(one.id, group.reason) for group in found.skipped for one in group.people}
    assert skipped == set(alerts.filter(state="skipped").values_list("sign_up_id", "reason"))
    assert (found.told, found.wants_more, found.too_large) == (9, 1, [people[3]])


def test_what_can_be_ordered_without_stock_is_told_to_everybody(choose_settings, wait, rehearse):
    choose_settings(backorder=True)
    wait(*range(5))
    StockItem.objects.update(backorder=True)

    found = rehearse(1)

    assert (found.size, counts(found), found.asked) == (None, [5], 0)


def test_who_is_suppressed_is_asked_of_the_first(wait, rehearse, monkeypatch):
    asked: list[int] = []

    def suppressed(store, people) -> frozenset[str]:
        asked.append(len(people))
        return frozenset({"p0@klaviyo-demo.com"})

    monkeypatch.setattr("backinstock.lineup.suppressed_of", suppressed)
    wait(*range(150))

    found = rehearse(60)

    assert (asked, found.asked) == ([100], 100)
    assert [(one.reason, one.count) for one in found.skipped] == [("suppressed", 1)]
    assert counts(found) == [60, 60, 29]


def test_a_hundred_of_a_wave_are_named_and_after_twenty_waves_it_stops(wait, rehearse):
    wait(*range(150))

    first = rehearse(120).waves[0]
    assert (first.count, len(first.people), first.more) == (120, 100, 20)

    found = rehearse(1)
    assert (len(found.waves), found.told, found.later) == (20, 20, 130)


def test_only_as_many_are_read_as_are_looked_at(store, item, rehearse, monkeypatch):
    """However many wait: with models for all of them it took long."""
    monkeypatch.setattr("backinstock.queue_ahead.READ", 100)
    SignUp.objects.bulk_create(
        SignUp(store=store, item=item, person=f"{n}", waiting_since=NOON + timedelta(seconds=n))
        for n in range(1_000)
    )
    read: list[int] = []
    real = rehearsal.lineup.next_in_line

    def next_in_line(*args, **options):
        places = real(*args, **options)
        read.append(len(places))
        return places

    monkeypatch.setattr("backinstock.lineup.next_in_line", next_in_line)

    assert rehearse(5).later == 900
    assert read == [100]


def test_of_very_many_the_first_are_looked_at(choose_settings, wait, rehearse, monkeypatch):
    choose_settings(rate=0)
    monkeypatch.setattr("backinstock.queue_ahead.READ", 20)
    monkeypatch.setattr("backinstock.queue_ahead.MOST_READ", 40)
    wait(*range(50))

    found = rehearse(1)

    assert (found.looked_at, found.told, found.later) == (40, 40, 10)


# --- The endpoint -------------------------------------------------------------------------------


def test_the_endpoint_says_who_hears_when_and_who_not_and_why(script, wait):
    people = wait(1, 2, 3, 4)
    SignUp.objects.filter(id=people[1].id).update(bought_at=now())
    SignUp.objects.filter(id=people[3].id).update(units=40)

    answer = script.get(REHEARSAL, {"sku": "BLUE-42", "units": 1})

    assert answer.status_code == 200
    said = answer.json()
    ids = [str(one.public_id) for one in people]
    assert [(wave["number"], wave["count"], wave["people"]) for wave in said["waves"]] == [
        (1, 1, ids[:1]),
        (2, 1, ids[2:3]),
    ]
    assert said["skipped"] == [
        {"reason": "bought", "detail": "Bought it meanwhile", "count": 1, "people": ids[1:2]}
    ]
    assert said["wants_more"] == {"count": 1, "people": ids[3:]}
    assert (said["store"], said["sku"], said["units"], said["stock"]) == ("shop", "BLUE-42", 1, 1)
    assert (said["waiting"], said["told"], said["later"], said["asked"]) == (4, 2, 0, 3)
    assert said["begins"] == said["waves"][0]["at"]
    assert said["nobody"] == []
    assert b"klaviyo-demo" not in answer.content
    assert not Restock.objects.exists()
    assert not Alert.objects.exists()


def test_the_endpoint_says_why_nobody_hears(script, wait, choose_settings):
    choose_settings(minimum_stock=50)
    wait(1)

    said = script.get(REHEARSAL, {"sku": "BLUE-42", "units": 30}).json()

    assert said["nobody"] == [
        {"code": "not_enough", "detail": "30 are not enough: back means at least 50."}
    ]
    assert (said["begins"], said["waves"], said["told"]) == (None, [], 0)


def test_a_token_of_several_stores_says_which(store, item, wait):
    other = Store.objects.create(slug="other", name="Other")
    client = browser(token(store, other))

    refused = client.get(REHEARSAL, {"sku": "BLUE-42", "units": 1})
    assert (refused.status_code, refused.json()["field"]) == (400, "store")
    asked = {"store": "shop", "sku": "BLUE-42", "units": 1}
    assert client.get(REHEARSAL, asked).status_code == 200


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"units": "3"}, "sku"),
        ({"sku": "BLUE-42"}, "units"),
        ({"sku": "BLUE-42", "units": "0"}, "units"),
        ({"sku": "BLUE-42", "units": "1000001"}, "units"),
        ({"sku": "BLUE-42", "units": "many"}, "units"),
        ({"sku": "BLUE-42", "units": "1", "amount": "1"}, "amount"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(script, item, asked, field):
    answer = script.get(REHEARSAL, asked)

    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_sku_that_is_not_known_is_404_also_of_another_store(script, item):
    other = Store.objects.create(slug="other", name="Other")
    StockItem.objects.create(store=other, sku="THEIRS")
    SignUp.objects.create(store=other, product_id="x", person=person_of(other.id, "a@b.c", ""))

    answer = script.get(REHEARSAL, {"sku": "THEIRS", "units": 1})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_without_a_token_nobody_rehearses(client, item):
    answer = client.get(REHEARSAL, {"sku": "BLUE-42", "units": 1})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
