"""The list of what browsers told lately, and the page of each."""

from __future__ import annotations

import pytest
from django.urls import reverse

from integration.models import Connection
from storefront.admin import event_filters
from storefront.models import BrowserEvent
from tests.storefront.admin import ANNA, SHOP, new_store, shown, sign_in, switch_on, told

EVENTS = reverse("admin:storefront_browserevent_changelist")


@pytest.fixture
def connection(db):
    return switch_on(new_store())


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


def page(event: BrowserEvent) -> str:
    return reverse("admin:storefront_browserevent_change", args=[event.id])


def listed(client, query: str = "") -> list[int]:
    response = client.get(EVENTS + query)
    assert response.status_code == 200
    return [event.id for event in response.context["cl"].result_list]


def test_without_anything_it_says_what_to_do_next(marketer):
    assert "Add a store first." in shown(marketer.get(EVENTS))
    store = new_store()
    assert "The storefront is off in every store." in shown(marketer.get(EVENTS))
    switch_on(store)
    assert "No page has told anything yet." in shown(marketer.get(EVENTS))


@pytest.mark.parametrize("group", ["Marketer", "Operator"])
def test_it_is_for_marketers_and_operators_to_see(client, connection, group: str):
    event = told(connection, "Viewed Product")
    sign_in(client, group=group)

    assert client.get(EVENTS).status_code == 200
    assert client.get(page(event)).status_code == 200
    assert client.post(page(event), {}).status_code == 403
    assert client.get(reverse("admin:storefront_browserevent_add")).status_code == 403


def test_without_a_permission_it_is_not_shown(client, connection):
    event = told(connection, "Viewed Product")
    sign_in(client, "view_sighting")

    assert client.get(EVENTS).status_code == 403
    assert client.get(page(event)).status_code == 403


def test_a_line_says_what_happened_to_whom_and_what_became_of_it(marketer, connection):
    event = told(connection, "Viewed Product", properties={"ProductName": "Shoe"})
    event.settle(BrowserEvent.State.IGNORED, "This store's events go to Klaviyo from the browser.")

    text = shown(marketer.get(EVENTS))

    for words in ("Viewed Product", ANNA, ">/shoe<", "Ignored", "go to Klaviyo from the browser."):
        assert words in text
    assert "ProductID is missing" in text
    assert f"{SHOP}/shoe" not in text


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"email": ANNA, "external_id": "7"}, ANNA),
        ({"external_id": "7"}, "Customer 7"),
        ({"phone_number": "+4915112345678"}, "+4915112345678"),
        ({"exchange_id": "kx"}, "Somebody whom Klaviyo knows"),
        ({}, "Nobody known"),
    ],
)
def test_people_are_named_by_what_their_profile_is_found_by(marketer, connection, person, words):
    told(connection, "Viewed Product", person=person)

    assert f">{words}<" in shown(marketer.get(EVENTS)).replace("> ", ">").replace(" <", "<")


def test_what_is_as_it_should_be_is_fine(marketer, connection):
    event = told(connection, "identify")

    assert '<span class="sw-fine">Fine</span>' in shown(marketer.get(page(event)))
    assert "Says who it is" in shown(marketer.get(EVENTS))


def test_the_list_shows_two_remarks_and_the_page_all(marketer, connection):
    event = told(connection, "Viewed Product", properties={"Price": "49.90"})

    in_list, on_page = shown(marketer.get(EVENTS)), shown(marketer.get(page(event)))

    assert "<li>and 3 more</li>" in in_list
    assert "Price is no number" not in in_list
    assert "Price is no number" in on_page


def test_remarks_go_by_what_the_store_has_chosen(marketer, connection):
    event = told(connection, "Waved")
    assert "is not among the store" in shown(marketer.get(page(event)))

    connection.store.settings = {"storefront": {"own_events": ["Waved"]}}
    connection.store.save()

    assert "is not among the store" not in shown(marketer.get(page(event)))


def test_messages_of_shops_are_not_in_it(marketer, connection):
    shop = Connection.objects.create(store=connection.store, kind="commercetools")
    order = shop.messages.create(dedupe_key="1", type="OrderCreated")
    event = told(connection, "Viewed Product")

    assert listed(marketer) == [event.id]
    assert marketer.get(page(BrowserEvent.objects.get(id=order.id))).status_code == 302


def test_it_is_filtered_by_store_event_and_state(marketer, connection):
    other = switch_on(new_store("other-shop"))
    viewed, waved = told(connection, "Viewed Product"), told(connection, "Waved", id="2")
    elsewhere = told(other, "identify")
    waved.settle(BrowserEvent.State.IGNORED)

    assert listed(marketer) == [elsewhere.id, waved.id, viewed.id]
    assert listed(marketer, f"?store={other.store_id}") == [elsewhere.id]
    assert listed(marketer, "?event=Viewed+Product") == [viewed.id]
    assert listed(marketer, "?event=track") == [waved.id]
    assert listed(marketer, "?event=identify") == [elsewhere.id]
    assert listed(marketer, "?state__exact=ignored") == [waved.id]
    assert listed(marketer, "?store=nothing") == [elsewhere.id, waved.id, viewed.id]


@pytest.mark.parametrize("query", ["", "?store={}", "?p=1", "?state__exact=new"])
def test_rows_are_found_by_an_index_and_not_through_other_tables(
    marketer, connection, django_assert_max_num_queries, query: str
):
    told(connection, "Viewed Product")

    with django_assert_max_num_queries(100) as queries:
        listed(marketer, query.format(connection.store_id))

    about = [one["sql"] for one in queries if 'FROM "integration_inboundmessage"' in one["sql"]]
    assert about
    for sql in about:
        where = sql.partition(" WHERE ")[2]
        assert f'"integration_inboundmessage"."connection_id" IN ({connection.id})' in where
        assert '"integration_connection"' not in where
        assert "ORDER BY" not in where or '"integration_inboundmessage"."id" DESC' in where


def test_no_more_are_counted_than_anybody_looks_at(marketer, connection, monkeypatch):
    monkeypatch.setattr(event_filters, "MOST_COUNTED", 2)
    for number in range(3):
        told(connection, "Viewed Product", id=str(number))

    assert marketer.get(EVENTS).context["cl"].paginator.count == 2


def test_its_page_leads_to_the_message_and_the_deliveries(marketer, connection):
    event = told(connection, "Viewed Product", properties={"ProductName": "<b>Shoe</b>"})
    klaviyo = connection.store.connections.get(kind="klaviyo")
    delivery = event.deliveries.create(connection=klaviyo, operation="events", request={})

    text = shown(marketer.get(page(event)))

    assert reverse("admin:integration_inboundmessage_change", args=[event.id]) in text
    assert reverse("admin:integration_delivery_change", args=[delivery.id]) in text
    assert "&lt;b&gt;Shoe&lt;/b&gt;" in text
    assert "<b>Shoe" not in text


def test_an_event_that_says_nothing_is_shown_all_the_same(marketer, connection):
    event = BrowserEvent.objects.create(connection=connection, dedupe_key="1", raw=b"x")

    assert listed(marketer) == [event.id]
    assert marketer.get(page(event)).status_code == 200
