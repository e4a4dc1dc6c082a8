"""Customers, orders and refunds, as commercetools tells of them."""

from __future__ import annotations

import pytest
import requests

from integration.models import Delivery, FailedEvent, InboundMessage
from integration.pipeline import failures
from tests.conftest import Sandbox

pytestmark = pytest.mark.django_db


def metrics(sandbox: Sandbox) -> list[str]:
    return sorted(event["metric"] for event in sandbox.state()["events"])


def switch_on(store, **settings: object) -> None:
    store.settings = {"messages": {"off": []}, **settings}
    store.save()


def test_a_changed_customer_is_the_profile_as_it_is_now(receive, happen, work, sandbox: Sandbox):
    changed = happen("customer.ResourceUpdated", fields={"firstName": "Ada"})
    receive(changed)
    work()

    [profile] = sandbox.state()["profiles"]
    assert profile["first_name"] == "Ada"
    assert profile["external_id"] == changed["resource"]["id"]


def test_a_new_address_is_the_same_profile(receive, happen, work, sandbox: Sandbox):
    created = happen("CustomerCreated")
    receive(created)
    work()
    receive(happen("CustomerEmailChanged", id=created["resource"]["id"]))
    work()

    [profile] = sandbox.state()["profiles"]
    assert profile["email"] != created["customer"]["email"]
    assert profile["external_id"] == created["resource"]["id"]


def test_a_new_address_finds_a_profile_that_never_had_an_id(
    receive, happen, work, sandbox: Sandbox
):
    created = happen("CustomerCreated")
    changed = happen("CustomerEmailChanged", id=created["resource"]["id"])
    requests.post(
        f"{sandbox.url}/klaviyo/api/profile-import",
        json={"data": {"type": "profile", "attributes": {"email": changed["oldEmail"]}}},
        headers={"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"},
        timeout=5,
    ).raise_for_status()
    receive(changed)
    work()

    [profile] = sandbox.state()["profiles"]
    assert (profile["email"], profile["external_id"]) == (
        changed["email"],
        changed["resource"]["id"],
    )


def test_two_people_with_one_phone_stay_two(receive, happen, work, sandbox: Sandbox):
    one, other = happen("CustomerCreated"), happen("CustomerCreated")
    for payload in (one, other):
        payload["customer"]["addresses"] = [{"id": "a", "country": "DE", "phone": "0151 23456789"}]
    receive(one)
    work()
    receive(other)
    work()

    profiles = sandbox.state()["profiles"]
    assert [profile["email"] for profile in profiles] == [
        one["customer"]["email"],
        other["customer"]["email"],
    ]
    assert [profile.get("phone_number") for profile in profiles] == ["+4915123456789", None]
    assert Delivery.objects.first().notes == [  # the newest first
        "The phone number belongs to somebody else's profile: it was left out."
    ]


def test_an_address_known_before_and_a_phone_of_somebody_else(
    receive, happen, work, sandbox: Sandbox
):
    order = happen("OrderCreated")
    order["order"].pop("customerId", None)
    order["order"]["customerEmail"] = "guest@storewire-demo.com"
    one, other = happen("CustomerCreated"), happen("CustomerCreated")
    for payload in (one, other):
        payload["customer"]["addresses"] = [{"id": "a", "country": "DE", "phone": "0151 23456789"}]
    other["customer"]["email"] = "guest@storewire-demo.com"
    receive(order, one)
    work()
    receive(other)
    work()

    guest = next(p for p in sandbox.state()["profiles"] if p["email"].startswith("guest"))
    assert guest["external_id"] == other["customer"]["id"]
    assert guest.get("phone_number") is None
    assert not FailedEvent.objects.exists()


def test_erasing_waits_for_an_operators_consent(receive, happen, work, store, sandbox: Sandbox):
    created = happen("CustomerCreated")
    receive(created)
    work()
    receive(happen("customer.ResourceDeleted", id=created["resource"]["id"], data_erasure=True))
    work()

    assert len(sandbox.state()["profiles"]) == 1
    message = InboundMessage.objects.get(type="customer.ResourceDeleted")
    assert (message.state, message.error) == (
        "ignored",
        "Erasing people in Klaviyo is switched off for this store: do it by hand.",
    )


def test_an_erased_customer_is_erased_and_not_raised_by_a_late_message(
    receive, happen, work, store, sandbox: Sandbox
):
    switch_on(store, privacy={"erase": True})
    created = happen("CustomerCreated")
    receive(created)
    work()
    receive(happen("customer.ResourceDeleted", id=created["resource"]["id"], data_erasure=True))
    work()
    assert sandbox.state()["profiles"] == []

    order = happen("OrderCreated")
    order["order"]["customerId"] = created["resource"]["id"]
    receive({**created, "id": "late"}, order)
    work()
    assert sandbox.state()["profiles"] == []
    assert InboundMessage.objects.get(type="OrderCreated").error == "Whom this is about was erased."


def test_whose_erasure_failed_is_told_of_no_more(receive, happen, work, store, sandbox: Sandbox):
    switch_on(store, privacy={"erase": True})
    created = happen("CustomerCreated")
    receive(created)
    work()
    sandbox.fail("400", operation="request_profile_deletion", times=1)
    receive(happen("customer.ResourceDeleted", id=created["resource"]["id"], data_erasure=True))
    work()
    failures.retry(FailedEvent.objects.get(), None)
    work()
    assert sandbox.state()["profiles"] == []

    order = happen("OrderCreated")
    order["order"]["customerId"] = created["resource"]["id"]
    receive(order)
    work()

    assert sandbox.state()["profiles"] == []
    assert InboundMessage.objects.get(type="OrderCreated").error == "Whom this is about was erased."


