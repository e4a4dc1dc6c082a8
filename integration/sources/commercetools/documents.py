"""What we rely on in the shop's documents; everything else may be there or not."""

from __future__ import annotations

from typing import Any

from integration.core.errors import Reject
from integration.core.rules import Json, Schema
from integration.core.text import without_nulls

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_DATE = {"type": "string", "format": "date-time"}
_LOCALIZED = {"type": "object", "additionalProperties": _TEXT}
_MONEY = {
    "type": "object",
    "required": ["centAmount", "currencyCode"],
    "properties": {
        "centAmount": {"type": "integer"},
        "preciseAmount": {"type": "integer"},
        "fractionDigits": {"type": "integer", "minimum": 0, "maximum": 20},
        "currencyCode": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}
_ADDRESS = {"type": "object", "additionalProperties": True}
_CUSTOM = {"type": "object", "properties": {"fields": {"type": "object"}}}
_REFERENCE = {"type": "object", "required": ["id"], "properties": {"id": _TEXT}}
_LINE = {
    "type": "object",
    "required": ["id", "name", "quantity", "price", "totalPrice"],
    "properties": {
        "id": _TEXT,
        "productId": _TEXT,
        "name": _LOCALIZED,
        "productSlug": _LOCALIZED,
        "quantity": {"type": "integer"},
        "price": {"type": "object", "required": ["value"], "properties": {"value": _MONEY}},
        "totalPrice": _MONEY,
        "variant": {
            "type": "object",
            "properties": {
                "sku": _TEXT,
                "images": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"url": _TEXT}},
                },
                "attributes": {
                    "type": "array",
                    "items": {"type": "object", "required": ["name"]},
                },
            },
        },
        "custom": _CUSTOM,
    },
}

MESSAGE = Schema(
    {
        "type": "object",
        "required": ["resource", "createdAt"],
        "properties": {
            "createdAt": _DATE,
            "orderState": _TEXT,
            "shipmentState": _TEXT,
            "transactionId": _TEXT,
            "sku": _TEXT,
            "oldEmail": _TEXT,
            "returnInfo": {
                "type": "object",
                "required": ["items"],
                "properties": {
                    "items": {"type": "array", "items": {"type": "object", "required": ["id"]}}
                },
            },
        },
    }
)

CHANGE = Schema(
    {
        "type": "object",
        "required": ["resource", "version", "modifiedAt"],
        "properties": {"modifiedAt": _DATE, "version": {"type": "integer"}},
    }
)

CUSTOMER = Schema(
    {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": _TEXT,
            "version": {"type": "integer"},
            "email": _TEXT,
            "lastModifiedAt": _DATE,
            "addresses": {"type": "array", "items": _ADDRESS},
            "defaultBillingAddressId": _TEXT,
            "billingAddressIds": _TEXTS,
            "custom": _CUSTOM,
        },
    }
)

ORDER = Schema(
    {
        "type": "object",
        "required": ["id", "createdAt", "totalPrice"],
        "properties": {
            "id": _TEXT,
            "version": {"type": "integer"},
            "createdAt": _DATE,
            "completedAt": _DATE,
            "lastModifiedAt": _DATE,
            "orderNumber": _TEXT,
            "orderState": _TEXT,
            "customerId": _TEXT,
            "customerEmail": _TEXT,
            "totalPrice": _MONEY,
            "lineItems": {"type": "array", "items": _LINE},
            "customLineItems": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": _LOCALIZED},
                },
            },
            "billingAddress": _ADDRESS,
            "shippingAddress": _ADDRESS,
            "discountCodes": {
                "type": "array",
                "items": {"type": "object", "properties": {"discountCode": _REFERENCE}},
            },
            "paymentInfo": {
                "type": "object",
                "properties": {"payments": {"type": "array", "items": _REFERENCE}},
            },
            "custom": _CUSTOM,
        },
    }
)


_TRANSACTION = {
    "type": "object",
    "required": ["id", "type", "amount", "state"],
    "properties": {"id": _TEXT, "amount": _MONEY, "timestamp": _DATE},
}

PAYMENT = Schema(
    {
        "type": "object",
        "required": ["id"],
        "properties": {
            "lastModifiedAt": _DATE,
            "transactions": {"type": "array", "items": _TRANSACTION},
        },
    }
)

TRANSACTION = Schema(_TRANSACTION)

_REFERENCES = {"type": "array", "items": _REFERENCE}

CATEGORY = Schema(
    {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": _TEXT,
            "name": _LOCALIZED,
            "version": {"type": "integer"},
            "lastModifiedAt": _DATE,
            "parent": _REFERENCE,
        },
    }
)

_PRICES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["value"],
        "properties": {"value": _MONEY, "validFrom": _DATE, "validUntil": _DATE},
    },
}
_VARIANT = {
    "type": "object",
    "properties": {
        "sku": _TEXT,
        "prices": _PRICES,
        "images": {"type": "array", "items": {"type": "object", "properties": {"url": _TEXT}}},
    },
}

PROJECTION = Schema(
    {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": _TEXT,
            "version": {"type": "integer"},
            "lastModifiedAt": _DATE,
            "name": _LOCALIZED,
            "description": _LOCALIZED,
            "slug": _LOCALIZED,
            "categories": _REFERENCES,
            "masterVariant": _VARIANT,
            "variants": {"type": "array", "items": _VARIANT},
        },
    }
)


def checked(document: Json, schema: Schema, base: str = "") -> Json:
    """Return the document, without nulls, if it has what we rely on.

    Raises Reject with the place of what lacks. `base` is where the document lies in the message,
    as a JSON pointer; "" if it was read from the shop.
    """
    clean: Json = without_nulls(document)
    check(clean, schema, base)
    return clean


def check(document: Any, schema: Schema, base: str = "") -> None:
    """Raise Reject, as `checked` does, for a document in which no nulls are left."""
    problems = schema.problems(document)
    if problems:
        what = problems[0]
        raise Reject(
            f"The shop's document cannot be used: {what.pointer or 'it'} {what.reason}.",
            code="unusable_document",
            pointer=base + what.pointer,
        )
