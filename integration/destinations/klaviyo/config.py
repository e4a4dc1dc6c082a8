"""What a person fills in to connect a Klaviyo account, and what they may set."""

from __future__ import annotations

from integration.core.plugins import Field
from integration.core.rules import Json

REVISION = "2026-07-15"  # stable until 2027-07-15, retired 2028-07-15

FIELDS = (
    Field(
        name="base_url",
        label="API address",
        help="Leave as it is, unless you test against something else.",
        default="https://a.klaviyo.com",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    ),
    Field(
        name="private_key",
        label="Private API key",
        help="Klaviyo › Settings › API keys. It begins with pk_ and needs write access to "
        "profiles and events, and read access to accounts.",
        secret=True,
    ),
    Field(
        name="public_key",
        label="Public API key",
        help="The site id of six letters and digits, for the storefront script.",
        required=False,
    ),
    Field(
        name="revision",
        label="API revision",
        help="The date of the API version that Storewire speaks. Change it only when told to.",
        default=REVISION,
        pattern=r"^\d{4}-\d{2}-\d{2}$",
    ),
)

METRIC_NAMES = {
    "placed_order": "Placed Order",
    "ordered_product": "Ordered Product",
    "fulfilled_order": "Fulfilled Order",
    "cancelled_order": "Cancelled Order",
}

_METRIC: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 127},
        "enabled": {"type": "boolean"},
    },
}
_NAMES: Json = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
_CHOICE: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "include": _NAMES,  # empty: all
        "exclude": _NAMES,
        "rename": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    },
}
_ALL: Json = {"include": [], "exclude": [], "rename": {}}

SETTINGS: dict[str, Json] = {
    "metrics": {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(METRIC_NAMES, _METRIC),
        "default": {key: {"name": name, "enabled": True} for key, name in METRIC_NAMES.items()},
    },
    "properties": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"order": _CHOICE, "customer": _CHOICE},
        "default": {"order": _ALL, "customer": _ALL},
    },
    "links": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"product": {"type": "string", "pattern": "^(https?://.*)?$"}},
        "default": {"product": ""},
    },
}
