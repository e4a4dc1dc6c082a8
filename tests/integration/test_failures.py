"""A failed event can be read, corrected, retried and discarded; by the right people."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from integration.core.errors import Reject
from integration.models import Delivery, FailedEvent, InboundMessage
from integration.pipeline import delivery, failures, inbox, processing
from tests.integration.samples import customer_created, order_created

CHANGELIST = reverse("admin:integration_failedevent_changelist")


@pytest.fixture
def refused(shop, klaviyo, sandbox) -> FailedEvent:
    """Klaviyo has refused a profile for its address; it would take another one."""
    sandbox.fail("400", times=1, pointer="/data/attributes/email", detail="Invalid email address")
    inbox.receive(shop, {}, json.dumps(customer_created()).encode())
    list(processing.drain(shop.id))
    delivery.drain(klaviyo.id, "profile_import")
    return FailedEvent.objects.get()


@pytest.fixture
def marketer(db, client):
    """A client signed in as a marketer."""
    user = User.objects.create_user("marketer", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketer"))
    client.force_login(user)
    return client


def choose(client, action: str, *failed: FailedEvent, **more: str):
    return client.post(
        CHANGELIST,
        {"action": action, "_selected_action": [each.id for each in failed], **more},
        follow=True,
    )


def test_an_action_asks_before_it_acts(marketer, refused):
    page = choose(marketer, "retry", refused).content.decode()

    assert "1 failed event will be queued again" in page
    refused.refresh_from_db()
    assert refused.resolution == "open"


def test_a_retry_corrected_in_the_admin_arrives(marketer, refused, klaviyo, sandbox):
    refused.payload["data"]["attributes"]["email"] = "corrected@storewire-demo.com"
    address = reverse("admin:integration_failedevent_change", args=[refused.id])
    marketer.post(address, {"payload": json.dumps(refused.payload)}, follow=True)

    answer = choose(marketer, "retry", refused, confirmed="1").content.decode()

    assert "1 queued again. They go out in seconds" in answer
    refused.refresh_from_db()
    assert (refused.resolution, refused.resolved_by.username) == ("retried", "marketer")
    delivery.drain(klaviyo.id, "profile_import")
    assert [profile["email"] for profile in sandbox.state()["profiles"]] == [
        "corrected@storewire-demo.com"
    ]


def test_a_correction_that_would_be_refused_is_not_queued(marketer, refused):
    refused.payload["data"]["attributes"]["email"] = "nobody@example.com"
    refused.save()

    answer = choose(marketer, "retry", refused, confirmed="1").content.decode()

    assert "is an address for examples" in answer
    refused.refresh_from_db()
    assert refused.resolution == "open"
    assert refused.delivery.state == "rejected"


def test_what_fails_again_opens_the_same_failed_event(refused, klaviyo, sandbox):
    sandbox.fail("400", detail="Still not")
    failures.retry(refused, None)
    delivery.drain(klaviyo.id, "profile_import")

    again = FailedEvent.objects.get()
    assert (again.id, again.resolution, again.attempts) == (refused.id, "open", 2)
    assert again.reason.endswith("Still not")


def test_a_discarded_one_is_not_sent_and_stays_on_record(marketer, refused, klaviyo, sandbox):
    choose(marketer, "discard", refused, confirmed="1")
    delivery.drain(klaviyo.id, "profile_import")

    refused.refresh_from_db()
    assert (refused.resolution, refused.resolved_by.username) == ("discarded", "marketer")
    assert refused.delivery.state == "discarded"
    assert sandbox.state()["profiles"] == []


def test_of_two_people_one_decides(refused, klaviyo, sandbox):
    failures.retry(refused, None)

    with pytest.raises(Reject, match="It is retried already"):
        failures.retry(refused, None)
    with pytest.raises(Reject, match="It is retried already"):
        failures.discard(refused, None)
    delivery.drain(klaviyo.id, "profile_import")
    assert sandbox.state()["counts"]["answers"]["profile_import"] == {"400": 1, "201": 1}


def test_a_late_version_does_not_overwrite_one_that_was_retried(shop, klaviyo, sandbox):
    def come(version: int, email: str) -> None:
        message = customer_created(version=version, email=email)
        inbox.receive(shop, {}, json.dumps(message).encode())
        list(processing.drain(shop.id))

    come(5, "new@example.com")
    failed = FailedEvent.objects.get()
    failed.payload["data"]["attributes"]["email"] = "new@storewire-demo.com"
    failed.save()
    failures.retry(failed, None)
    come(4, "old@storewire-demo.com")
    delivery.drain(klaviyo.id, "profile_import")

    assert [p["email"] for p in sandbox.state()["profiles"]] == ["new@storewire-demo.com"]


def test_a_refusal_and_its_failed_event_are_written_together(shop, klaviyo, sandbox, monkeypatch):
    def broken(*args: object) -> None:
        raise RuntimeError("the worker dies here")

    monkeypatch.setattr("integration.pipeline.failures.delivery_failed", broken)
    sandbox.fail("400")
    inbox.receive(shop, {}, json.dumps(customer_created()).encode())
    list(processing.drain(shop.id))
    delivery.drain(klaviyo.id, "profile_import")

    assert Delivery.objects.get().state == "ready"


def test_a_single_one_is_asked_about_on_its_own_page(marketer, refused):
    for verb in ("retry", "discard"):
        address = reverse(f"admin:integration_failedevent_{verb}_one", args=[refused.id])
        assert f'name="action" value="{verb}"' in marketer.get(address).content.decode()


def test_an_older_version_is_not_sent_over_a_newer_one(refused, shop):
    inbox.receive(shop, {}, json.dumps(customer_created(version=2)).encode())
    list(processing.drain(shop.id))

    with pytest.raises(Reject, match="It is overtaken already"):
        failures.retry(refused, None)


def test_what_was_sent_meanwhile_is_not_sent_again(shop, klaviyo, sandbox):
    sandbox.fail("400", times=1)
    inbox.receive(shop, {}, json.dumps(order_created(lineItems=[])).encode())
    list(processing.drain(shop.id))
    delivery.drain(klaviyo.id, "create_event")
    failed = FailedEvent.objects.get()
    again = {**order_created(lineItems=[]), "id": "another message"}
    inbox.receive(shop, {}, json.dumps(again).encode())
    list(processing.drain(shop.id))

    with pytest.raises(Reject, match="sent meanwhile"):
        failures.retry(failed, None)
    assert Delivery.objects.filter(state="ready").count() == 1


def test_a_message_corrected_and_retried_is_processed_anew(shop, klaviyo, sandbox):
    broken = customer_created()
    del broken["customer"]["id"]
    inbox.receive(shop, {}, json.dumps(broken).encode())
    list(processing.drain(shop.id))
    failed = FailedEvent.objects.get()
    failed.payload["customer"]["id"] = "found"
    failed.save()

    failures.retry(failed, None)
    list(processing.drain(shop.id))
    delivery.drain(klaviyo.id, "profile_import")

    assert InboundMessage.objects.get().state == "done"
    assert sandbox.state()["profiles"][0]["external_id"] == "found"


def test_the_page_leads_to_the_message_and_the_delivery_and_back(marketer, refused):
    def page(thing) -> str:
        return reverse(f"admin:integration_{thing._meta.model_name}_change", args=[thing.pk])

    shown = marketer.get(page(refused)).content.decode()
    assert page(refused.message) in shown
    assert page(refused.delivery) in shown
    assert page(refused) in marketer.get(page(refused.message)).content.decode()
    assert page(refused) in marketer.get(page(refused.delivery)).content.decode()
    assert page(refused.delivery) in marketer.get(page(refused.message)).content.decode()


def test_the_list_can_be_downloaded_without_the_people_in_it(marketer, refused):
    address = reverse("admin:integration_failedevent_export")
    assert marketer.get(address).status_code == 200
    chosen = {"failedeventresource_reason": "on", "failedeventresource_pointer": "on"}

    table = marketer.post(address, {"format": "0", "resource": "0", **chosen}).content.decode()

    assert "Invalid email address,/data/attributes/email" in table
    assert "shopper-1" not in table


def test_somebody_without_the_permission_can_do_neither(client, refused):
    user = User.objects.create_user("guest", password="x", is_staff=True)
    client.force_login(user)

    assert choose(client, "retry", refused, confirmed="1").status_code == 403
    refused.refresh_from_db()
    assert refused.resolution == "open"
