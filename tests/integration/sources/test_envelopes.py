"""The same notification, whatever cloud it came through."""

from __future__ import annotations

import base64
import json

import pytest

from integration.core.errors import Reject
from integration.sources.commercetools.envelopes import parts, unwrap

MESSAGE = {
    "notificationType": "Message",
    "projectKey": "demo-shop",
    "id": "m-1",
    "type": "CustomerCreated",
    "resource": {"typeId": "customer", "id": "c-1"},
    "resourceVersion": 4,
    "version": 1,
    "customer": {"id": "c-1"},
}
UPDATED = {
    "notificationType": "ResourceUpdated",
    "resource": {"typeId": "product", "id": "p-1"},
    "version": 3,
    "oldVersion": 1,
    "modifiedAt": "2026-10-02T08:15:30.250Z",
}


IMPORTED = {
    "notificationType": "Event",
    "id": "e-1",
    "type": "ImportContainerCreated",
    "resourceType": "import-api",
    "data": {"key": "c"},
    "createdAt": "2026-10-02T08:15:30.250Z",
}
LEFT_OUT = {
    "notificationType": "Message",
    "projectKey": "demo-shop",
    "id": "m-2",
    "version": 1,
    "sequenceNumber": 1,
    "resource": {"typeId": "order", "id": "o-1"},
    "resourceVersion": 1,
    "createdAt": "2026-10-02T08:15:30.250Z",
    "payloadNotIncluded": {"reason": "Payload too large", "payloadType": "OrderCreated"},
}


def pubsub(payload: dict) -> dict:
    text = base64.b64encode(json.dumps(payload).encode()).decode()
    return {"message": {"data": text, "messageId": "9"}, "subscription": "projects/p/s"}


def cloudevent(payload: dict) -> dict:
    return {
        "specversion": "1.0",
        "id": "other",
        "type": "com.commercetools.customer.message.CustomerCreated",
        "source": "/demo-shop/customers",
        "data": payload,
    }


def sns(payload: dict) -> dict:
    return {
        "Type": "Notification",
        "MessageId": "another",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t",
        "Message": json.dumps(payload),
        "Timestamp": "2026-10-02T08:15:30.250Z",
    }


def eventbridge(payload: dict) -> dict:
    return {
        "version": "0",
        "id": "yet another",
        "detail-type": "CustomerCreated",
        "source": "aws.partner/commercetools.com/demo-shop/storewire",
        "account": "123456789012",
        "time": "2026-10-02T08:15:30Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": payload,
    }


def eventgrid(payload: dict) -> dict:
    return {"id": "1", "eventType": "x", "subject": "c-1", "dataVersion": "1", "data": payload}


def all_of_them(payload: dict) -> dict:
    return sns(eventbridge(cloudevent(payload)))


def pubsub_cloudevent(payload: dict) -> dict:
    return pubsub(cloudevent(payload))


WRAPPERS = [
    dict,
    pubsub,
    cloudevent,
    sns,
    eventbridge,
    eventgrid,
    pubsub_cloudevent,
    all_of_them,
]


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_every_envelope_gives_the_same_notification(wrap):
    notification = unwrap({}, json.dumps(wrap(MESSAGE)).encode())

    assert notification.key == "message:m-1"
    assert notification.type == "CustomerCreated"
    assert (notification.resource_type, notification.resource_id) == ("customer", "c-1")
    assert notification.version == 4
    assert notification.payload == MESSAGE


@pytest.mark.parametrize("payload", [UPDATED, IMPORTED, LEFT_OUT])
def test_no_envelope_changes_what_a_notification_is_known_by(payload):
    found = [unwrap({}, json.dumps(wrap(payload)).encode()) for wrap in WRAPPERS]

    assert len({notification.key for notification in found}) == 1
    assert all(notification == found[0] for notification in found)


def test_an_event_has_neither_project_nor_resource():
    notification = unwrap({}, json.dumps(IMPORTED).encode())

    assert (notification.key, notification.type) == ("event:e-1", "ImportContainerCreated")
    assert (notification.resource_type, notification.resource_id) == ("import-api", "")
    assert notification.version is None


def test_fields_that_nobody_knows_are_no_obstacle():
    odd = {
        **MESSAGE,
        "message": {"data": "*"},
        "specversion": "9",
        "resource": {"typeId": "customer", "id": "c-1", "obj": {}},
        "createdBy": {"clientId": "x"},
    }

    notification = unwrap({}, json.dumps(odd).encode())

    assert notification.key == "message:m-1"
    assert notification.payload == odd


def test_a_change_is_known_by_what_changed():
    notification = unwrap({}, json.dumps(UPDATED).encode())

    assert notification.key == "product:p-1:3:ResourceUpdated"
    assert notification.type == "product.ResourceUpdated"


def test_a_payload_left_out_still_says_its_type():
    notification = unwrap({}, json.dumps(LEFT_OUT).encode())

    assert (notification.key, notification.type) == ("message:m-2", "OrderCreated")
    assert (notification.resource_type, notification.resource_id) == ("order", "o-1")


def test_a_batch_is_taken_apart():
    batch = json.dumps([cloudevent(MESSAGE), 7, cloudevent(UPDATED)]).encode()

    first, second, third = parts(batch)

    assert unwrap({}, first).key == "message:m-1"
    assert second == b"7"
    assert unwrap({}, third).key == "product:p-1:3:ResourceUpdated"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"[1", b"7", b"\xff", b"[" * 100_000])
def test_what_is_no_batch_stays_whole(body: bytes):
    assert parts(body) == [body]


def test_more_layers_than_anybody_needs_are_not_unpacked():
    deep = MESSAGE
    for _ in range(50):
        deep = eventbridge(deep)

    with pytest.raises(Reject):
        unwrap({}, json.dumps(deep).encode())


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"", "not_json", ""),
        (b"\xff\xfe", "not_json", ""),
        (b"[1]", "not_json", ""),
        (b"[" * 100_000, "not_json", ""),
        (b'{"a": NaN}', "not_json", ""),
        (b"{}", "not_a_notification", ""),
        (b'{"notificationType": 7}', "not_a_notification", "/notificationType"),
        (b'{"notificationType": "Message"}', "not_a_notification", ""),
        (b'{"message": {"data": "*"}}', "not_base64", "/message/data"),
        (b'{"message": {"data": "W10="}}', "not_json", ""),
        (b'{"specversion": "1.0"}', "not_a_notification", ""),
        (b'{"specversion": "1.0", "data": [1]}', "not_a_notification", ""),
        (b'{"detail-type": "x", "detail": null}', "not_a_notification", ""),
        (b'{"Type": "Notification", "Message": "hello"}', "not_json", ""),
        (b'{"Type": "Notification", "Message": "\\ud800"}', "not_json", ""),
        (b'{"Type": "Notification", "Message": {}}', "not_a_notification", ""),
        (b'{"Type": "SubscriptionConfirmation", "Message": "{}"}', "not_a_notification", ""),
    ],
)
def test_anything_else_is_refused_with_the_reason(body: bytes, code: str, pointer: str):
    with pytest.raises(Reject) as refusal:
        unwrap({}, body)

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
