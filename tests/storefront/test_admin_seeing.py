"""The live test behind “Put it on your shop”: what was heard since it began."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from integration.models import Connection
from storefront.models import SCRIPT, Sighting
from tests.storefront.admin import ANNA, SHOP, new_store, shop_page, sign_in, switch_on, told


@pytest.fixture
def store(db):
    return new_store()


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


def seen(client, store, since: object) -> dict:
    """Return what the test hears."""
    response = client.get(f"{shop_page(store, 'seen')}?since={since}")
    assert response.status_code == 200
    return json.loads(response.content)


def milliseconds(seconds_ago: float) -> int:
    return int((now().timestamp() - seconds_ago) * 1000)


def test_the_test_hears_what_came_since_it_began_and_nothing_before(marketer, store):
    connection = switch_on(store)
    old = told(connection, "Viewed Category", id="1")
    type(old).objects.update(received_at=now() - timedelta(seconds=60))
    new = told(connection, "Viewed Product", id="2")
    type(new).objects.filter(id=new.id).update(received_at=now() - timedelta(seconds=3))

    heard = seen(marketer, store, milliseconds(10))

    assert heard["events"] == [
        {"id": new.id, "name": "Viewed Product", "ago": "3 seconds ago", "page": f"{SHOP}/shoe"}
    ]
    assert ANNA not in json.dumps(heard)


def test_the_test_hears_nothing_of_another_store_or_another_source(marketer, store):
    other = new_store("other-shop")
    told(switch_on(other), "Viewed Product")
    shop = Connection.objects.create(store=store, kind="commercetools")
    shop.messages.create(dedupe_key="1", type="OrderCreated")

    assert seen(marketer, store, milliseconds(10)) == {"events": [], "page": False}


def test_the_test_hears_a_page_that_tells_nothing_but_that_it_is_there(marketer, store):
    Sighting.objects.create(store=store, what=SCRIPT, first_seen=now(), last_seen=now())

    assert seen(marketer, store, milliseconds(10)) == {"events": [], "page": True}
    assert seen(marketer, store, milliseconds(-10))["page"] is False


def test_the_test_looks_by_an_index_and_not_through_other_tables(
    marketer, store, django_assert_max_num_queries
):
    told(switch_on(store), "Viewed Product")

    with django_assert_max_num_queries(100) as queries:
        assert len(seen(marketer, store, milliseconds(10))["events"]) == 1

    [sql] = [one["sql"] for one in queries if 'FROM "integration_inboundmessage"' in one["sql"]]
    assert " JOIN " not in sql


@pytest.mark.parametrize("since", ["", "x", "9" * 40, "-1e5"])
def test_what_is_no_time_is_now(marketer, store, since: str):
    told(switch_on(store), "Viewed Product")

    assert seen(marketer, store, since)["events"] == []
