"""Prices outside of products, and codes that lower them."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from project.sandbox.commercetools.catalog import OPENED, variants
from project.sandbox.commercetools.documents import Json, born, new_id, reference
from project.sandbox.commercetools.lines import Shelf

STANDALONE = ("pocket-torch",)  # keys of the products whose prices are documents of their own
CODE = "AUTUMN10"


def standalone(random: Random, products: Iterable[Json]) -> list[Json]:
    """Return the prices of those products that shall have none inside."""
    return [
        {
            **born(random, OPENED),
            "key": f"{variant['sku']}-eur".lower(),
            "sku": variant["sku"],
            "value": variant["prices"][0]["value"],
            "active": True,
        }
        for product in products
        if product["key"] in STANDALONE
        for variant in variants(product["masterData"]["current"])
    ]


def without_embedded(product: Json) -> Json:
    """Return the product as it is with its prices outside, if it is one of those."""
    if product["key"] not in STANDALONE:
        return product
    master = product["masterData"]
    views = {view: _unpriced(master[view]) for view in ("current", "staged")}
    return {**product, "priceMode": "Standalone", "masterData": {**master, **views}}


def price(variant: Json, standalone: Iterable[Json]) -> Json:
    """Return what the variant costs, wherever that is written."""
    embedded: list[Json] = variant["prices"]
    outside = (entry for entry in standalone if entry["sku"] == variant["sku"])
    found: Json = embedded[0] if embedded else next(outside)
    return {"id": found["id"], "value": found["value"]}


def discount_codes(random: Random, shelf: Shelf) -> list[Json]:
    """Return the one code that orders of the sample refer to."""
    fields: dict[str, Any] = {
        "key": CODE.lower(),
        "code": CODE,
        "name": {"en": "Ten per cent in autumn", "de": "Zehn Prozent im Herbst"},
        "cartDiscounts": [reference("cart-discount", new_id(random))],
        "isActive": True,
        "references": [],
        "groups": [],
    }
    return [{**born(random, OPENED), **fields, "id": shelf.discount_code_id}]


def _unpriced(view: Json) -> Json:
    return {
        **view,
        "masterVariant": {**view["masterVariant"], "prices": []},
        "variants": [{**variant, "prices": []} for variant in view["variants"]],
    }
