"""What the page about the shop shows."""

from __future__ import annotations

from typing import Any

from project.sandbox.commercetools import catalog, prices
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.shop import Shop

SHOWN = 12
COUNTED = ("customers", "orders", "products", "categories", "inventory", "payments")


def shop_page(shop: Shop, hook: Hook | None) -> dict[str, Any]:
    """Return the page's values: counts, some products, the last notifications."""
    with shop.lock:
        notices = list(shop.notices)[::-1][: 2 * SHOWN]
    products = shop.documents("products") or []
    return {
        "project": shop.project(),
        "counts": [(kind, len(shop.collection(kind))) for kind in COUNTED],
        "products": [_row(product, shop) for product in products[:SHOWN]],
        "orders": [_order(order) for order in shop.held("orders")[::-1][:SHOWN]],
        "notices": notices,
        "hook": hook,
    }


def _row(product: Json, shop: Shop) -> Json:
    current = product["masterData"]["current"]
    variants = catalog.variants(current)
    return {
        "name": current["name"]["en"],
        "price": _euros(prices.price(variants[0], shop.held("standalone-prices"))["value"]),
        "variants": [
            (variant["sku"], variant.get("availability", {}).get("availableQuantity"))
            for variant in variants
        ],
    }


def _order(order: Json) -> Json:
    return {
        "number": order["orderNumber"],
        "at": order["createdAt"][:16].replace("T", " "),
        "total": _euros(order["totalPrice"]),
        "lines": [
            f"{line['quantity']} × {line['name']['en']}"
            for line in [*order["lineItems"], *order["customLineItems"]]
        ],
        "state": order["orderState"],
    }


def _euros(money: Json) -> str:
    return f"{money['centAmount'] // 100}.{money['centAmount'] % 100:02} €"
