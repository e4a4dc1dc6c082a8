"""Notifications as commercetools writes them, and the envelopes in which clouds deliver them."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from project.sandbox.commercetools.documents import Json, stamp

ENVELOPES = ("pubsub", "platform", "cloudevents")
IDENTIFIERS = ("key", "orderNumber", "customerNumber", "sku", "slug")
COLLECTIONS = {"category": "categories", "inventory-entry": "inventory"}


@dataclass(frozen=True)
class Happening:
    """Something that happened to a document. `fields` are what its message adds."""

    type: str
    type_id: str
    document: Json
    fields: Json = field(default_factory=dict)


@dataclass
class Notice:
    """One notification on its way: the payload, the body that carries it, what became of it."""

    envelope: str
    payload: Json
    body: Json
    sent_at: str
    status: int | None = None  # the hook's last answer
    attempts: int = 0
    problem: str = ""

    @property
    def type(self) -> str:
        """What it is about, whatever was left out."""
        left_out = self.payload.get("payloadNotIncluded", {})
        found: str = (
            self.payload.get("type")
            or left_out.get("payloadType")
            or self.payload["notificationType"]
        )
        return found

    @property
    def content_type(self) -> str:
        """The content type under which it is posted."""
        cloud = self.envelope == "cloudevents"
        return "application/cloudevents+json" if cloud else "application/json"

    def as_json(self) -> Json:
        """Return everything about it."""
        return {"type": self.type, **asdict(self)}


def notice(payload: Json, envelope: str) -> Notice:
    """Return the notification in one of ENVELOPES, not yet sent."""
    match envelope:
        case "pubsub":
            body = _pubsub(payload)
        case "cloudevents":
            body = _cloudevent(payload)
        case _:
            body = payload
    return Notice(envelope, payload, body, stamp(datetime.now(tz=UTC)))


def message(project_key: str, what: Happening) -> Json:
    """Return the platform payload of a message."""
    head = _head(project_key, what)
    return {**head, "type": what.type, **what.fields, "lastModifiedAt": head["createdAt"]}


def too_large(project_key: str, what: Happening) -> Json:
    """Return the message as it comes when its document did not fit: without fields and type."""
    reason = {"reason": "Payload too large", "payloadType": what.type}
    return {**_head(project_key, what), "payloadNotIncluded": reason}


def subscription_test(project_key: str) -> Json:
    """Return what commercetools sends to see whether a new subscription's door works."""
    return {
        "notificationType": "ResourceCreated",
        "projectKey": project_key,
        "resource": {"typeId": "subscription", "id": str(uuid.uuid4())},
        "resourceUserProvidedIdentifiers": {"key": "storewire"},
        "version": 1,
        "modifiedAt": stamp(datetime.now(tz=UTC)),
    }


def _head(project_key: str, what: Happening) -> Json:
    document = what.document
    return {
        "notificationType": "Message",
        "projectKey": project_key,
        "id": str(uuid.uuid4()),
        "version": 1,
        # Products count no messages here; their version grows just as steadily.
        "sequenceNumber": document.get("lastMessageSequenceNumber", document["version"]),
        "resource": {"typeId": what.type_id, "id": document["id"]},
        "resourceVersion": document["version"],
        "resourceUserProvidedIdentifiers": {
            name: document[name] for name in IDENTIFIERS if name in document
        },
        "createdAt": document["lastModifiedAt"],
    }


def _pubsub(payload: Json) -> Json:
    number = str(uuid.uuid4().int % 10**16)
    at = stamp(datetime.now(tz=UTC))
    return {
        "message": {
            "data": base64.b64encode(json.dumps(payload).encode()).decode(),
            "messageId": number,
            "message_id": number,
            "publishTime": at,
            "publish_time": at,
            "attributes": {},
        },
        "subscription": "projects/storewire-sandbox/subscriptions/shop-notifications",
    }


def _cloudevent(payload: Json) -> Json:
    resource, project = payload["resource"], payload["projectKey"]
    type_id = resource["typeId"]
    event = {
        "specversion": "1.0",
        "id": payload.get("id") or str(uuid.uuid4()),
        "source": f"/{project}/{COLLECTIONS.get(type_id, type_id + 's')}",
        "subject": resource["id"],
        "datacontenttype": "application/json",
    }
    if payload["notificationType"] != "Message":
        kind = payload["notificationType"]
        event |= {
            "type": f"com.commercetools.{type_id}.change.{kind}",
            "time": payload["modifiedAt"],
        }
        return {**event, "data": payload}
    kind = payload.get("type") or payload["payloadNotIncluded"]["payloadType"]
    event |= {
        "type": f"com.commercetools.{type_id}.message.{kind}",
        "time": payload.get("lastModifiedAt") or payload["createdAt"],
        "sequence": str(payload["sequenceNumber"]),
        "sequencetype": "Integer",
        "dataref": f"/{project}/messages/{payload['id']}",
    }
    return {**event, "data": payload}
