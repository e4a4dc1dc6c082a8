"""Machines, and those who try too often: what they are told, and that shoppers get through."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from redis.exceptions import ConnectionError as RedisAway

from backinstock import challenges
from backinstock.models import SignUp
from integration.core.redis_client import connect
from integration.public import limiting
from tests.backinstock.sign_ups import SHOP, post

pytestmark = pytest.mark.usefixtures("item")


@pytest.fixture(autouse=True)
def _storefront(store):
    store.origins = [SHOP]
    store.save()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"website": "https://spam.test"}, "honeypot"), ({"seconds": 0.4}, "too_quick")],
)
def test_a_machine_is_told_the_same_and_gets_nowhere(client, store, caplog, changes, reason):
    caplog.set_level("INFO")

    machine = post(client, **changes)
    person = post(client, email="bea@klaviyo-demo.com")

    assert (machine.status_code, machine.content) == (person.status_code, person.content)
    assert SignUp.objects.get().email == "bea@klaviyo-demo.com"
    assert f"sign-up not taken, store {store.id}: {reason}" in caplog.messages


def test_a_client_may_try_ten_times_in_half_a_minute(client):
    answers = [post(client, email=f"p{number}@klaviyo-demo.com") for number in range(11)]

    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    refused = answers[-1]
    assert (refused.json()["code"], 1 <= int(refused["Retry-After"]) <= 30) == ("too_many", True)
    assert refused["Access-Control-Allow-Origin"] == SHOP
    assert refused["Access-Control-Expose-Headers"] == "Retry-After"
    assert post(client, address="192.0.2.2", email="q@klaviyo-demo.com").status_code == 202


def test_an_address_may_be_tried_six_times_in_three_minutes_from_anywhere(client):
    statuses = [
        post(client, address=f"192.0.2.{number}", sku=f"S{number}").status_code
        for number in range(7)
    ]

    assert statuses == [202] * 6 + [429]
    assert SignUp.objects.count() == 6


def test_a_shopper_gets_three_sizes_in_a_row_with_a_slip_each(client):
    for sku in ("BLUE-42", "BLUE-43", "BLUE-44"):
        assert post(client, sku=sku, email="anna@").status_code == 400
        assert post(client, sku=sku).status_code == 202


def test_keys_in_redis_tell_nothing(client):
    post(client, address="192.0.2.77")

    keys = b" ".join(connect(django_settings.REDIS_URL).keys("*"))
    assert b"public:sign-up client:" in keys
    assert b"192.0.2" not in keys
    assert b"anna" not in keys


def test_without_redis_sign_ups_go_on(client, monkeypatch):
    def away(*args: object, **kwargs: object) -> None:
        raise RedisAway

    monkeypatch.setattr("redis.connection.ConnectionPool.get_connection", away)

    assert [post(client, sku=f"S{number}").status_code for number in range(12)] == [202] * 12
    assert SignUp.objects.count() == 12


@pytest.mark.parametrize(
    ("proxies", "meta", "client_address"),
    [
        (0, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "10.0.0.1"}, "192.0.2.1"),
        (1, {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 192.0.2.1"}, "192.0.2.1"),
        (
            2,
            {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "192.0.2.1, 10.0.0.8"},
            "192.0.2.1",
        ),
        (3, {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, "10.0.0.9"),
        (1, {"REMOTE_ADDR": "10.0.0.9"}, "10.0.0.9"),
        (0, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:0db8:0001:0002"),
        (0, {"REMOTE_ADDR": "::ffff:192.0.2.1"}, "192.0.2.1"),
        (0, {"REMOTE_ADDR": ""}, ""),
    ],
)
def test_a_client_is_the_address_before_the_proxies_that_we_trust(
    settings, proxies, meta, client_address
):
    settings.TRUSTED_PROXIES = proxies

    assert limiting.client_of(meta) == client_address


def solved(puzzle: dict, **changes: object) -> str:
    """Return the answer of a browser."""
    for number in range(puzzle["maxnumber"] + 1):
        found = hashlib.sha256(f"{puzzle['salt']}{number}".encode()).hexdigest()
        if found == puzzle["challenge"]:
            parts = {name: puzzle[name] for name in ("algorithm", "challenge", "salt", "signature")}
            answer = {**parts, "number": number, **changes}
            return base64.b64encode(json.dumps(answer).encode()).decode()
    raise AssertionError


@pytest.fixture
def _puzzles(choose_settings, monkeypatch):
    monkeypatch.setattr("backinstock.challenges.NUMBERS", 50)
    choose_settings(challenge=True)


@pytest.mark.usefixtures("_puzzles")
def test_where_a_puzzle_is_wanted_it_is_solved_once_for_each_sign_up(client):
    puzzle = client.get("/backinstock/shop/challenge", headers={"origin": SHOP})
    assert puzzle["Cache-Control"] == "no-store"
    assert puzzle["Access-Control-Allow-Origin"] == SHOP
    answer = solved(puzzle.json())

    assert post(client, altcha=answer).status_code == 202
    again = post(client, altcha=answer, email="bea@klaviyo-demo.com")
    assert (again.status_code, again.json()["fields"]) == (
        400,
        {"altcha": "We could not check your browser. Please try again."},
    )
    assert SignUp.objects.count() == 1


@pytest.mark.usefixtures("_puzzles")
def test_a_slip_does_not_use_up_a_puzzle(client):
    answer = solved(challenges.make())

    assert post(client, altcha=answer, email="anna@").status_code == 400
    assert post(client, altcha=answer).status_code == 202


@pytest.mark.usefixtures("_puzzles")
def test_no_other_answer_is_a_solution(client, monkeypatch):
    puzzle = challenges.make()
    right = solved(puzzle)
    monkeypatch.setattr("backinstock.challenges.LASTS", timedelta(seconds=-1))
    too_late = solved(challenges.make())
    foreign = {**puzzle, "signature": "0" * 64}
    wrong = ["", "x", "e30=", "W10=", "MQ==", right[:-4], too_late, solved(foreign)]
    wrong += [solved(puzzle, number=-1), solved(puzzle, number="1"), solved(puzzle, salt=None)]
    wrong += [solved(puzzle, salt=puzzle["salt"].partition("?")[0])]

    for number, answer in enumerate(wrong):
        assert post(client, altcha=answer, address=f"192.0.2.{number}").status_code in (400, 429)
    assert not SignUp.objects.exists()


def test_limits_are_by_hash_and_the_secret(settings):
    before = limiting._key("sign-up client", "192.0.2.1")
    settings.SECRET_KEY = django_settings.SECRET_KEY + "other"

    assert limiting._key("sign-up client", "192.0.2.1") != before
