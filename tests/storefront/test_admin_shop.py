"""“Put it on your shop”: a store's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from integration.admin.display import page
from integration.models import Connection
from storefront import doors
from storefront.models import IDENTIFY, SCRIPT, Sighting
from tests.storefront.admin import (
    PUBLIC_URL,
    SHOP,
    new_store,
    shop_page,
    shown,
    sign_in,
    switch_on,
)

START = reverse("admin:storefront_sighting_changelist")


@pytest.fixture(autouse=True)
def _elsewhere(settings):
    settings.PUBLIC_URL = PUBLIC_URL


@pytest.fixture
def store(db):
    return new_store()


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


@pytest.fixture
def operator(db, client):
    return sign_in(client, group="Operator")


def sight(store, what: str, days: float = 0) -> None:
    """Something was seen of a store so many days ago."""
    then = now() - timedelta(days=days)
    Sighting.objects.create(
        store=store, what=what, first_seen=then, last_seen=then, page=f"{SHOP}/shoe"
    )


def test_without_a_store_it_says_what_to_do(marketer):
    assert "There is no store yet" in shown(marketer.get(START))


def test_it_leads_to_the_first_store_where_it_is_on(marketer, store):
    other = new_store("other-shop")

    assert marketer.get(START)["Location"] == shop_page(store)
    switch_on(other)
    assert marketer.get(START)["Location"] == shop_page(other)


@pytest.mark.parametrize("name", ["shop", "seen"])
def test_without_a_permission_it_is_not_shown(client, store, name: str):
    sign_in(client)

    assert client.get(shop_page(store, name)).status_code == 403
    assert client.get(START).status_code == 403


def test_the_stores_own_page_leads_there_for_whoever_may_see_it(client, store):
    sign_in(client, "view_store")
    assert shop_page(store) not in shown(client.get(page(store)))


def test_the_stores_own_page_leads_there(marketer, store):
    assert f'href="{shop_page(store)}">Put it on your shop</a>' in shown(marketer.get(page(store)))
    assert marketer.get(reverse("admin:integration_store_add")).status_code == 403


def test_an_operator_switches_it_on(operator, store):
    assert "It is off in this store" in shown(operator.get(shop_page(store)))

    answer = operator.post(shop_page(store, "switch_on"), follow=True)

    assert "It is on. Now put the tag on every page of the shop." in shown(answer)
    assert "It is off in this store" not in shown(answer)
    assert store.connections.get(kind="storefront").enabled is True
    assert doors.find("my-shop") is not None


def test_a_connection_that_is_there_is_switched_on_again(operator, store):
    there = Connection.objects.create(store=store, kind="storefront", enabled=False)

    operator.post(shop_page(store, "switch_on"))
    operator.post(shop_page(store, "switch_on"))

    there.refresh_from_db()
    assert (there.enabled, Connection.objects.count()) == (True, 1)


def test_who_may_change_no_connection_cannot_switch_it_on(marketer, store):
    assert "Switch it on" not in shown(marketer.get(shop_page(store)))
    assert marketer.post(shop_page(store, "switch_on")).status_code == 403
    assert Connection.objects.count() == 0


def test_looking_switches_nothing_on(operator, store):
    assert operator.get(shop_page(store, "switch_on")).status_code == 405
    assert Connection.objects.count() == 0


def test_it_says_what_is_missing_and_where_to_change_it(marketer, store):
    switch_on(store, key="")
    store.origins, store.sending = [], "dry_run"
    store.save()
    klaviyo = store.connections.get(kind="klaviyo")

    found = marketer.get(shop_page(store)).context["missing"]

    assert [(one.says.partition(":")[0], one.address) for one in found] == [
        ("Nobody may send anything yet", page(store)),
        ("The store is not live", page(store)),
        ("Klaviyo's public key is not known", page(klaviyo)),
    ]


def test_where_nothing_is_missing_nothing_is_said(marketer, store):
    switch_on(store)

    assert marketer.get(shop_page(store)).context["missing"] == []


def test_a_klaviyo_that_is_off_or_absent_is_named(marketer, store):
    (absent,) = marketer.get(shop_page(store)).context["missing"]
    assert absent.says == "Klaviyo is not connected: what pages tell us goes nowhere."
    assert absent.address.endswith(f"?store={store.id}&kind=klaviyo")

    Connection.objects.create(store=store, kind="klaviyo", enabled=False)
    (off,) = marketer.get(shop_page(store)).context["missing"]
    assert off.says.startswith("Klaviyo's connection is off or paused")


def test_a_store_that_sends_by_server_needs_no_public_key(marketer, store):
    switch_on(store, key="")
    store.settings = {"storefront": {"send": "server"}}
    store.save()

    assert marketer.get(shop_page(store)).context["missing"] == []


def test_pages_with_https_need_us_with_https(marketer, store, settings):
    switch_on(store)
    settings.PUBLIC_URL = "http://127.0.0.1:8000"

    (found,) = marketer.get(shop_page(store)).context["missing"]

    assert found.says.startswith("Pages with https cannot load a script from http://127.0.0.1:8000")


def test_it_lists_what_was_seen_and_when(marketer, store):
    sight(store, SCRIPT)
    sight(store, IDENTIFY, days=2)
    sight(store, "Viewed Product", days=8)

    response = marketer.get(shop_page(store))

    assert [(one.title, one.state, one.ago) for one in response.context["checks"]] == [
        ("The script", "seen", "0 seconds ago"),
        ("Who it is", "seen", "2 days ago"),
        ("Viewed Product", "stale", "8 days ago"),
        ("Added to Cart", "never", ""),
        ("Started Checkout", "never", ""),
    ]
    assert f"The last time on {SHOP}/shoe" in shown(response)


def test_the_tag_can_be_copied_and_is_text(marketer, store):
    switch_on(store)

    text = shown(marketer.get(shop_page(store)))

    address = f"{PUBLIC_URL}/static/storefront/storewire.js"
    assert f"&lt;script src=&quot;{address}&quot; integrity=&quot;sha384-" in text
    assert "data-store=&quot;my-shop&quot; data-company=&quot;ABC123&quot;" in text
    assert 'data-copy="text-every"' in text


def test_a_way_is_chosen_by_its_name(marketer, store):
    def chosen(query: str) -> str:
        return marketer.get(shop_page(store) + query).context["way"].name

    assert [chosen(""), chosen("?way=gtm"), chosen("?way=nothing")] == ["json", "gtm", "json"]


def test_what_is_to_be_filled_in_is_marked(marketer, store):
    text = shown(marketer.get(shop_page(store)))

    assert '<mark class="sw-mark-in">[[product name]]</mark>' in text


def test_markup_in_a_stores_name_and_key_stays_text(marketer, store):
    switch_on(store, key="<script>alert(1)</script>")
    store.name = "<script>alert(2)</script>"
    store.save()

    text = shown(marketer.get(shop_page(store)))

    assert "<script>alert" not in text


def test_a_policy_and_a_first_party_address_are_told(marketer, store):
    switch_on(store)

    text = shown(marketer.get(shop_page(store)))

    assert f"script-src {PUBLIC_URL} https://*.klaviyo.com; connect-src {PUBLIC_URL}" in text
    assert f"proxy_pass {PUBLIC_URL}/storefront/collect;" in text
    assert "add one to <code>TRUSTED_PROXIES</code>" in text


def test_a_store_without_origins_has_nothing_to_open(marketer, store):
    store.origins = []
    store.save()

    text = shown(marketer.get(shop_page(store)))

    assert 'id="test-open"' not in text
    assert "First <a" in text


def test_the_test_opens_a_page_in_a_window_that_knows_nothing_of_ours(marketer, store):
    text = shown(marketer.get(shop_page(store)))

    assert f'href="{SHOP}/?storewire_debug" target="_blank" rel="noopener"' in text
