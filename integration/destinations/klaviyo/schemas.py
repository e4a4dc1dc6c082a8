"""The shapes Klaviyo takes, closed: a key it does not know is refused here, not there."""

from __future__ import annotations

from integration.core.rules import Json
from integration.destinations.klaviyo import limits


def _object(required: list[str], /, **properties: Json) -> Json:
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
_LOCATION = _object(
    [],
    **dict.fromkeys(
        ("address1", "address2", "city", "country", "region", "zip", "timezone", "ip"), _TEXT
    ),
    latitude=_NUMBER_OR_TEXT,
    longitude=_NUMBER_OR_TEXT,
)
_PERSON: dict[str, Json] = {
    "email": {"type": ["string", "null"], "format": "email", "maxLength": limits.MAX_EMAIL},
    "phone_number": {"type": ["string", "null"], "pattern": r"^\+[1-9]\d{7,14}$"},
    "external_id": {"type": ["string", "null"], "maxLength": limits.MAX_EXTERNAL_ID},
    **dict.fromkeys(
        ("_kx", "first_name", "last_name", "organization", "locale", "title", "image"), _TEXT
    ),
    "location": _LOCATION,
    "properties": _PROPERTIES,
}
_METRIC = _object(
    ["data"],
    data=_object(
        ["type", "attributes"],
        type={"const": "metric"},
        attributes=_object(
            ["name"],
            name={"type": "string", "minLength": 1, "maxLength": limits.MAX_METRIC_NAME},
        ),
    ),
)


def _profile(required: list[str], /, **extra: Json) -> Json:
    return _object(
        ["data"],
        data=_object(
            ["type", "attributes", *required],
            type={"const": "profile"},
            attributes=_object([], **_PERSON),
            **extra,
        ),
    )


PROFILE_IMPORT = _profile([])
PROFILE_UPDATE = _profile(["id"], id={"type": "string", "minLength": 1})
EVENT = _object(
    ["data"],
    data=_object(
        ["type", "attributes"],
        type={"const": "event"},
        attributes=_object(
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
