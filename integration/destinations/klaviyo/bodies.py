"""The JSON:API bodies of Klaviyo's operations, built from attributes. No null is ever sent."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integration.core.exchange import Request
from integration.core.rules import Json

PATHS = {
    "catalog-item": "/api/catalog-items",
    "catalog-variant": "/api/catalog-variants",
    "catalog-category": "/api/catalog-categories",
}


def present(**values: Any) -> Json:
    """Return the values that say something; an absent one leaves its key out, never "" or null."""
    return {name: value for name, value in values.items() if value or value == 0}


def profile(attributes: Json, id_: str = "") -> Json:
    """Return the body for POST /api/profile-import, or for PATCH /api/profiles/{id} with an id."""
    return {"data": _profile(attributes, id_)}


def event(
    *,
    metric: str,
    unique_id: str,
    time: datetime,
    profile_attributes: Json,
    properties: Json,
    value: float | None = None,
    currency: str = "",
) -> Json:
    """Return the body for POST /api/events."""
    attributes: Json = {
        "properties": properties,
        "time": time.isoformat(),
        "unique_id": unique_id,
        "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
        "profile": {"data": _profile(profile_attributes)},
    }
    if value is not None:
        attributes |= {"value": value, "value_currency": currency}
    return {"data": {"type": "event", "attributes": attributes}}


def event_request(body: Json, notes: tuple[str, ...], scope: str = "") -> Request:
    """Return the request for an event. Klaviyo keeps the first of a unique id and a metric, for
    each profile: `scope` is whose ids they are, where each person has their own.
    """
    attributes = body["data"]["attributes"]
    customer_id = attributes["profile"]["data"]["attributes"].get("external_id")
    metric = attributes["metric"]["data"]["attributes"]["name"]
    return Request(
        operation="create_event",
        method="POST",
        path="/api/events",
        body=body,
        idempotency_key=":".join(filter(None, (metric, scope, attributes["unique_id"]))),
        about=f"customer:{customer_id}" if customer_id else "",
        notes=notes,
    )


def catalog(
    kind: str, attributes: Json, relationships: Json | None = None, *, id_: str = ""
) -> Json:
    """Return the body for an object of the catalog, for its update with an id."""
    identity = {"id": id_} if id_ else {}
    beside = {"relationships": relationships} if relationships else {}
    return {"data": {"type": kind, **identity, "attributes": attributes, **beside}}


def catalog_update(created: Json, id_: str) -> Json:
    """Return the body that updates an object to what the body of its creation says.

    A category that an item is not in any more must be said to be none; a variant stays with its
    item for good.
    """
    fixed = ("external_id", "integration_type", "catalog_type")
    attributes = {k: v for k, v in created["attributes"].items() if k not in fixed}
    relationships: Json = {}
    if created["type"] == "catalog-item":
        relationships = created.get("relationships") or {"categories": {"data": []}}
    return catalog(created["type"], attributes, relationships, id_=id_)


def erasure(profile_id: str) -> Json:
    """Return the body for POST /api/data-privacy-deletion-jobs of the profile with this id."""
    attributes = {"profile": {"data": {"type": "profile", "id": profile_id, "attributes": {}}}}
    return {"data": {"type": "data-privacy-deletion-job", "attributes": attributes}}


def back_in_stock(channels: Sequence[str], person: Json, sku: str) -> Json:
    """Return the body that puts somebody on Klaviyo's own waiting list for a variant."""
    attributes = {"channels": list(channels), "profile": {"data": _profile(person)}}
    return {
        "data": {
            "type": "back-in-stock-subscription",
            "attributes": attributes,
            "relationships": {"variant": {"data": reference("catalog-variant", sku)}},
        }
    }


def subscribing(person: Json, list_id: str, source: str) -> Json:
    """Return the body that subscribes one person, with the channels in it, to a list."""
    attributes = {"custom_source": source, "profiles": {"data": [_profile(person)]}}
    return _of_list("profile-subscription-bulk-create-job", attributes, list_id)


def unsubscribing(person: Json, list_id: str) -> Json:
    """Return the body that takes one person off a list."""
    attributes = {"profiles": {"data": [_profile(person)]}}
    return _of_list("profile-subscription-bulk-delete-job", attributes, list_id)


def removal(kind: str, external_id: str, version: int, *, key: str, owner: str = "") -> Request:
    """Return the deletion of an object of the catalog, and of all that its owner has with it."""
    return Request(
        operation=f"delete_{kind.replace('-', '_')}",
        method="DELETE",
        path=f"{PATHS[kind]}/{in_path(compound_id(external_id))}",
        body={},
        order_key=f"{key}:{external_id}",
        version=version,
        deletes=True,
        owner=owner,
        completes=owner,
    )


def reference(kind: str, external_id: str) -> Json:
    """Return how another object of the catalog is referred to."""
    return {"type": kind, "id": compound_id(external_id)}


def compound_id(external_id: str) -> str:
    """Return Klaviyo's id of an object of the catalog. There is one integration and one catalog."""
    return f"$custom:::$default:::{external_id}"


def in_path(id_: str) -> str:
    """Return the id as a part of a path."""
    return quote(id_, safe="")


def without(body: Json, pointer: str) -> Json:
    """Return a copy of the body without what the pointer names."""
    result = copy.deepcopy(body)
    place = result
    *parents, last = pointer.strip("/").split("/")
    for step in parents:
        place = place[step] if isinstance(place.get(step), dict) else {}
    place.pop(last, None)
    return result


def _profile(attributes: Json, id_: str = "") -> Json:
    identity = {"id": id_} if id_ else {}
    return {"type": "profile", **identity, "attributes": attributes}


def _of_list(type_: str, attributes: Json, list_id: str) -> Json:
    lists = {"list": {"data": {"type": "list", "id": list_id}}}
    return {"data": {"type": type_, "attributes": attributes, "relationships": lists}}
