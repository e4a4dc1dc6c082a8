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
        "profiles, lists, subscriptions, events and catalogs (and data privacy, to erase people), "
        "and read access to profiles, lists, catalogs, metrics, flows and accounts.",
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
    "refunded_order": "Refunded Order",
    "shipped_order": "Shipped Order",
    "delivered_order": "Delivered Order",
    "return_requested": "Return Requested",
    "back_in_stock_signup": "Subscribed to Back in Stock",
    "back_in_stock_confirm": "Confirm Back in Stock",
    "back_in_stock_alert": "Back In Stock Alert",
}


def _part(title: str, description: str, /, **properties: Json) -> Json:
    return {
        "type": "object",
        "title": title,
        "description": description,
        "additionalProperties": False,
        "properties": properties,
    }


def _metric(name: str) -> Json:
    return _part(
        name,
        "",
        name={
            "type": "string",
            "minLength": 1,
            "maxLength": 127,
            "title": "Name in Klaviyo",
            "description": "Flows and segments go by it: change it before the first event, not "
            "after.",
        },
        enabled={"type": "boolean", "title": "Send it", "description": ""},
    )


def _choice(title: str, description: str) -> Json:
    names: Json = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    return _part(
        title,
        description,
        include={**names, "title": "Only these", "description": "Names of fields; empty for all."},
        exclude={**names, "title": "Not these", "description": "Names of fields to leave out."},
        rename={
            "type": "object",
            "additionalProperties": {"type": "string", "minLength": 1},
            "title": "Other names",
            "description": "The shop's name for a field, and the one that Klaviyo is to see.",
        },
    )


_ALL: Json = {"include": [], "exclude": [], "rename": {}}

SETTINGS: dict[str, Json] = {
    "metrics": {
        **_part("Events", "", **{key: _metric(name) for key, name in METRIC_NAMES.items()}),
        "default": {key: {"name": name, "enabled": True} for key, name in METRIC_NAMES.items()},
    },
    "properties": {
        **_part(
            "Properties",
            "",
            order=_choice("Fields of an order", "Which become properties of the order's events."),
            order_custom=_choice("Custom fields of an order", "The same for your own fields."),
            customer=_choice(
                "Custom fields of a customer", "Which become properties of the profile."
            ),
        ),
        "default": {"order": _ALL, "order_custom": _ALL, "customer": _ALL},
    },
    "links": {
        **_part(
            "Links",
            "",
            product={
                "type": "string",
                "pattern": "^(https?://.*)?$",
                "title": "Address of a product",
                "description": "With {slug}, {id}, {sku} and {locale} where they belong, for "
                "example https://www.my-shop.com/{locale}/{slug}?sku={sku}. Without it products "
                "have no link in Klaviyo.",
            },
        ),
        "default": {"product": ""},
    },
    "catalog": {
        **_part(
            "Catalogue",
            "",
            unpublished={
                "enum": ["delete", "hide"],
                "title": "A product that is taken from the shop",
                "description": "delete: it is deleted in Klaviyo. hide: it stays, unpublished.",
            },
        ),
        "default": {"unpublished": "delete"},
    },
    "privacy": {
        **_part(
            "Privacy",
            "",
            erase={
                "type": "boolean",
                "title": "Erase people in Klaviyo",
                "description": "When the shop deletes a customer for the sake of privacy, have "
                "Klaviyo delete the profile and its history. That cannot be undone.",
            },
        ),
        "default": {"erase": False},
    },
}
