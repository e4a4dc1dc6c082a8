"""What tests of the collector share: telling something through the door."""

from __future__ import annotations

from itertools import count
from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

SHOP = "https://www.shop.test"
ANNA = "anna@klaviyo-demo.com"
BEA = "bea@klaviyo-demo.com"
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36"
)
_numbers = count(1)


def viewed(**changes: Any) -> dict[str, Any]:
    """Return the event that somebody looked at a product, each time one with an id of its own."""
    return {
        "type": "track",
        "id": f"event-{next(_numbers)}",
        "name": "Viewed Product",
        "age": 1000,
        "person": {"email": ANNA},
        "properties": {
            "ProductName": "Shoe",
            "ProductID": "shoe",
            "URL": f"{SHOP}/shoe",
            "ImageURL": f"{SHOP}/shoe.jpg",
        },
        **changes,
    }


def identify(*, properties: dict[str, Any] | None = None, **person: str) -> dict[str, Any]:
    """Return that somebody says who they are."""
    return {
        "type": "identify",
        "id": f"identify-{next(_numbers)}",
        "person": {"email": ANNA, **person},
        "properties": properties or {},
    }


def post(
    client: Client,
    body: bytes,
    origin: str = SHOP,
    address: str = "192.0.2.1",
    agent: str = BROWSER,
) -> HttpResponse:
    """Post a body as a page of this origin does."""
    return client.post(
        "/storefront/collect",
        body,
        content_type="text/plain",
        headers={"user-agent": agent, **({"origin": origin} if origin else {})},
        REMOTE_ADDR=address,
    )


def tell(client: Client, *events: Any, **more: Any) -> HttpResponse:
    """Tell these events. What is not of the body says how they come."""
    how = {name: more.pop(name) for name in ("origin", "address", "agent") if name in more}
    body = {"store": "shop", "page": f"{SHOP}/shoe?email={ANNA}", "events": list(events), **more}
    return post(client, orjson.dumps(body), **how)
