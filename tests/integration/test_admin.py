"""What people see and may do in the admin."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from integration.core.errors import Misconfigured
from integration.models import Connection, Delivery, InboundMessage, Store
from integration.pipeline import inbox, processing
from tests.conftest import HOOK_SECRET, KEY
from tests.integration.samples import customer_created

REFUSED = Misconfigured("Klaviyo refused the key (401).", remedy="Enter a new one.")
LISTS = ["store", "connection", "inboundmessage", "delivery", "failedevent", "jobrun", "consent"]


def sign_in(client, group: str | None):
    user = User.objects.create_user(group or "guest", password="x", is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


@pytest.fixture
def marketer(db, client):
    return sign_in(client, "Marketer")


@pytest.fixture
def operator(db, client):
    return sign_in(client, "Operator")


def page(thing) -> str:
    return reverse(f"admin:integration_{thing._meta.model_name}_change", args=[thing.pk])


def connection_form(connection: Connection, **changes: str) -> dict:
    return {"enabled": "on", **connection.config, **changes}


@pytest.mark.parametrize("model", LISTS)
def test_every_list_is_there_and_says_what_to_do_while_it_is_empty(marketer, model: str):
    response = marketer.get(reverse(f"admin:integration_{model}_changelist"))

    assert response.status_code == 200
    assert "Nothing here yet" in response.content.decode()


@pytest.mark.parametrize("model", LISTS)
def test_without_a_group_nothing_is_shown(db, client, model: str):
    response = sign_in(client, None).get(reverse(f"admin:integration_{model}_changelist"))

    assert response.status_code == 403


def test_the_start_page_says_what_to_do_first(operator):
    assert "Connect your first shop" in operator.get(reverse("admin:index")).content.decode()


def test_the_start_page_shows_each_shop_and_what_is_wrong(marketer, store, klaviyo):
    klaviyo.pause(REFUSED)

    shown = marketer.get(reverse("admin:index")).content.decode()

    assert "Shop" in shown
    assert "Klaviyo is paused." in shown
    assert "Klaviyo refused the key (401). Sending is paused. Enter a new one." in shown
    assert page(klaviyo) in shown


def test_no_page_shows_a_secret(operator, store, shop, klaviyo):
    for thing in (store, shop, klaviyo):
        shown = operator.get(page(thing)).content.decode()
        assert HOOK_SECRET not in shown
        assert KEY not in shown
        assert "demo-secret" not in shown


def test_a_secret_left_empty_is_kept_and_one_entered_replaces_it(operator, shop):
    operator.post(page(shop), connection_form(shop, client_id="other"))
    shop.refresh_from_db()
    assert shop.config["client_id"] == "other"
    assert shop.secrets()["client_secret"] == "demo-secret"

    operator.post(page(shop), connection_form(shop, client_secret="a new one"))
    shop.refresh_from_db()
    assert shop.secrets() == {"client_secret": "a new one", "hook_secret": HOOK_SECRET}


def test_a_wrong_address_is_refused_at_its_field(operator, shop):
    response = operator.post(page(shop), connection_form(shop, api_url="nowhere"))

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["api_url"]
    shop.refresh_from_db()
    assert shop.config["api_url"].startswith("http")


def test_saving_a_connection_ends_its_pause(operator, klaviyo):
    klaviyo.pause(REFUSED)
    operator.post(page(klaviyo), connection_form(klaviyo, private_key=KEY))

    klaviyo.refresh_from_db()
    assert klaviyo.paused_reason == ""


def test_a_marketer_sees_a_connection_and_cannot_change_it(marketer, shop):
    assert marketer.get(page(shop)).status_code == 200
    assert marketer.post(page(shop), connection_form(shop, client_id="x")).status_code == 403


def test_a_new_store_gets_its_connections_to_fill_in(operator):
    operator.post(
        reverse("admin:integration_store_add"),
        {
            "name": "New shop",
            "slug": "new-shop",
            "sending": "dry_run",
            "locale": "de",
            "country": "AT",
            "currency": "EUR",
            "timezone": "Europe/Vienna",
            "origins": "https://www.new-shop.at\n\n https://new-shop.at ",
            "settings": "{}",
            "connections-TOTAL_FORMS": "0",
            "connections-INITIAL_FORMS": "0",
        },
    )

    store = Store.objects.get(slug="new-shop")
    assert store.origins == ["https://www.new-shop.at", "https://new-shop.at"]
    kinds = dict(store.connections.values_list("kind", "enabled"))
    needs_filling_in = {"commercetools": True, "klaviyo": True}
    assert kinds == {**needs_filling_in, "backinstock": False, "storefront": False}
    assert store.connections.get(kind="klaviyo").missing() == ["Private API key"]


def test_test_connection_tries_both_sides(operator, store, klaviyo, sandbox):
    address = reverse("admin:integration_store_test_connections", args=[store.id])

    shown = operator.get(address, follow=True).content.decode()
    assert "Connected to the project" in shown
    assert "Connected to the Klaviyo account “Storewire Sandbox”." in shown

    klaviyo.set_secrets(private_key="pk_wrong")
    klaviyo.save()
    shown = operator.get(address, follow=True).content.decode()
    assert "Klaviyo refused the key (401). Enter a new key in Connections." in shown
    assert "is paused" not in shown


@pytest.mark.parametrize("object_id", ["999999", "nothing"])
def test_an_address_that_leads_nowhere_is_404(operator, db, object_id: str):
    for name in (
        "store_test_connections",
        "connection_test_connection",
        "failedevent_retry_one",
        "failedevent_discard_one",
    ):
        address = reverse(f"admin:integration_{name}", args=[object_id])
        assert operator.get(address).status_code == 404


def test_a_lost_encryption_key_leaves_the_pages_that_mend_it(operator, store, klaviyo, settings):
    Connection.objects.update(sealed="written with a key that is lost")

    assert (
        "still to fill in"
        in operator.get(
            reverse("admin:integration_connection_test_connection", args=[klaviyo.id]), follow=True
        ).content.decode()
    )
    operator.post(page(klaviyo), connection_form(klaviyo, private_key="pk_again"))
    klaviyo.refresh_from_db()
    assert klaviyo.secrets() == {"private_key": "pk_again"}


def test_test_connection_says_what_is_missing(operator, klaviyo):
    klaviyo.sealed = ""
    klaviyo.save()
    address = reverse("admin:integration_connection_test_connection", args=[klaviyo.id])

    shown = operator.get(address, follow=True).content.decode()

    assert "Klaviyo: still to fill in: Private API key." in shown


def test_a_delivery_shows_what_was_sent_beside_the_answer(marketer, shop, klaviyo):
    inbox.receive(shop, {}, json.dumps(customer_created()).encode())
    list(processing.drain(shop.id))
    delivery = Delivery.objects.get()
    delivery.settle(Delivery.State.SENT, {"status": 201, "body": {"data": {"id": "01ABC"}}})

    shown = marketer.get(page(delivery)).content.decode()

    assert "shopper-1@storewire-demo.com" in shown
    assert "01ABC" in shown
    assert "POST /api/profile-import" in shown


def test_what_was_not_understood_is_shown_as_it_came_and_escaped(marketer, shop):
    inbox.receive(shop, {}, b"<script>alert(1)</script>\xff")

    shown = marketer.get(page(InboundMessage.objects.get())).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\xff" in shown
    assert "The body is not JSON." in shown


def test_what_was_not_known_can_be_processed_again(marketer, shop):
    unknown = {**customer_created(), "type": "CustomerStoresSet"}
    inbox.receive(shop, {}, json.dumps(unknown).encode())
    inbox.receive(shop, {}, b"not json")
    message = InboundMessage.objects.get(type="CustomerStoresSet")
    InboundMessage.objects.filter(id=message.id).update(payload=customer_created())

    shown = marketer.post(
        reverse("admin:integration_inboundmessage_changelist"),
        {
            "action": "process_again",
            "_selected_action": list(InboundMessage.objects.values_list("id", flat=True)),
        },
        follow=True,
    ).content.decode()

    assert "1 queued again" in shown
    assert "The body is not JSON." in shown
    message.refresh_from_db()
    assert (message.state, message.type) == ("new", "CustomerCreated")


def test_the_queues_have_their_pages(admin_client):
    assert admin_client.get(reverse("admin:django_rq_dashboard_changelist")).status_code == 200


def test_an_operator_sees_the_queues_and_a_marketer_does_not(client, db):
    address = reverse("admin:django_rq_dashboard_changelist")

    assert sign_in(client, "Operator").get(address).status_code == 200
    assert sign_in(client, "Marketer").get(address).status_code == 403


def test_pages_forbid_inline_script(marketer):
    policy = marketer.get(reverse("admin:index")).headers["Content-Security-Policy"]

    script = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "'unsafe-inline'" not in script


def test_logs_are_for_reading(admin_client, shop):
    inbox.receive(shop, {}, json.dumps(customer_created()).encode())
    message = InboundMessage.objects.get()

    assert admin_client.get(reverse("admin:integration_inboundmessage_add")).status_code == 403
    assert admin_client.post(page(message), {"error": "x"}).status_code == 403
