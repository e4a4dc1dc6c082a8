"""Notifications as commercetools writes them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from project.sandbox.commercetools.documents import Json, now, stamp

CHANGES = ("ResourceCreated", "ResourceUpdated", "ResourceDeleted")
IDENTIFIERS = ("key", "externalId", "orderNumber", "customerNumber", "sku", "slug")
SUBSCRIPTION_KEY = "storewire"
# What every message has; the rest is its own.
_BASE = (
    "notificationType",
    "projectKey",
    "id",
    "version",
    "sequenceNumber",
    "resource",
    "resourceVersion",
    "resourceUserProvidedIdentifiers",
    "createdAt",
)


@dataclass(frozen=True)
class Happening:
    """Something that happened to a document. `fields` are what its notification adds.

    `type` is that of a message, or one of CHANGES. `prepared` had to happen first: it is in the
    shop's messages, but nobody is told. `consequences` come with it, and are told after it.
    """

    type: str
    type_id: str
    document: Json
    fields: Json = field(default_factory=dict)
    prepared: tuple[Happening, ...] = ()
    consequences: tuple[Happening, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether it is told as a change, which is no message."""
        return self.type in CHANGES


def payload(project_key: str, what: Happening) -> Json:
    """Return the platform payload of a message or of a change."""
    return change(project_key, what) if what.is_change else message(project_key, what)


def message(project_key: str, what: Happening) -> Json:
    """Return the platform payload of a message."""
    document = what.document
    return {
        "notificationType": "Message",
        "projectKey": project_key,
        "id": str(uuid.uuid4()),
        "version": 1,
        "sequenceNumber": document["lastMessageSequenceNumber"],
        "resource": _resource(what),
        "resourceVersion": document["version"],
        "resourceUserProvidedIdentifiers": _identifiers(document),
        "type": what.type,
        **what.fields,
        "createdAt": document["lastModifiedAt"],
        "lastModifiedAt": document["lastModifiedAt"],
    }


def change(project_key: str, what: Happening) -> Json:
    """Return the platform payload of a change: it has no id, and does not say what is new."""
    identifiers = _identifiers(what.document)
    if what.type_id == "inventory-entry":  # of those commercetools does not say which SKU it is
        identifiers.pop("sku", None)
    return {
        "notificationType": what.type,
        "projectKey": project_key,
        "resource": _resource(what),
        "resourceUserProvidedIdentifiers": identifiers,
        "version": what.document["version"],
        **what.fields,
        "modifiedAt": what.document["lastModifiedAt"],
    }


def too_large(message: Json) -> Json:
    """Return the message as it comes when its document did not fit: without fields and type."""
    reason = {"reason": "Payload too large", "payloadType": message["type"]}
    return {**{name: message[name] for name in _BASE}, "payloadNotIncluded": reason}


def as_document(message: Json) -> Json:
    """Return the message as /messages shows it."""
    outside = ("notificationType", "projectKey")
    return {name: value for name, value in message.items() if name not in outside}


def subscription_test(project_key: str, id_: str = "", key: str = SUBSCRIPTION_KEY) -> Json:
    """Return what commercetools sends to see whether a new subscription's door works."""
    return {
        "notificationType": "ResourceCreated",
        "projectKey": project_key,
        "resource": {"typeId": "subscription", "id": id_ or str(uuid.uuid4())},
        "resourceUserProvidedIdentifiers": {"key": key} if key else {},
        "version": 1,
        "modifiedAt": stamp(now()),
    }


def _resource(what: Happening) -> Json:
    return {"typeId": what.type_id, "id": what.document["id"]}


def _identifiers(document: Json) -> Json:
    return {name: document[name] for name in IDENTIFIERS if name in document}
