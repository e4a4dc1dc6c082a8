"""What tests of sign-ups share: signing up through the door."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

SHOP = "https://www.shop.test"
ANNA = "anna@klaviyo-demo.com"


def entered(**changes: Any) -> dict[str, Any]:
    """Return what the widget posts."""
    return {
        "store": "shop",
        "sku": "BLUE-42",
        "product": "shoe",
        "any_variant": False,
        "email": ANNA,
        "phone": "",
        "units": 1,
        "newsletter": False,
        "newsletter_text": "",
        "keep": False,
        "locale": "en-GB",
        "currency": "GBP",
        "channel": "uk",
        "page": f"{SHOP}/shoe?colour=blue",
        "website": "",
        "seconds": 4.2,
        **changes,
    }


def post(
    client: Client, origin: str = SHOP, address: str = "192.0.2.1", **changes: Any
) -> HttpResponse:
    """Sign up over the API, from a page of this origin."""
    return client.post(
        "/backinstock/signups",
        entered(**changes),
        content_type="application/json",
        headers={"origin": origin} if origin else {},
        REMOTE_ADDR=address,
    )
