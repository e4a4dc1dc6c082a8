"""The shapes Klaviyo takes, closed: a key it does not know is refused here, not there."""

from __future__ import annotations

from integration.core.rules import Json
from integration.destinations.klaviyo import limits


def closed(required: list[str], /, **properties: Json) -> Json:
    """Return the schema of an object that has these keys and no others."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT: Json = {"type": ["string", "null"]}
_NUMBER_OR_TEXT: Json = {"type": ["number", "string", "null"]}
_PROPERTIES: Json = {
    "type": "object",
    "maxProperties": limits.MAX_PROPERTIES,
    # "$" is Klaviyo's; $extra is where bulky things may go.
    "propertyNames": {"pattern": r"^([^$]|\$extra$)"},
}
_LOCATION = closed(
    [],
    **dict.fromkeys(
        ("address1", "address2", "city", "country", "region", "zip", "timezone", "ip"), _TEXT
    ),
    latitude=_NUMBER_OR_TEXT,
    longitude=_NUMBER_OR_TEXT,
)
PERSON: dict[str, Json] = {
    "email": {"type": ["string", "null"], "format": "email", "maxLength": limits.MAX_EMAIL},
    "phone_number": {"type": ["string", "null"], "pattern": r"^\+[1-9]\d{7,14}$"},
    "external_id": {"type": ["string", "null"], "maxLength": limits.MAX_EXTERNAL_ID},
    **dict.fromkeys(
        ("_kx", "first_name", "last_name", "organization", "locale", "title", "image"), _TEXT
    ),
    "location": _LOCATION,
    "properties": _PROPERTIES,
}
_METRIC = closed(
    ["data"],
    data=closed(
        ["type", "attributes"],
        type={"const": "metric"},
        attributes=closed(
            ["name"],
            name={"type": "string", "minLength": 1, "maxLength": limits.MAX_METRIC_NAME},
        ),
    ),
)


def _profile(required: list[str], /, **extra: Json) -> Json:
    return closed(
        ["data"],
        data=closed(
            ["type", "attributes", *required],
            type={"const": "profile"},
            attributes=closed([], **PERSON),
            **extra,
        ),
    )


PROFILE_IMPORT = _profile([])
PROFILE_UPDATE = _profile(["id"], id={"type": "string", "minLength": 1})
EVENT = closed(
    ["data"],
    data=closed(
        ["type", "attributes"],
        type={"const": "event"},
        attributes=closed(
            # Klaviyo would do without time and unique_id, and then keep one event a second.
            ["properties", "metric", "profile", "time", "unique_id"],
            properties=_PROPERTIES,
            time={"type": "string", "format": "date-time"},
            value={"type": "number"},
            value_currency={"type": "string", "pattern": "^[A-Z]{3}$"},
            unique_id={"type": "string", "minLength": 1, "maxLength": limits.MAX_UNIQUE_ID},
            backfill={"type": "boolean"},
            metric=_METRIC,
            profile=_profile([]),
        ),
    ),
)

ID: Json = {"type": "string", "pattern": r"^\$custom:::\$default:::.+$"}
FILLED: Json = {"type": "string", "minLength": 1}
_OPTIONAL_NUMBER: Json = {"type": ["number", "null"]}
_FLAT: Json = {  # "flat JSON": no object and no list inside
    "type": ["object", "null"],
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_SHOWN: dict[str, Json] = {
    "title": FILLED,
    "description": FILLED,
    "url": FILLED,
    "price": _OPTIONAL_NUMBER,
    "image_full_url": _TEXT,
    "image_thumbnail_url": _TEXT,
    "images": {"type": ["array", "null"], "items": {"type": "string"}},
    "custom_metadata": _FLAT,
    "published": {"type": ["boolean", "null"]},
}
_STOCKED: dict[str, Json] = {
    "inventory_policy": {"enum": [0, 1, 2]},
    "inventory_quantity": {"type": "number"},
}


def _catalog(
    kind: str, required: list[str], attributes: dict[str, Json], /, **beside: Json
) -> Json:
    return closed(
        ["data"],
        data=closed(
            ["type", "attributes", *(name for name in ("id",) if name in beside)],
            type={"const": kind},
            attributes=closed(required, **attributes),
            **beside,
        ),
    )


def _reference(kind: str) -> Json:
    return closed(["type", "id"], type={"const": kind}, id=ID)


_CATEGORIES = closed(
    [],
    categories=closed(["data"], data={"type": "array", "items": _reference("catalog-category")}),
)
_ITEM = closed(["item"], item=closed(["data"], data=_reference("catalog-item")))

CATEGORY = _catalog(
    "catalog-category", ["external_id", "name"], {"external_id": FILLED, "name": FILLED}
)
ITEM = _catalog(
    "catalog-item",
    ["external_id", "title", "description", "url"],
    {"external_id": FILLED, **_SHOWN},
    relationships=_CATEGORIES,
)
ITEM_UPDATE = _catalog("catalog-item", [], _SHOWN, id=ID, relationships=_CATEGORIES)
VARIANT = _catalog(
    "catalog-variant",
    ["external_id", "title", "description", "sku", "inventory_quantity", "price", "url"],
    {"external_id": FILLED, "sku": FILLED, **_SHOWN, **_STOCKED, "price": {"type": "number"}},
    relationships=_ITEM,
)
VARIANT_UPDATE = _catalog("catalog-variant", [], {"sku": FILLED, **_SHOWN, **_STOCKED}, id=ID)
