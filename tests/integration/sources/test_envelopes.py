"""The same notification, whatever cloud it came through."""

from __future__ import annotations

import base64
import json

import pytest

from integration.core.errors import Reject
from integration.sources.commercetools.envelopes import unwrap

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


@pytest.mark.parametrize("wrap", [dict, pubsub, cloudevent], ids=["platform", "pubsub", "cloud"])
def test_every_envelope_gives_the_same_notification(wrap):
    notification = unwrap({}, json.dumps(wrap(MESSAGE)).encode())

    assert notification.key == "message:m-1"
    assert notification.type == "CustomerCreated"
    assert (notification.resource_type, notification.resource_id) == ("customer", "c-1")
    assert notification.version == 4
    assert notification.payload == MESSAGE


def test_a_change_is_known_by_what_changed():
    notification = unwrap({}, json.dumps(UPDATED).encode())

    assert notification.key == "product:p-1:3:ResourceUpdated"
    assert notification.type == "product.ResourceUpdated"


def test_a_payload_left_out_still_says_its_type():
    left_out = {name: MESSAGE[name] for name in ("notificationType", "id", "resource")}
    left_out["payloadNotIncluded"] = {"reason": "Too large", "payloadType": "OrderCreated"}

    assert unwrap({}, json.dumps(left_out).encode()).type == "OrderCreated"


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
    ],
)
def test_anything_else_is_refused_with_the_reason(body: bytes, code: str, pointer: str):
    with pytest.raises(Reject) as refusal:
        unwrap({}, body)

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
