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

NOTIFICATION = Schema(
    {
        "type": "object",
        "required": ["notificationType"],
        "properties": {
            "notificationType": {"type": "string"},
            "id": {"type": "string"},
            "type": {"type": "string"},
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
    """Return the notification in a Google Pub/Sub push, a CloudEvent or a bare platform payload.

    Raises Reject, saying what is wrong, for anything else.
    """
    payload = _object(body, "The body")
    if isinstance(payload.get("message"), dict):
        payload = _object(_decode(payload["message"]), "The data in the Pub/Sub message")
    if "specversion" in payload:
        payload = payload.get("data")
    clean = without_nulls(payload)
    problems = NOTIFICATION.problems(clean)
    if problems:
        raise Reject(
            f"This is not a commercetools notification: {problems[0].reason}.",
            code="not_a_notification",
            pointer=problems[0].pointer,
        )
    return _notification(clean, payload)


def _notification(clean: Json, payload: Json) -> Notification:
    kind = clean["notificationType"]
    resource = clean.get("resource", {"typeId": "", "id": ""})
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


def _object(body: bytes, what: str) -> Any:
    try:
        document = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise Reject(f"{what} is not JSON.", code="not_json") from exc
    if not isinstance(document, dict):
        raise Reject(f"{what} is not a JSON object.", code="not_json")
    return document


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
