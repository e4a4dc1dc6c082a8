"""What a person fills in to connect a commercetools project, and what they may set."""

from __future__ import annotations

from integration.core.plugins import Field
from integration.core.rules import Json
from integration.sources.commercetools.door_fields import DOOR_FIELDS

_ID = r"^[A-Za-z0-9_-]*$"
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
    *DOOR_FIELDS,
)

_ORDER_STATES = ("Open", "Confirmed", "Complete", "Cancelled")
_PLACING = ("OrderCreated", "OrderImported", "OrderCustomerSet", "OrderCreatedFromRecurringOrder")


def _some_of(names: tuple[str, ...], title: str, description: str) -> Json:
    return {
        "type": "array",
        "items": {"enum": list(names)},
        "uniqueItems": True,
        "title": title,
        "description": description,
    }


def _text(title: str, description: str, pattern: str) -> Json:
    return {"type": "string", "pattern": pattern, "title": title, "description": description}


def _group(title: str, default: Json, **properties: Json) -> Json:
    return {
        "type": "object",
        "title": title,
        "additionalProperties": False,
        "properties": properties,
        "default": default,
    }


def _part(**properties: Json) -> Json:
    return {"type": "object", "additionalProperties": False, "properties": properties}


SETTINGS: dict[str, Json] = {
    "customer": _group(
        "Customers",
        {"title_from": "title"},
        title_from={
            "enum": ["title", "salutation", ""],
            "title": "Title",
            "description": "The customer's field that is the title of the profile; empty for none.",
        },
    ),
    "order": _group(
        "Orders",
        {
            "messages": {"created": list(_PLACING)},
            "states": {
                "placed": ["Open"],
                "fulfilled": ["Confirmed", "Complete"],
                "cancelled": ["Cancelled"],
            },
        },
        messages=_part(
            created=_some_of(
                _PLACING, "Placed by", "The messages that place an order. It is placed once."
            )
        ),
        states=_part(
            placed=_some_of(_ORDER_STATES, "Placed when", "States in which an order is placed."),
            fulfilled=_some_of(
                _ORDER_STATES, "Fulfilled when", "States in which an order is fulfilled."
            ),
            cancelled=_some_of(
                _ORDER_STATES, "Cancelled when", "States in which an order is cancelled."
            ),
        ),
    ),
    "payment": _group(
        "Refunds",
        {"valid_transaction_states": ["Success"]},
        valid_transaction_states=_some_of(
            ("Initial", "Pending", "Success"),
            "Refunded when",
            "States in which a refund counts. Each counts once.",
        ),
    ),
    "product": _group(
        "Products",
        {"brand_attribute": "brand"},
        brand_attribute=_text("Brand", "The attribute of a variant that names the brand.", ".*"),
    ),
    "price": _group(
        "Prices",
        {"currency": "", "country": "", "channel": ""},
        currency=_text("Currency", "Three letters; empty for the store's own.", "^([A-Z]{3})?$"),
        country=_text("Country", "Two letters; empty for the store's own.", "^([A-Z]{2})?$"),
        channel=_text(
            "Distribution channel",
            "The id of a channel whose prices go first; empty for none.",
            _ID,
        ),
    ),
    "inventory": _group(
        "Stock",
        {"channel": "", "store": ""},
        channel=_text("Supply channel", "The id of the one channel that counts; or empty.", _ID),
        store=_text(
            "Store in commercetools",
            "The key of a store: the stock of all its supply channels together counts; or empty.",
            r"^[A-Za-z0-9_-]*$",
        ),
    ),
}
