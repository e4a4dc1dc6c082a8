"""Categories and products of the sample shop."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random

from project.sandbox.commercetools.documents import Json, born, money, new_id, reference
from project.sandbox.commercetools.words import CATEGORIES, COLOURS, DESCRIPTION, PRODUCTS, Row

OPENED = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)  # the range came in with one import
IMAGES = "https://img.storewire-demo.com"
PRICE_STEPS = (0, 0, 200, 500)  # cents from one variant to the next
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def categories(random: Random) -> list[Json]:
    """Return the tree of categories, parents before their children."""
    made: dict[str, Json] = {}
    for order, (key, (en, de, parent_key)) in enumerate(CATEGORIES.items(), 1):
        category = {
            **born(random, OPENED),
            "key": key,
            "name": {"en": en, "de": de},
            "slug": {"en": slug(en), "de": slug(de)},
            "description": {"en": f"All about {en.lower()}.", "de": f"Alles rund um {de}."},
            "ancestors": [],
            "orderHint": f"0.{order:02}",
            "assets": [],
        }
        if parent_key is not None:
            parent = made[parent_key]
            above = reference("category", parent["id"])
            category |= {"parent": above, "ancestors": [*parent["ancestors"], above]}
        made[key] = category
    return list(made.values())


def products(random: Random, categories: list[Json]) -> list[Json]:
    """Return the products. The last one is not published, the one before is being rewritten."""
    by_key = {category["key"]: category for category in categories}
    types = new_id(random), new_id(random)
    made: list[Json] = []
    for key, rows in PRODUCTS.items():
        for row in rows:
            made.append(product(random, row, by_key[key]["id"], types, number=101 + len(made)))
    made[-1]["masterData"]["published"] = False
    rewritten = made[-2]["masterData"]
    staged = {**rewritten["current"], "description": {"en": "Not quite ready to be read."}}
    rewritten |= {"staged": staged, "hasStagedChanges": True}
    return made


def product(
    random: Random, row: Row, category_id: str, types: tuple[str, str], *, number: int
) -> Json:
    """Return a published product. `types` are the ids of its product type and tax category."""
    type_id, tax_id = types
    current = _current(random, row, category_id, number=number)
    return {
        **born(random, OPENED),
        "key": current["slug"]["en"],
        "productType": reference("product-type", type_id),
        "taxCategory": reference("tax-category", tax_id),
        "masterData": {
            "current": current,
            "staged": current,
            "published": True,
            "hasStagedChanges": False,
        },
    }


def variants(current: Json) -> list[Json]:
    """Return all variants of product data, the master first."""
    return [current["masterVariant"], *current["variants"]]


def projection(product: Json, view: str = "current") -> Json:
    """Return one view of the product, flat, as /product-projections shows it."""
    master = product["masterData"]
    around = {name: value for name, value in product.items() if name != "masterData"}
    return {
        **around,
        **master[view],
        "published": master["published"],
        "hasStagedChanges": master["hasStagedChanges"],
    }


def slug(name: str) -> str:
    """Return the name as part of a URL."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_PLAIN)).strip("-")


def _current(random: Random, row: Row, category_id: str, *, number: int) -> Json:
    en, de, brand, cents = row
    colours = random.sample(COLOURS, random.randint(2, 4))
    step = random.choice(PRICE_STEPS)
    made = [
        {
            "id": place,
            "sku": f"SW-{number}-{colour[0].upper()}",
            "prices": [{"id": new_id(random), "value": money(cents + (place - 1) * step)}],
            "images": [_image(slug(en), colour[0])],
            "attributes": _attributes(brand, colour),
            "assets": [],
        }
        for place, colour in enumerate(colours, 1)
    ]
    return {
        "name": {"en": en, "de": de},
        "slug": {"en": slug(en), "de": slug(de)},
        "description": {
            "en": DESCRIPTION["en"].format(name=en, brand=brand),
            "de": DESCRIPTION["de"].format(name=de, brand=brand),
        },
        "categories": [reference("category", category_id)],
        "categoryOrderHints": {},
        "masterVariant": made[0],
        "variants": made[1:],
        "searchKeywords": {},
    }


def _image(product: str, colour: str) -> Json:
    return {"url": f"{IMAGES}/{product}/{colour}.jpg", "dimensions": {"w": 1200, "h": 900}}


def _attributes(brand: str, colour: tuple[str, str, str]) -> list[Json]:
    key, en, de = colour
    return [
        {"name": "brand", "value": brand},
        {"name": "color", "value": {"key": key, "label": {"en": en, "de": de}}},
    ]
