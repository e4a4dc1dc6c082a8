"""The door keeps what comes, whatever it is, and answers before anything is made of it."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError

from integration import jobs
from integration.core.errors import Misconfigured, Retry
from integration.models import InboundMessage
from integration.pipeline import doors
from tests.conftest import HOOK_SECRET
from tests.integration.samples import cloudevent, customer_created, pubsub

DOOR = "/hooks/commercetools/shop/"


@pytest.fixture
def knock(client):
    def knock(body: bytes | dict, secret: str | None = HOOK_SECRET, door: str = DOOR, **headers):
        return client.post(
            door,
            body if isinstance(body, bytes) else json.dumps(body).encode(),
            content_type="application/json",
            headers={**({"X-Storewire-Secret": secret} if secret else {}), **headers},
        )

    return knock


@pytest.mark.parametrize("wrap", [dict, pubsub, cloudevent], ids=["platform", "pubsub", "cloud"])
def test_a_notification_is_kept_in_any_envelope(knock, shop, wrap):
    assert knock(wrap(customer_created())).status_code == 204

    message = InboundMessage.objects.get()
    assert (message.type, message.state) == ("CustomerCreated", "new")
    assert (message.resource_id, message.version) == ("customer-1", 1)
    assert message.payload == customer_created()
    assert message.connection == shop


def test_the_same_notification_is_answered_the_same_and_kept_once(knock, shop):
    answers = {knock(wrap(customer_created())).status_code for wrap in (dict, pubsub, cloudevent)}

    assert answers == {204}
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", "a-long-hook-secre", "ä"])
def test_a_wrong_secret_is_401_and_nothing_is_kept(knock, shop, secret):
    assert knock(customer_created(), secret=secret).status_code == 401
    assert not InboundMessage.objects.exists()


def test_a_door_is_remembered_for_a_second_and_no_longer(knock, shop, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("integration.core.short_memory.time.monotonic", lambda: clock[0])
    assert knock(customer_created(1)).status_code == 204
    shop.set_secrets(hook_secret="changed")
    shop.save()

    assert knock(customer_created(2)).status_code == 204
    clock[0] += 1.0
    assert knock(customer_created(3)).status_code == 401
    assert knock(customer_created(3), secret="changed").status_code == 204


def test_a_connection_without_a_secret_lets_nobody_in(knock, shop):
    shop.sealed = ""
    shop.save()

    assert knock(customer_created(), secret=None).status_code == 401
    assert knock(customer_created(), secret="").status_code == 401


@pytest.mark.parametrize(
    "door", ["/hooks/commercetools/other/", "/hooks/shopify/shop/", "/hooks/klaviyo/shop/"]
)
def test_an_unknown_door_is_404(knock, shop, door):
    assert knock(customer_created(), door=door).status_code == 404


def test_a_connection_that_is_switched_off_has_no_door_a_paused_one_has(knock, shop):
    shop.pause(Misconfigured("For the test.", remedy="None."))
    assert knock(customer_created(1)).status_code == 204

    shop.enabled = False
    shop.save()
    doors.forget("commercetools", "shop")
    assert knock(customer_created(2)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"\xff\x00", b"[]", b"{}", b'{"message": {"data": "*"}}', b"[" * 50_000],
    ids=["empty", "text", "bytes", "list", "object", "bad base64", "deep"],
)
def test_what_is_no_notification_is_kept_raw_and_marked(knock, shop, body):
    assert knock(body).status_code == 204
    assert knock(body).status_code == 204

    message = InboundMessage.objects.get()
    assert (bytes(message.raw), message.payload, message.state) == (body, None, "unknown")
    assert message.error


@pytest.mark.parametrize(
    "text", ["a\\u0000b", "\\ud800"], ids=["a NUL character", "half a character"]
)
def test_what_the_database_cannot_hold_as_json_is_kept_raw(knock, shop, text):
    body = json.dumps(customer_created()).replace("Mara", text).encode()

    assert knock(body).status_code == 204
    message = InboundMessage.objects.get()
    assert (bytes(message.raw), message.state) == (body, "unknown")


@pytest.mark.parametrize("field", ["id", "type"])
def test_half_a_character_in_what_is_a_column_is_kept_raw_too(knock, shop, field: str):
    body = json.dumps({**customer_created(), field: "x"}).replace('"x"', '"\\ud800"').encode()

    assert knock(body).status_code == 204
    assert bytes(InboundMessage.objects.get().raw) == body


def test_an_unknown_type_is_kept_and_marked(knock, shop):
    assert knock({**customer_created(), "type": "CustomerStoresSet"}).status_code == 204

    message = InboundMessage.objects.get()
    assert (message.state, message.type) == ("unknown", "CustomerStoresSet")
    assert "CustomerStoresSet" in message.error


def test_the_test_notification_of_a_subscription_is_ignored_with_the_reason(knock, shop):
    created = {
        "notificationType": "ResourceCreated",
        "projectKey": "demo-shop",
        "resource": {"typeId": "subscription", "id": "s-1"},
        "version": 1,
        "modifiedAt": "2026-10-02T08:15:30.250Z",
    }

    assert knock(created).status_code == 204
    message = InboundMessage.objects.get()
    assert message.state == "ignored"
    assert "door works" in message.error


def test_a_batch_is_kept_one_by_one_and_a_bad_one_spoils_no_other(knock, shop):
    odd = json.loads(json.dumps(customer_created(3)).replace("Mara", "a\\u0000b"))
    batch = [cloudevent(customer_created(1)), {"a": 1}, cloudevent(odd), customer_created(2), 7]

    assert knock(json.dumps(batch).encode()).status_code == 204
    assert knock(json.dumps(batch).encode()).status_code == 204

    kept = InboundMessage.objects.order_by("id")
    assert [message.resource_id for message in kept] == ["customer-1", "", "", "customer-2", ""]
    assert [message.state for message in kept] == ["new", "unknown", "unknown", "new", "unknown"]
    raw = [bytes(message.raw) for message in kept if message.raw]
    assert raw == [b'{"a": 1}', json.dumps(cloudevent(odd)).encode(), b"7"]


def test_the_same_twice_in_a_batch_is_kept_once(knock, shop):
    batch = [cloudevent(customer_created(1)), customer_created(1)]

    assert knock(json.dumps(batch).encode()).status_code == 204
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",  # Pub/Sub without wrapping
        "text/plain; charset=UTF-8",  # SNS
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
        "multipart/form-data; boundary=x",
        "",
    ],
)
def test_what_the_content_is_called_does_not_matter(client, shop, content_type: str):
    response = client.generic(
        "POST",
        DOOR,
        json.dumps(customer_created()).encode(),
        content_type=content_type,
        headers={"X-Storewire-Secret": HOOK_SECRET, "x-goog-pubsub-message-id": "1"},
    )

    assert response.status_code == 204
    assert InboundMessage.objects.get().payload == customer_created()


def test_the_secret_may_be_in_the_address(knock, shop):
    assert knock(customer_created(), secret=None, door=f"{DOOR}?secret=wrong").status_code == 401
    assert not InboundMessage.objects.exists()

    door = f"{DOOR}?secret={HOOK_SECRET}"
    assert knock(customer_created(), secret=None, door=door).status_code == 204


def test_who_is_refused_is_told_that_a_password_may_help(knock, shop):
    shop.config["basic_user"] = "amazon"
    shop.set_secrets(basic_password="open sesame")
    shop.save()

    refusal = knock(customer_created(), secret=None)
    assert refusal.status_code == 401
    assert refusal["WWW-Authenticate"].startswith("Basic ")

    given = {"Authorization": "Basic YW1hem9uOm9wZW4gc2VzYW1l"}
    assert knock(customer_created(), secret=None, **given).status_code == 204


def test_event_grid_is_told_404_because_after_401_it_would_drop_the_event(knock, shop):
    event_grid = {"aeg-event-type": "Notification"}

    assert knock(customer_created(), secret="wrong", **event_grid).status_code == 404
    assert not InboundMessage.objects.exists()
    assert knock(customer_created(), **event_grid).status_code == 204


def test_event_grids_handshakes_are_answered_and_kept_nowhere(client, knock, shop):
    asks = {"WebHook-Request-Origin": "eventgrid.azure.net"}

    assert client.options(DOOR, headers=asks).status_code == 401
    answer = client.options(f"{DOOR}?secret={HOOK_SECRET}", headers=asks)
    assert answer.status_code == 200
    assert answer["WebHook-Allowed-Origin"] == "eventgrid.azure.net"
    assert (answer["WebHook-Allowed-Rate"], answer["Allow"]) == ("*", "POST")

    event = {
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "data": {"validationCode": "512d38b6"},
    }
    answer = knock(json.dumps([event]).encode(), **{"aeg-event-type": "SubscriptionValidation"})
    assert (answer.status_code, answer.json()) == (200, {"validationResponse": "512d38b6"})
    answer = knock(
        json.dumps([event]).encode(), "wrong", **{"aeg-event-type": "SubscriptionValidation"}
    )
    assert answer.status_code == 404
    assert not InboundMessage.objects.exists()


def test_options_that_are_no_handshake_are_405(client, shop):
    answer = client.options(DOOR, headers={"X-Storewire-Secret": HOOK_SECRET})

    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_a_confirmation_that_amazon_did_not_sign_is_kept_raw(knock, shop):
    asks = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://169.254.169.254/"}

    assert knock(asks).status_code == 204
    assert json.loads(bytes(InboundMessage.objects.get().raw)) == asks


def test_a_sender_who_cannot_be_checked_just_now_is_told_to_come_again(knock, shop, monkeypatch):
    def away(*args, **more):
        raise Retry("No answer in time.")

    monkeypatch.setattr("integration.core.http.send", away)
    shop.config |= {"google_audience": "a", "google_account": "a@b.c"}
    shop.save()
    token = {"Authorization": "Bearer eyJhbGciOiAiUlMyNTYifQ.e30.e30"}

    assert knock(customer_created(), secret=None, **token).status_code == 503
    assert not InboundMessage.objects.exists()
    assert knock(customer_created(), **token).status_code == 204


def test_over_a_mebibyte_is_413_and_just_under_it_is_kept(knock, shop):
    assert knock(b" " * (1024 * 1024 + 1)).status_code == 413
    assert not InboundMessage.objects.exists()
    assert knock(b" " * (1024 * 1024)).status_code == 204


def test_a_body_of_unsaid_length_is_refused_rather_than_read_as_empty(client, shop):
    response = client.generic(
        "POST",
        DOOR,
        CONTENT_LENGTH=None,
        headers={"X-Storewire-Secret": HOOK_SECRET, "Transfer-Encoding": "chunked"},
    )

    assert response.status_code == 411


def test_an_id_longer_than_the_column_is_still_recognised(knock, shop):
    for _ in range(2):
        assert knock({**customer_created(), "id": "x" * 5000}).status_code == 204

    assert InboundMessage.objects.count() == 1


def test_without_the_database_the_answer_is_503(knock, shop, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("integration.pipeline.inbox._insert", away)

    assert knock(customer_created()).status_code == 503


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_only_post_is_taken(client, shop, method: str):
    answer = client.generic(method, DOOR, headers={"X-Storewire-Secret": HOOK_SECRET})

    assert answer.status_code == 405


def test_the_ring_goes_out_after_the_row_is_there(
    knock, shop, django_capture_on_commit_callbacks, monkeypatch
):
    rung = []
    monkeypatch.setattr("integration.jobs.ring", lambda job, *ids: rung.append((job.__name__, ids)))

    with django_capture_on_commit_callbacks(execute=True):
        knock(customer_created())
        assert rung == []

    assert rung == [("process", (shop.id,))]


def test_a_redis_that_is_away_loses_the_ring_and_nothing_else(shop, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    jobs.ring(jobs.process, shop.id)

    assert "ring lost" in caplog.text
