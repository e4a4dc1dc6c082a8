"""Requests as the mappers make them, and their pieces."""

from __future__ import annotations

from typing import Any

import orjson

from integration.core.exchange import Request
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.bulk import BULK

PHONE = "+4915112345678"
ADA = "ada@storewire-demo.com"


def event(number: int = 1, **changes: Any) -> Request:
    """Return the request for an event."""
    person = {"email": ADA, **changes.pop("person", {})}
    attributes = {
        "properties": {"OrderId": str(number)},
        "time": "2024-10-02T08:15:30+00:00",
        "unique_id": f"o-{number}",
        "value": 19.99,
        "value_currency": "EUR",
        "metric": {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
        "profile": {"data": {"type": "profile", "attributes": person}},
        **changes,
    }
    return bodies.event_request({"data": {"type": "event", "attributes": attributes}}, ())


def profile(number: int = 1, **changes: Any) -> Request:
    """Return the request for a profile."""
    attributes = {
        "email": f"ada{number}@storewire-demo.com",
        "external_id": f"c-{number}",
        **changes,
    }
    return Request(
        operation="profile_import",
        method="POST",
        path="/api/profile-import",
        body=bodies.profile(attributes),
        order_key=f"customer:c-{number}",
    )


def item(number: int = 1, **changes: Any) -> Request:
    """Return the request for an item of the catalog."""
    attributes = {
        "external_id": f"p-{number}",
        "title": "Shirt",
        "description": "A shirt",
        "url": "https://shop.storewire-demo.com/shirt",
        "published": True,
        **changes,
    }
    return _created("item", f"p-{number}", attributes)


def variant(number: int = 1, of: int = 1) -> Request:
    """Return the request for a variant of an item."""
    attributes = {
        "external_id": f"sku/{number}",
        "sku": f"sku/{number}",
        "title": "Shirt",
        "description": "A shirt",
        "url": "https://shop.storewire-demo.com/shirt",
        "inventory_quantity": 3,
        "inventory_policy": 1,
        "price": 19.9,
        "published": True,
    }
    related = {"item": {"data": bodies.reference("catalog-item", f"p-{of}")}}
    return _created("variant", f"sku/{number}", attributes, related)


def category(number: int = 1, name: str = "Shirts") -> Request:
    """Return the request for a category."""
    return _created("category", f"k-{number}", {"external_id": f"k-{number}", "name": name})


def deletion(kind: str, external_id: str) -> Request:
    """Return the request for a deletion."""
    return bodies.removal(f"catalog-{kind}", external_id, 1, key=kind)


def stock(number: int = 1, quantity: int = 5) -> Request:
    """Return the request for a variant's stock."""
    id_ = bodies.compound_id(f"sku/{number}")
    return Request(
        operation="update_catalog_variant",
        method="PATCH",
        path=f"/api/catalog-variants/{bodies.in_path(id_)}",
        body=bodies.catalog("catalog-variant", {"inventory_quantity": quantity}, id_=id_),
        order_key=f"stock:sku/{number}",
    )


def pieces(*requests: Request) -> list[bytes]:
    """Return their pieces."""
    return [BULK.packs[request.operation].piece(request) for request in requests]


def piece(request: Request) -> Any:
    """Return what a piece says."""
    return orjson.loads(pieces(request)[0])


def _created(
    key: str, external_id: str, attributes: dict[str, Any], related: dict[str, Any] | None = None
) -> Request:
    return Request(
        operation=f"create_catalog_{key}",
        method="POST",
        path=bodies.PATHS[f"catalog-{key}"],
        body=bodies.catalog(f"catalog-{key}", attributes, related),
        order_key=f"{key}:{external_id}",
    )
