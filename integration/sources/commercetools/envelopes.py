"""From what a cloud pushes to the notification inside, whatever it is wrapped in."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from integration.core.errors import Reject
from integration.core.plugins import Notification
from integration.core.rules import Json, Schema
from integration.core.text import without_nulls

MOST_WRAPPERS = 4  # a CloudEvent in EventBridge in SNS in SQS are three

NOTIFICATION = Schema(
    {
        "type": "object",
        "required": ["notificationType"],
        "properties": {
            "notificationType": {"type": "string"},
            "id": {"type": "string"},
            "type": {"type": "string"},
            "resourceType": {"type": "string"},  # of events, which have no resource
            "version": {"type": "integer"},
            "resourceVersion": {"type": "integer"},
            "resource": {
                "type": "object",
                "required": ["typeId", "id"],
                "properties": {"typeId": {"type": "string"}, "id": {"type": "string"}},
            },
            "payloadNotIncluded": {
                "type": "object",
                "properties": {"payloadType": {"type": "string"}},
            },
        },
        # Messages and events have an id of their own, changes are known by what changed.
        "if": {"properties": {"notificationType": {"enum": ["Message", "Event"]}}},
        "then": {"required": ["id"]},
        "else": {"required": ["resource", "version"]},
    }
)


def unwrap(headers: Mapping[str, str], body: bytes) -> Notification:
    """Return the notification inside, whatever it is wrapped in, if anything.

    Raises Reject, saying what is wrong, for anything else. The headers are not needed: what is
    inside tells one notification from another, not what a cloud has put around it.
    """
    payload: Any = document_in(body)
    for _ in range(MOST_WRAPPERS):
        if not isinstance(payload, dict) or "notificationType" in payload:
            break
        payload = _unwrapped(payload)
    clean = without_nulls(payload)
    problems = NOTIFICATION.problems(clean)
    if problems:
        raise Reject(
            f"This is not a commercetools notification: {problems[0].reason}.",
            code="not_a_notification",
            pointer=problems[0].pointer,
        )
    return _notification(clean, payload)


def belongs(notification: Notification, config: Mapping[str, str]) -> bool:
    """Return whether it is about the project of the connection, as far as it says which."""
    project = notification.payload.get("projectKey")
    return project is None or project == config.get("project_key")


def parts(body: bytes) -> list[bytes]:
    """Return each notification of a batch by itself: Event Grid sends arrays.

    What is no batch is returned as it is.
    """
    try:
        batch = json.loads(body)
    except (ValueError, RecursionError):
        return [body]
    if not isinstance(batch, list) or not batch:
        return [body]
    return [json.dumps(one).encode() for one in batch]


def document_in(body: bytes) -> Json:
    """Return the JSON object that the body is. Raises Reject if it is none."""
    return _object(body, "The body")


def _unwrapped(wrapper: Json) -> Any:
    """What is in a wrapper, one layer down; the same if it is none that we know."""
    match wrapper:
        case {"message": dict(message)}:  # a Google Pub/Sub push
            return _object(_decode(message), "The data in the Pub/Sub message")
        case {"Type": "Notification", "Message": str(text)}:  # Amazon SNS, at the door or in SQS
            return _object(_bytes(text), "The message from SNS")
        case {"detail-type": _, "detail": detail}:  # Amazon EventBridge
            return detail
        case {"specversion": _}:  # a CloudEvent
            return wrapper.get("data")
        case {"eventType": _, "data": inside}:  # Event Grid's own schema
            return inside
    return wrapper


def _notification(clean: Json, payload: Json) -> Notification:
    kind = clean["notificationType"]
    resource = clean.get("resource", {"typeId": clean.get("resourceType", ""), "id": ""})
    left_out = clean.get("payloadNotIncluded", {})
    if "id" in clean and kind in ("Message", "Event"):
        key = f"{kind.lower()}:{clean['id']}"
    else:
        key = f"{resource['typeId']}:{resource['id']}:{clean['version']}:{kind}"
    return Notification(
        key=key,
        # Changes have no type: the customer that was updated is a "customer.ResourceUpdated".
        type=clean.get("type") or left_out.get("payloadType") or f"{resource['typeId']}.{kind}",
        payload=payload,
        resource_type=resource["typeId"],
        resource_id=resource["id"],
        version=clean.get("resourceVersion", clean.get("version")),
    )


def _decode(message: Json) -> bytes:
    try:
        return base64.b64decode(message.get("data", ""), validate=True)
    except (binascii.Error, TypeError, ValueError) as exc:
        raise Reject(
            "The data in the Pub/Sub message is not base64.",
            code="not_base64",
            pointer="/message/data",
        ) from exc


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # half a character: JSON refuses it with a reason


def _object(body: bytes, what: str) -> Json:
    try:
        document = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise Reject(f"{what} is not JSON.", code="not_json") from exc
    if not isinstance(document, dict):
        raise Reject(f"{what} is not a JSON object.", code="not_json")
    return document


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
