"""What Klaviyo's document (revision 2026-07-15) allows in the bodies about its catalog.

Stricter in what the document only says in words: there is one integration and one catalog, and
custom metadata is flat.
"""

from __future__ import annotations

from project.sandbox.klaviyo.schemas import Json, closed

ITEM, VARIANT, CATEGORY = "catalog-item", "catalog-variant", "catalog-category"

STRING, TEXT = {"type": "string"}, {"type": ["string", "null"]}
QUANTITY, NUMBER = {"type": "number"}, {"type": ["number", "null"]}
IDENTITY: Json = {
    "external_id": {"type": "string", "minLength": 1},
    "integration_type": {"enum": ["$custom", None]},
    "catalog_type": {"enum": ["$default", None]},
}
SHOWN: Json = {
    "image_full_url": TEXT,
    "image_thumbnail_url": TEXT,
    "images": {"type": ["array", "null"], "items": STRING},
    "custom_metadata": {
        "type": ["object", "null"],
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
    "published": {"type": ["boolean", "null"]},
}
POLICY = {"inventory_policy": {"enum": [0, 1, 2, None]}}
ITEM_TEXTS = ("title", "description", "url")
VARIANT_TEXTS = (*ITEM_TEXTS, "sku")


def _reference(type_: str) -> Json:
    return closed(["type", "id"], {"type": {"const": type_}, "id": STRING})


def _references(type_: str) -> Json:
    return {"type": "array", "items": _reference(type_)}


def _related(name: str, type_: str) -> Json:
    """The relationships of an item or a category: one, to many, which may be left out."""
    many = closed([], {"data": _references(type_)})
    return {"relationships": closed([], {name: many})}


def _created(type_: str, required: tuple[str, ...], attributes: Json, beside: Json) -> Json:
    document = {
        "type": {"const": type_},
        "attributes": closed(["external_id", *required], {**IDENTITY, **attributes}),
        **beside,
    }
    # A variant that belongs to no item is one that cannot be created.
    needed = ["relationships"] if type_ == VARIANT else []
    return closed(["data"], {"data": closed(["type", "attributes", *needed], document)})


def _updated(type_: str, attributes: Json, beside: Json) -> Json:
    document = {
        "type": {"const": type_},
        "id": STRING,
        "attributes": closed([], attributes),
        **beside,
    }
    return closed(["data"], {"data": closed(["type", "id", "attributes"], document)})


CATEGORIES_OF_ITEM, ITEMS_OF_CATEGORY = _related("categories", CATEGORY), _related("items", ITEM)
ITEM_OF_VARIANT = {
    "relationships": closed(["item"], {"item": closed(["data"], {"data": _reference(ITEM)})})
}
CATALOG_SCHEMAS = {
    "create_catalog_item": _created(
        ITEM,
        ITEM_TEXTS,
        {**dict.fromkeys(ITEM_TEXTS, STRING), "price": NUMBER, **SHOWN},
        CATEGORIES_OF_ITEM,
    ),
    "update_catalog_item": _updated(
        ITEM, {**dict.fromkeys(ITEM_TEXTS, TEXT), "price": NUMBER, **SHOWN}, CATEGORIES_OF_ITEM
    ),
    "create_catalog_variant": _created(
        VARIANT,
        (*VARIANT_TEXTS, "inventory_quantity", "price"),
        {
            **dict.fromkeys(VARIANT_TEXTS, STRING),
            **dict.fromkeys(("inventory_quantity", "price"), QUANTITY),
            **POLICY,
            **SHOWN,
        },
        ITEM_OF_VARIANT,
    ),
    "update_catalog_variant": _updated(
        VARIANT,
        {
            **dict.fromkeys(VARIANT_TEXTS, TEXT),
            **dict.fromkeys(("inventory_quantity", "price"), NUMBER),
            **POLICY,
            **SHOWN,
        },
        beside={},  # it stays with its item for good
    ),
    "create_catalog_category": _created(CATEGORY, ("name",), {"name": STRING}, ITEMS_OF_CATEGORY),
    "update_catalog_category": _updated(CATEGORY, {"name": TEXT}, ITEMS_OF_CATEGORY),
    **dict.fromkeys(
        (
            "add_categories_to_catalog_item",
            "update_categories_for_catalog_item",
            "remove_categories_from_catalog_item",
        ),
        closed(["data"], {"data": _references(CATEGORY)}),
    ),
    **dict.fromkeys(
        (
            "add_items_to_catalog_category",
            "update_items_for_catalog_category",
            "remove_items_from_catalog_category",
        ),
        closed(["data"], {"data": _references(ITEM)}),
    ),
}
