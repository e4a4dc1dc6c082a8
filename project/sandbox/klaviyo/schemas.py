"""What Klaviyo's document (revision 2026-07-15) allows in the bodies the sandbox takes.

Its patch_identifiers are left out: a sandbox that took them would have to obey them.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEXT = {"type": ["string", "null"], "maxLength": 100_000}
PLACE = {"type": ["string", "number", "null"]}


def closed(required: list[str], properties: Json, *, nullable: bool = False) -> Json:
    """Return the schema of an object that has these keys and no others."""
    return {
        "type": ["object", "null"] if nullable else "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


PATCH_PROPERTIES = closed(
    [],
    {
        "append": {"type": ["object", "null"]},
        "unappend": {"type": ["object", "null"]},
        "unset": {"type": ["string", "array", "null"], "items": {"type": "string"}},
    },
    nullable=True,
)
META = closed([], {"patch_properties": PATCH_PROPERTIES}, nullable=True)
PERSON: Json = {
    **dict.fromkeys(("first_name", "last_name", "organization", "locale", "title", "image"), TEXT),
    "email": {
        "type": ["string", "null"],
        "maxLength": 100,
        "pattern": r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$",
    },
    "phone_number": {"type": ["string", "null"], "pattern": r"^\+[1-9]\d{7,14}$"},
    "external_id": {"type": ["string", "null"], "maxLength": 64},
    "location": closed(
        [],
        {
            **dict.fromkeys(
                ("address1", "address2", "city", "country", "region", "zip", "timezone", "ip"), TEXT
            ),
            "latitude": PLACE,
            "longitude": PLACE,
        },
        nullable=True,
    ),
    "properties": {"type": ["object", "null"]},
}


def profile(person: Json, beside: Json, required: tuple[str, ...] = ()) -> Json:
    """Return the schema of a profile body; `beside` are its keys beside the attributes."""
    data = {
        "type": {"const": "profile"},
        "id": {"type": ["string", "null"]},
        "attributes": closed([], person),
        **beside,
    }
    return closed(["data"], {"data": closed(["type", "attributes", *required], data)})


METRIC = closed(
    ["data"],
    {
        "data": closed(
            ["type", "attributes"],
            {
                "type": {"const": "metric"},
                "attributes": closed(
                    ["name"],
                    {
                        "name": {"type": "string", "minLength": 1, "maxLength": 127},
                        "service": TEXT,
                    },
                ),
            },
        )
    },
)
HAPPENED: Json = {  # the attributes of an event, but for its profile
    "properties": {"type": "object", "maxProperties": 400},
    "time": {"type": ["string", "null"], "format": "date-time"},
    "value": {"type": ["number", "null"]},
    "value_currency": {"type": ["string", "null"], "pattern": "^[A-Z]{3}$"},
    "unique_id": {"type": ["string", "null"], "minLength": 1, "maxLength": 255},
    "backfill": {"type": ["boolean", "null"]},
    "metric": METRIC,
}
EVENT = closed(
    ["data"],
    {
        "data": closed(
            ["type", "attributes"],
            {
                "type": {"const": "event"},
                "attributes": closed(
                    ["properties", "metric", "profile"],
                    {
                        **HAPPENED,
                        # Here meta is among the attributes; from 2026-10-15 on it is beside them.
                        "profile": profile(
                            {**PERSON, "_kx": TEXT, "anonymous_id": TEXT, "meta": META}, beside={}
                        ),
                    },
                ),
            },
        )
    },
)

# By exactly one of these: the sandbox's check of the body says so, not this.
DELETION = closed(
    ["data"],
    {
        "data": closed(
            ["type", "attributes"],
            {
                "type": {"const": "data-privacy-deletion-job"},
                "attributes": closed(
                    ["profile"],
                    {
                        "profile": profile(
                            {name: PERSON[name] for name in ("email", "phone_number")}, beside={}
                        )
                    },
                ),
            },
        )
    },
)

SCHEMAS = {
    "profile_import": profile({**PERSON, "_kx": TEXT}, beside={"meta": META}),
    "update_profile": profile(
        PERSON, beside={"meta": META, "id": {"type": "string"}}, required=("id",)
    ),
    "create_event": EVENT,
    "create_client_event": EVENT,
    "create_client_profile": profile(
        {**PERSON, "_kx": TEXT, "anonymous_id": TEXT}, beside={"meta": META}
    ),
    "request_profile_deletion": DELETION,
}
