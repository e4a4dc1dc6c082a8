"""What was heard from a store's pages is noted: the check list's source."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils.timezone import now

from integration.models import InboundMessage
from storefront import sightings
from storefront.models import Sighting
from tests.storefront.telling import ANNA, SHOP, identify, tell, viewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def seen() -> dict[str, str]:
    return dict(Sighting.objects.values_list("what", "page"))


def test_a_hello_shows_that_the_script_is_there(client):
    tell(client, {"type": "hello"})

    assert seen() == {"script": f"{SHOP}/shoe"}


def test_what_pages_tell_is_seen_by_its_name(client):
    tell(client, viewed(), viewed(name="Started Checkout"), identify())

    assert set(seen()) == {"script", "identify", "Viewed Product", "Started Checkout"}
    assert ANNA not in str(seen())


def test_names_that_nobody_asked_for_are_not_noted(client, choose):
    tell(client, viewed(name="Anything"), viewed(name="Spun the Wheel"))
    assert set(seen()) == {"script"}

    choose(own_events=["Spun the Wheel"])
    tell(client, viewed(name="Anything"), viewed(name="Spun the Wheel"))
    assert set(seen()) == {"script", "Spun the Wheel"}


@pytest.mark.parametrize("page", ["", "https://elsewhere.test/"])
def test_what_a_server_tells_does_not_show_that_the_script_is_there(client, page):
    tell(client, viewed(), identify(), page=page, origin="")
    assert set(seen()) == {"Viewed Product", "identify"}

    tell(client, {"type": "hello"}, page=page, origin="")
    assert set(seen()) == {"script", "Viewed Product", "identify"}


def test_what_is_refused_was_not_seen(client):
    tell(client, viewed(person={}), {**identify(), "id": ""})

    assert seen() == {}


def test_it_is_known_when_something_was_seen_first_and_last_and_where(client, store):
    before = now() - timedelta(days=2)
    Sighting.objects.create(
        store=store, what="script", first_seen=before, last_seen=before, page=f"{SHOP}/old"
    )
    tell(client, {"type": "hello"})

    sighting = Sighting.objects.get()
    assert (sighting.first_seen, sighting.page) == (before, f"{SHOP}/shoe")
    assert now() - sighting.last_seen < timedelta(seconds=30)


def test_where_no_page_is_told_the_last_one_stays(client):
    tell(client, {"type": "hello"})
    sightings.forget()
    tell(client, {"type": "hello"}, page="")

    assert seen() == {"script": f"{SHOP}/shoe"}


def test_the_same_is_not_written_with_every_request(client, django_assert_num_queries):
    tell(client, viewed())

    with django_assert_num_queries(3):  # a savepoint, which only tests have, and the messages
        tell(client, viewed(), viewed())


def test_that_it_cannot_be_noted_is_in_nobodys_way(client, monkeypatch, caplog):
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(Sighting.objects, "bulk_create", away)

    assert tell(client, viewed()).status_code == 202
    assert InboundMessage.objects.count() == 1
    assert "sightings not noted: OperationalError" in caplog.text
