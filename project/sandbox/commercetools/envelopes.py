"""The envelopes in which clouds deliver notifications."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from project.sandbox.commercetools.documents import Json, now, stamp
from project.sandbox.commercetools.notifications import SUBSCRIPTION_KEY

COLLECTIONS = {"category": "categories", "inventory-entry": "inventory"}
QUEUE = "projects/storewire-sandbox/subscriptions/shop-notifications"


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
    headers: dict[str, str] = field(default_factory=dict)  # the content type is one of them

    @property
    def type(self) -> str:
        """What it is about, whatever was left out."""
        return type_of(self.payload)

    def as_json(self) -> Json:
        """Return everything about it."""
        return {"type": self.type, **asdict(self)}


def type_of(payload: Json) -> str:
    """Return the type of a message, also of one too large, or "ResourceUpdated" and the like."""
    left_out = payload.get("payloadNotIncluded", {})
    found: str = payload.get("type") or left_out.get("payloadType") or payload["notificationType"]
    return found


def notice(payload: Json, envelope: str) -> Notice:
    """Return the notification in one of ENVELOPES, not yet sent."""
    body, headers = _WRAPPED[envelope](payload)
    return Notice(envelope, payload, body, stamp(now()), headers=headers)


_Wrapped = tuple[Json, dict[str, str]]
_JSON = {"Content-Type": "application/json"}


def _platform(payload: Json) -> _Wrapped:
    return payload, _JSON


def _pubsub(payload: Json) -> _Wrapped:
    number, at = _number(), stamp(now())
    message = {
        "data": base64.b64encode(json.dumps(payload).encode()).decode(),
        "messageId": number,
        "message_id": number,
        "publishTime": at,
        "publish_time": at,
        "attributes": {},
    }
    return {"message": message, "subscription": QUEUE}, _JSON


def _pubsub_nowrapper(payload: Json) -> _Wrapped:
    return payload, {
        # It is JSON none the less: so Pub/Sub does it.
        "Content-Type": "application/x-www-form-urlencoded",
        "x-goog-pubsub-subscription-name": QUEUE,
        "x-goog-pubsub-message-id": _number(),
        "x-goog-pubsub-publish-time": stamp(now()),
    }


def _eventbridge(payload: Json) -> _Wrapped:
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": type_of(payload),
        "source": f"aws.partner/commercetools.com/{payload['projectKey']}/{SUBSCRIPTION_KEY}",
        "account": "000000000000",
        "time": stamp(now())[:-5] + "Z",  # whole seconds
        "region": "eu-central-1",
        "resources": [],
        "detail": payload,
    }
    return event, _JSON


def _cloudevent(payload: Json) -> _Wrapped:
    resource, project = payload["resource"], payload["projectKey"]
    type_id, kind = resource["typeId"], type_of(payload)
    event = {
        "specversion": "1.0",
        "id": payload.get("id") or str(uuid.uuid4()),
        "source": f"/{project}/{COLLECTIONS.get(type_id, type_id + 's')}",
        "subject": resource["id"],
        "datacontenttype": "application/json",
    }
    if payload["notificationType"] == "Message":
        event |= {
            "type": f"com.commercetools.{type_id}.message.{kind}",
            "time": payload.get("lastModifiedAt") or payload["createdAt"],
            "sequence": str(payload["sequenceNumber"]),
            "sequencetype": "Integer",
            "dataref": f"/{project}/messages/{payload['id']}",
        }
    else:
        event |= {
            "type": f"com.commercetools.{type_id}.change.{kind}",
            "time": payload["modifiedAt"],
        }
    return {**event, "data": payload}, {"Content-Type": "application/cloudevents+json"}


def _number() -> str:
    return str(uuid.uuid4().int % 10**16)


_WRAPPED: dict[str, Callable[[Json], _Wrapped]] = {
    "pubsub": _pubsub,
    "platform": _platform,
    "cloudevents": _cloudevent,
    "eventbridge": _eventbridge,
    "pubsub-nowrapper": _pubsub_nowrapper,
}
ENVELOPES = tuple(_WRAPPED)
