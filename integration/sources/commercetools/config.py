"""What a person fills in to connect a commercetools project, and what they may set."""

from __future__ import annotations

from integration.core.plugins import Field

ADDRESS = r"^https?://[^\s/?#]+(/[^\s?#]*)?$"

FIELDS = (
    Field(
        name="project_key",
        label="Project key",
        help="The project's key in the Merchant Center, for example “my-shop”.",
        pattern=r"^[A-Za-z0-9_-]{2,36}$",
    ),
    Field(
        name="api_url",
        label="API address",
        help="For example https://api.europe-west1.gcp.commercetools.com",
        pattern=ADDRESS,
    ),
    Field(
        name="auth_url",
        label="Auth address",
        help="For example https://auth.europe-west1.gcp.commercetools.com",
        pattern=ADDRESS,
    ),
    Field(
        name="client_id",
        label="API client id",
        help="Of an API client with the read scopes (Settings › Developer settings).",
    ),
    Field(
        name="client_secret",
        label="API client secret",
        help="Shown once by commercetools when the API client is made.",
        secret=True,
    ),
    Field(
        name="hook_secret",
        label="Notification secret",
        help="A long random text of your choice. Notifications must carry it in the header "
        "X-Storewire-Secret.",
        secret=True,
    ),
)

_STATES = {
    "type": "array",
    "items": {"enum": ["Open", "Confirmed", "Complete", "Cancelled"]},
    "uniqueItems": True,
}

SETTINGS = {
    "order": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "messages": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "created": {
                        "type": "array",
                        "items": {"enum": ["OrderCreated"]},
                        "uniqueItems": True,
                    }
                },
            },
            "states": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"fulfilled": _STATES, "cancelled": _STATES},
            },
        },
        "default": {
            "messages": {"created": ["OrderCreated"]},
            "states": {"fulfilled": ["Confirmed", "Complete"], "cancelled": ["Cancelled"]},
        },
    },
    "product": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"brand_attribute": {"type": "string"}},
        "default": {"brand_attribute": "brand"},
    },
}
