"""A shop that is hard to read: pages too large for it, and answers that take their time."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient

from project.sandbox.app import Options, create

ORDERS = "/commercetools/demo-shop/orders"
FAIL = "/commercetools/_sandbox/fail"
TOO_LARGE = {"how": "400", "code": "QueryTimedOut", "above": 100, "operation": "query"}


@pytest.fixture
def client() -> FlaskClient:
    app, shop, _ = create(Options())
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {shop.new_token()}"
    return client


def test_only_pages_above_a_limit_time_out(client: FlaskClient):
    assert client.post(FAIL, json=TOO_LARGE).status_code == 204

    for limit in (101, 500):
        answer = client.get(ORDERS, query_string={"limit": limit})
        assert answer.status_code == 400
        assert answer.json["errors"][0]["code"] == "QueryTimedOut"

    assert client.get(ORDERS, query_string={"limit": 100}).json["count"] == 100
    assert client.get(ORDERS).status_code == 200


def test_pages_that_are_small_enough_do_not_use_up_the_failures(client: FlaskClient):
    client.post(FAIL, json={**TOO_LARGE, "times": 1})

    answers = [client.get(ORDERS, query_string={"limit": limit}) for limit in (50, 200, 200)]

    assert [answer.status_code for answer in answers] == [200, 400, 200]


def test_a_slow_answer_is_right_and_late(client: FlaskClient):
    client.post(FAIL, json={"how": "slow", "seconds": 0.05, "operation": "query"})

    began = time.monotonic()
    answer = client.get(ORDERS)

    assert time.monotonic() - began >= 0.05
    assert answer.json["total"] == 120


def test_what_is_slow_can_fail_as_well(client: FlaskClient):
    client.post(FAIL, json={"how": "slow", "seconds": 0})
    client.post(FAIL, json={"how": "503", "times": 1})

    assert [client.get(ORDERS).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("order", [{"how": "400", "above": -1}, {"how": "slow", "seconds": -1}])
def test_a_limit_or_delay_below_nothing_is_refused(client: FlaskClient, order: dict):
    assert client.post(FAIL, json=order).status_code == 400
