"""From the door to Klaviyo: what goes over the wire, once, in order, whatever fails there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from integration.core import http
from integration.models import Connection, Delivery, FailedEvent, InboundMessage, Store
from integration.pipeline import delivery, processing
from integration.sources.commercetools.order_details import PATIENCE
from tests.conftest import Sandbox
from tests.integration.samples import MARA, customer_created, order_created, sample

pytestmark = pytest.mark.django_db


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("operation", "state"))


def test_a_customer_becomes_a_profile(receive, work, sandbox: Sandbox):
    receive(sample("customer_created"))
    work()

    [profile] = sandbox.state()["profiles"]
    assert profile["email"] == MARA
    assert profile["external_id"] == sample("customer_created")["customer"]["id"]
    assert profile["phone_number"] == "+4915123456789"
    assert profile["location"]["address1"] == "4. OG, Haus B, 12, Lindenallee"
    assert profile["properties"]["loyaltyTier"] == "gold"


def test_an_order_becomes_placed_order_and_a_line_each(receive, work, sandbox: Sandbox):
    receive(order_created())
    work()

    events = sandbox.state()["events"]
    assert {(event["metric"], event["unique_id"], event["value"]) for event in events} == {
        ("Placed Order", "order-1", 209.47),
        ("Ordered Product", "order-1-line-0", 189.5),
        ("Ordered Product", "order-1-line-1", 14.97),
    }
    assert {event["profile_id"] for event in events} == {sandbox.state()["profiles"][0]["id"]}


def test_the_same_notification_a_hundred_times_makes_one_of_each(receive, work, sandbox: Sandbox):
    receive(*[sample("customer_created"), sample("order_created")] * 100)
    work()

    state = sandbox.state()
    assert len(state["profiles"]) == 1
    assert len(state["events"]) == 3
    assert state["counts"]["requests"] == {"profile_import": 1, "create_event": 3}


def test_two_messages_about_one_fact_send_it_once(receive, work, sandbox: Sandbox):
    receive(order_created(), {**order_created(), "id": "another message"})
    work()

    assert sandbox.state()["counts"]["requests"]["create_event"] == 3


def test_of_several_versions_that_wait_only_the_newest_is_sent(receive, work, sandbox: Sandbox):
    receive(
        customer_created(version=1, firstName="Old"),
        customer_created(version=3, firstName="Newest"),
        customer_created(version=2, firstName="Late"),
    )
    work()

    assert [profile["first_name"] for profile in sandbox.state()["profiles"]] == ["Newest"]
    assert sandbox.state()["counts"]["requests"]["profile_import"] == 1
    assert InboundMessage.objects.filter(state="done").count() == 3


def test_a_late_version_never_overwrites_a_newer_one(receive, work, sandbox: Sandbox):
    receive(customer_created(version=5, firstName="New"))
    work()
    receive(customer_created(version=4, firstName="Old"))
    work()

    assert [profile["first_name"] for profile in sandbox.state()["profiles"]] == ["New"]


def test_an_update_waits_for_the_one_before_it(receive, klaviyo, shop):
    receive(customer_created(version=1))
    for _ in processing.drain(shop.id):
        pass
    [first] = Delivery.objects.claim(klaviyo, "profile_import", 10)
    receive(customer_created(version=2, firstName="New"))
    for _ in processing.drain(shop.id):
        pass

    assert Delivery.objects.claim(klaviyo, "profile_import", 10) == []
    first.settle(Delivery.State.SENT, {})
    assert len(Delivery.objects.claim(klaviyo, "profile_import", 10)) == 1


@pytest.mark.parametrize("how", ["500", "503", "429", "html", "reset"])
def test_a_klaviyo_that_is_away_is_waited_for(receive, work, sandbox: Sandbox, how: str):
    sandbox.fail(how, retry_after=30)
    receive(customer_created())
    work()

    waiting = Delivery.objects.get()
    assert waiting.state == "ready"
    assert waiting.answer["reason"]
    assert not FailedEvent.objects.exists()

    sandbox.recover()
    work()
    assert states() == [("profile_import", "sent")]
    assert len(sandbox.state()["profiles"]) == 1


def test_a_klaviyo_that_never_answers_is_waited_for(receive, work, sandbox: Sandbox, monkeypatch):
    defaults = {**http.send.__kwdefaults__, "read_seconds": 0.3}
    monkeypatch.setattr(http.send, "__kwdefaults__", defaults)
    sandbox.fail("hang", seconds=3)
    receive(customer_created())
    work()
    assert Delivery.objects.get().answer["reason"] == "No answer in time."

    sandbox.recover()
    work()
    assert states() == [("profile_import", "sent")]


def test_retry_after_is_obeyed_by_everyone(receive, shop, klaviyo, sandbox: Sandbox):
    sandbox.fail("429", retry_after=30)
    receive(*[customer_created(number) for number in range(1, 21)])
    for _ in processing.drain(shop.id):
        pass
    delivery.drain(klaviyo.id, "profile_import")
    asked = sandbox.state()["counts"]["requests"]["profile_import"]
    sandbox.recover()
    delivery.drain(klaviyo.id, "profile_import")

    assert asked <= delivery.THREADS  # those that were under way together
    assert sandbox.state()["counts"]["requests"]["profile_import"] == asked
    assert Delivery.objects.filter(state="ready").count() == 20


def test_a_refusal_is_a_failed_event_with_the_place_in_plain_words(receive, work, sandbox: Sandbox):
    sandbox.fail(
        "400",
        operation="profile_import",
        pointer="/data/attributes/email",
        detail="Invalid email address",
    )
    receive(customer_created())
    work()

    failed = FailedEvent.objects.get()
    assert failed.reason == "Klaviyo refused the request (400): Invalid email address"
    assert (failed.pointer, failed.status, failed.stage) == (
        "/data/attributes/email",
        400,
        "sending",
    )
    assert failed.delivery.state == "rejected"
    assert failed.message.resource_id == "customer-1"


def test_one_bad_row_does_not_hold_up_the_others(receive, work, sandbox: Sandbox):
    sandbox.fail("400", operation="profile_import", times=1)
    receive(*[customer_created(number) for number in range(1, 6)])
    work()

    assert len(sandbox.state()["profiles"]) == 4
    assert FailedEvent.objects.count() == 1


@pytest.mark.parametrize("how", ["401", "403", "410"])
def test_a_refused_key_pauses_the_connection_and_nothing_fails(
    receive, work, klaviyo: Connection, sandbox: Sandbox, how: str
):
    sandbox.fail(how)
    receive(customer_created(), order_created())
    work()

    klaviyo.refresh_from_db()
    assert "Sending is paused" in klaviyo.paused_reason
    assert {state for _, state in states()} == {"ready"}
    assert not FailedEvent.objects.exists()

    sandbox.recover()
    Connection.objects.update(paused_reason="")
    work()
    assert {state for _, state in states()} == {"sent"}


def test_a_shop_that_refuses_us_pauses_reading_and_nothing_fails(
    receive, work, shop: Connection, sandbox: Sandbox
):
    shop.set_secrets(client_secret="wrong")
    shop.save()
    receive(order_created(), customer_created())
    work()

    shop.refresh_from_db()
    assert "commercetools refused the API client" in shop.paused_reason
    assert InboundMessage.objects.get(type="OrderCreated").state == "new"
    assert not FailedEvent.objects.exists()


@pytest.mark.parametrize("how", ["500", "html", "reset", "429"])
def test_a_shop_that_is_away_is_waited_for(receive, work, sandbox: Sandbox, how: str):
    sandbox.fail(how, side="commercetools")
    receive(order_created())
    work()
    assert InboundMessage.objects.get().state == "new"
    assert not Delivery.objects.exists()

    sandbox.recover("commercetools")
    work()
    assert InboundMessage.objects.get().state == "done"
    assert len(sandbox.state()["events"]) == 3


def test_a_paused_store_collects_and_a_live_one_sends_what_waited(
    receive, work, store: Store, sandbox: Sandbox
):
    store.sending = Store.Sending.PAUSED
    store.save()
    receive(customer_created())
    work()
    assert states() == [("profile_import", "ready")]

    store.sending = Store.Sending.LIVE
    store.save()
    work()
    assert len(sandbox.state()["profiles"]) == 1


def test_a_dry_run_prepares_everything_and_sends_nothing(
    receive, work, store: Store, sandbox: Sandbox
):
    store.sending = Store.Sending.DRY_RUN
    store.save()
    receive(customer_created(), order_created())
    work()

    assert {state for _, state in states()} == {"discarded"}
    assert "Dry run" in Delivery.objects.first().answer["reason"]
    assert sandbox.state()["counts"]["requests"] == {}


def test_an_address_that_klaviyo_would_drop_is_refused_before_sending(
    receive, work, sandbox: Sandbox
):
    receive(customer_created(email="someone@example.com"))
    work()

    failed = FailedEvent.objects.get()
    assert (failed.stage, failed.pointer) == ("checking", "/data/attributes/email")
    assert "records nothing" in failed.reason
    assert sandbox.state()["counts"]["requests"] == {}


def test_a_document_that_lacks_what_we_rely_on_fails_with_its_place(receive, work):
    broken = order_created()
    del broken["order"]["totalPrice"]["centAmount"]
    receive(broken)
    work()

    failed = FailedEvent.objects.get()
    assert (failed.stage, failed.pointer) == ("understanding", "/order/totalPrice")
    assert failed.reason == (
        "The shop's document cannot be used: /totalPrice “centAmount” is missing."
    )
    assert InboundMessage.objects.get().state == "failed"


def test_a_phone_number_klaviyo_will_not_have_is_left_out_and_noted(
    receive, work, sandbox: Sandbox
):
    sandbox.fail(
        "400",
        operation="profile_import",
        times=1,
        pointer="/data/attributes/phone_number",
        detail="Invalid phone number",
    )
    receive(customer_created())
    work()

    [profile] = sandbox.state()["profiles"]
    assert "phone_number" not in profile
    assert Delivery.objects.get().notes == [
        "Klaviyo did not accept the phone number: it was left out."
    ]


def test_a_phone_number_nobody_can_read_is_left_out_and_noted(receive, work, sandbox: Sandbox):
    receive(
        customer_created(
            addresses=[{"id": "a", "country": "DE", "phone": "ask Anna"}],
            defaultBillingAddressId="a",
            billingAddressIds=["a"],
        )
    )
    work()

    assert "phone_number" not in sandbox.state()["profiles"][0]
    assert "cannot be read" in Delivery.objects.get().notes[0]


def test_a_clash_of_identities_updates_the_profile_that_is_named(receive, work, sandbox: Sandbox):
    receive(customer_created(1))
    work()
    [known] = sandbox.state()["profiles"]
    sandbox.fail("409", operation="profile_import", times=1, duplicate_profile_id=known["id"])
    receive(customer_created(1, version=2, firstName="Renamed"))
    work()

    assert [profile["first_name"] for profile in sandbox.state()["profiles"]] == ["Renamed"]
    assert Delivery.objects.latest("id").notes == [
        "Klaviyo had a profile with one of these identifiers: that one was updated."
    ]


def test_a_second_clash_is_for_a_person(receive, work, sandbox: Sandbox):
    receive(customer_created(1), customer_created(2))
    work()
    receive(customer_created(2, version=2, email="shopper-1@storewire-demo.com"))
    work()

    failed = FailedEvent.objects.get()
    assert failed.code == "identity_conflict"
    assert "Merge them in Klaviyo" in failed.reason


def test_a_message_that_leads_to_nothing_says_why(receive, work):
    receive(order_created(), {**order_created(), "id": "another message"})
    work()
    receive(customer_created(version=2), customer_created(version=1))
    work()

    reasons = InboundMessage.objects.order_by("id").values_list("error", flat=True)
    assert list(reasons) == [
        "",
        "The same had come before; it goes out once.",
        "",
        "A newer version of the same object had come before.",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "customerId",
        "orderNumber",
        "completedAt",
        "billingAddress",
        "custom",
        "discountOnTotalPrice",
        "discountCodes",
        "customLineItems",
        "lineItems",
    ],
)
def test_null_is_the_same_as_absent(receive, work, sandbox: Sandbox, name: str):
    receive({**order_created(**{name: None}), "payloadNotIncluded": None})
    work()

    assert InboundMessage.objects.get().state == "done"
    assert "Placed Order" in {event["metric"] for event in sandbox.state()["events"]}


def test_a_missing_scope_leaves_out_what_it_hides_and_says_so(receive, work, sandbox: Sandbox):
    sandbox.fail("403", side="commercetools", operation="query")
    receive(order_created())
    work()

    placed = Delivery.objects.get(idempotency_key="Placed Order:order-1")
    assert placed.state == "sent"
    assert placed.notes[0].startswith("Categories were left out: commercetools does not let us")


def test_an_order_waits_for_its_categories_only_so_long(
    receive, work, sandbox: Sandbox, monkeypatch
):
    # A wait that chance makes short could be over before `work` is: two tries at once.
    monkeypatch.setattr("integration.pipeline.backoff.random.uniform", lambda low, high: 60.0)
    sandbox.fail("500", side="commercetools", operation="query")
    receive(order_created())
    for _ in range(PATIENCE):
        work()
    assert InboundMessage.objects.get().state == "new"

    work()
    placed = Delivery.objects.get(idempotency_key="Placed Order:order-1")
    assert placed.state == "sent"
    assert placed.notes[0] == "Categories were left out: commercetools answered 500."


def test_orders_ask_for_what_they_share_once_a_minute(receive, work, sandbox: Sandbox):
    receive(order_created(1))
    work()
    sandbox.fail("500", side="commercetools", operation="query")  # who asks now, waits
    receive(order_created(2), order_created(3))
    work()

    placed = Delivery.objects.filter(idempotency_key__startswith="Placed Order:")
    assert [(one.state, one.notes) for one in placed] == [("sent", [])] * 3


def test_an_answer_with_a_nul_is_kept_without_it(receive, work, sandbox: Sandbox):
    sandbox.fail("400", times=1, detail="broken \u0000 words")
    receive(customer_created(1), customer_created(2))
    work()

    assert FailedEvent.objects.get().reason.endswith("broken \ufffd words")
    assert Delivery.objects.filter(state="sent").count() == 1


def test_an_absurd_wait_is_cut_to_an_hour(receive, shop, klaviyo, sandbox: Sandbox):
    sandbox.fail("503", retry_after=10**20)
    receive(customer_created())
    list(processing.drain(shop.id))
    delivery.drain(klaviyo.id, "profile_import")

    assert Delivery.objects.get().not_before < now() + timedelta(hours=2)


def test_a_dead_workers_messages_and_deliveries_are_due_again(receive, work, shop, klaviyo):
    receive(customer_created())
    assert len(InboundMessage.objects.claim(shop, 10)) == 1
    assert InboundMessage.objects.claim(shop, 10) == []
    InboundMessage.objects.update(not_before=now() - timedelta(seconds=1))
    for _ in processing.drain(shop.id):
        pass

    assert len(Delivery.objects.claim(klaviyo, "profile_import", 10)) == 1
    assert Delivery.objects.claim(klaviyo, "profile_import", 10) == []
    Delivery.objects.update(not_before=now() - timedelta(seconds=1))
    work()
    assert states() == [("profile_import", "sent")]


def test_a_worker_that_comes_back_too_late_changes_nothing(receive, shop, klaviyo):
    receive(customer_created())
    [stale] = InboundMessage.objects.claim(shop, 10)
    InboundMessage.objects.update(not_before=now() - timedelta(seconds=1))
    [fresh] = InboundMessage.objects.claim(shop, 10)

    assert fresh.settle(InboundMessage.State.DONE)
    assert not stale.settle(InboundMessage.State.FAILED, "too late")
    assert InboundMessage.objects.get().state == "done"
