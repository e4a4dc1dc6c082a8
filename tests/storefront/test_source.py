"""The storefront among a store's connections: as any other source, with nothing to fill in."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from integration import store_file
from integration.catch_up.starting import readable
from integration.core.errors import Reject
from integration.models import InboundMessage
from integration.pipeline import inbox, preview
from integration.pipeline.processing import shop_of
from integration.sources.storefront import SOURCE
from storefront.people import who
from tests.storefront.telling import ANNA, identify, tell, viewed

pytestmark = pytest.mark.django_db


def test_its_test_says_that_pages_come_by_themselves(admin_client, pages):
    page = reverse("admin:integration_connection_test_connection", args=[pages.id])

    answer = admin_client.get(page, follow=True)

    assert "There is nothing to reach. Pages tell of themselves" in answer.content.decode()


def test_a_store_tests_all_its_connections(admin_client, pages):
    page = reverse("admin:integration_store_test_connections", args=[pages.store_id])

    said = [str(message) for message in admin_client.get(page, follow=True).context["messages"]]

    assert len(said) == 3
    assert sum(one.startswith("Storefront: ") for one in said) == 1


def test_what_becomes_of_what_is_told_on_the_page_of_message_types(admin_client, pages):
    page = reverse("admin:integration_store_message_types", args=[pages.store_id])

    text = admin_client.get(page).content.decode()

    assert "Somebody began to check out" in text
    assert "A visitor said who they are" in text


def test_it_can_neither_be_read_nor_caught_up(pages):
    assert [connection.kind for connection in readable(pages.store)] == ["commercetools"]
    with pytest.raises(Reject, match="A storefront cannot be asked for anything."):
        shop_of(pages).read("/customers/1")


def test_it_goes_through_a_store_file(pages):
    document = store_file.export_store(pages.store)
    assert document["connections"]["storefront"] == {}

    document["settings"]["storefront"] = {"send": "server", "own_events": ["Spun the Wheel"]}
    pages.delete()
    store, created = store_file.import_store(document)
    assert not created
    assert store.connections.get(kind="storefront").works


@pytest.mark.parametrize(
    "choices", [{"send": "all"}, {"properties": ["$email"]}, {"own_events": [""]}, {"x": 1}]
)
def test_a_choice_that_there_is_not_is_refused(pages, choices):
    document = store_file.export_store(pages.store)
    document["settings"]["storefront"] = choices

    with pytest.raises(store_file.StoreFileError, match="/settings/storefront"):
        store_file.import_store(document)


def test_a_message_can_be_looked_at_and_processed_once_more(client, pages, klaviyo, work):
    tell(client, viewed(), identify(first_name="Anna"))
    event, word = InboundMessage.objects.order_by("id")

    [request] = preview.preview(event).requests
    assert (request.request.operation, request.problems) == ("create_event", [])
    work()
    for message in (event, word):
        message.refresh_from_db()
        inbox.again(message)
    work()

    assert klaviyo.deliveries.filter(operation="create_event").count() == 2
    assert klaviyo.deliveries.filter(operation="profile_import").count() == 2


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"type": "track", "id": "", "person": {}}', b"[" * 9000]
)
def test_what_no_page_told_is_no_message(body):
    with pytest.raises(Reject):
        SOURCE.unwrap({}, body)


def test_an_event_without_a_name_is_no_message(client, pages):
    tell(client, viewed())
    payload = {**pages.messages.get().payload, "name": ""}

    with pytest.raises(Reject, match="This event has no name."):
        SOURCE.unwrap({}, json.dumps(payload).encode())


def test_who_somebody_is_goes_by_a_keyed_hash(settings):
    anna = who(1, {"email": ANNA})
    assert anna != who(2, {"email": ANNA})
    assert anna != who(1, {"external_id": ANNA})
    assert who(1, {}) == ""

    settings.SECRET_KEY = "other"
    assert anna != who(1, {"email": ANNA})