def test_erasing_finds_a_profile_that_only_has_the_address(
    receive, happen, work, store, sandbox: Sandbox
):
    switch_on(store, privacy={"erase": True})
    placed = (happen("OrderCreated") for _ in range(30))  # some by guests
    order = next(one for one in placed if "customerId" in one["order"])
    customer = order["order"].pop("customerId")
    receive(order)
    work()
    assert len(sandbox.state()["profiles"]) == 1
    happen("CustomerDeleted", id=customer)  # the project keeps it; nobody is told
    receive(
        {
            "notificationType": "ResourceDeleted",
            "projectKey": "demo-shop",
            "resource": {"typeId": "customer", "id": customer},
            "version": 9,
            "modifiedAt": "2026-11-21T12:00:00.000Z",
            "dataErasure": True,
        }
    )
    work()

    assert sandbox.state()["profiles"] == []


def test_a_customer_without_an_address_is_ignored_with_the_reason(receive, happen, work):
    created = happen("CustomerCreated")
    del created["customer"]["email"]
    receive(created)
    work()

    message = InboundMessage.objects.get()
    assert (message.state, message.error) == ("ignored", "The customer has no e-mail address.")


@pytest.mark.parametrize(
    "type_", ["OrderCreated", "OrderImported", "OrderCreatedFromRecurringOrder"]
)
def test_however_an_order_comes_it_is_placed(receive, happen, work, sandbox: Sandbox, type_: str):
    payload = happen(type_)
    receive(payload)
    work()

    lines = len(payload["order"]["lineItems"])
    assert metrics(sandbox) == ["Ordered Product"] * lines + ["Placed Order"]


def test_an_imported_order_was_placed_when_it_was_completed(
    receive, happen, work, sandbox: Sandbox
):
    payload = happen("OrderImported")
    receive(payload)
    work()

    [placed] = [e for e in sandbox.state()["events"] if e["metric"] == "Placed Order"]
    assert placed["time"][:19] == payload["order"]["completedAt"][:19]


def test_an_order_that_gets_its_customer_is_placed_once(receive, happen, work, sandbox: Sandbox):
    created = happen("OrderCreated")
    receive(created)
    work()
    receive(happen("OrderCustomerSet", id=created["resource"]["id"]))
    work()

    assert metrics(sandbox).count("Placed Order") == 1


def test_a_refund_counts_once_whichever_message_says_so_first(
    receive, happen, work, sandbox: Sandbox
):
    pending = happen("PaymentTransactionAdded", refund_state="Pending", amount=1234)
    succeeded = happen("PaymentTransactionStateChanged", id=pending["resource"]["id"])
    added = {**pending, "id": "again"}
    added["transaction"] = {**pending["transaction"], "state": "Success"}
    receive(succeeded, pending, added)
    work()

    [refunded] = sandbox.state()["events"]
    assert refunded["metric"] == "Refunded Order"
    assert refunded["unique_id"] == pending["transaction"]["id"]
    assert refunded["value"] == 12.34


def test_two_partial_refunds_are_two_events(receive, happen, work, sandbox: Sandbox):
    first = happen("PaymentTransactionAdded", refund_state="Success", amount=500)
    payment_id = first["resource"]["id"]
    second = happen("PaymentTransactionAdded", refund_state="Success", amount=250, id=payment_id)
    receive(first, second)
    work()

    assert sorted(event["value"] for event in sandbox.state()["events"]) == [2.5, 5]


def test_a_refund_of_an_order_that_does_not_exist_yet_waits(
    receive, happen, work, sandbox: Sandbox
):
    refund = happen("PaymentTransactionAdded", refund_state="Success")
    payment_id = refund["resource"]["id"]
    refund["resource"]["id"] = "not-yet"
    receive(refund)
    work()

    message = InboundMessage.objects.get()
    assert (message.state, message.error) == ("parked", "The payment belongs to no order yet.")
    assert not FailedEvent.objects.exists()

    message.payload["resource"]["id"] = payment_id  # as if the order had come since
    message.save()
    work()
    assert metrics(sandbox) == ["Refunded Order"]


def test_what_is_switched_off_says_so(receive, happen, work, sandbox: Sandbox):
    receive(happen("OrderShipmentStateChanged", shipment_state="Shipped"))
    work()

    message = InboundMessage.objects.get()
    assert (message.state, message.error) == (
        "ignored",
        "This type of message is switched off for the store.",
    )


def test_shipments_and_returns_can_be_switched_on(receive, happen, work, store, sandbox: Sandbox):
    switch_on(store)
    receive(
        happen("OrderShipmentStateChanged", shipment_state="Shipped"),
        happen("OrderShipmentStateChanged", shipment_state="Delivered"),
        happen("ReturnInfoAdded"),
    )
    work()

    assert metrics(sandbox) == ["Delivered Order", "Return Requested", "Shipped Order"]


def test_a_metric_that_is_switched_off_is_a_reason(receive, happen, work, store, sandbox: Sandbox):
    switch_on(store, metrics={"fulfilled_order": {"enabled": False}})
    receive(happen("OrderStateChanged", order_state="Confirmed"))
    work()

    message = InboundMessage.objects.get()
    assert message.state == "ignored"
    assert message.error == "“Fulfilled Order” is switched off for this store."
    assert not Delivery.objects.exists()
