"""The door keeps what comes, whatever it is, and answers before anything is made of it."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError

from integration import jobs
from integration.core.errors import Misconfigured
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
    monkeypatch.setattr("integration.pipeline.doors.time.monotonic", lambda: clock[0])
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


def test_only_post_is_taken(client, shop):
    assert client.get(DOOR).status_code == 405


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
