"""From commercetools' documents to records. Plain functions of their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from integration.core.money import Money
from integration.core.records import CustomerChanged, Order, OrderLine
from integration.core.rules import Json
from integration.core.text import Localized
from integration.sources.commercetools.addresses import billing_address, optional_address

CategoryPaths = Mapping[str, tuple[tuple[Localized, ...], ...]]  # by product id


@dataclass(frozen=True, kw_only=True)
class OrderDetails:
    """What an order only refers to. `notes` say what the shop would not tell."""

    categories: CategoryPaths
    discount_codes: tuple[str, ...]
    notes: tuple[str, ...] = ()


# ISO 4217, where it is not two. commercetools says it with nearly every amount.
DIGITS = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
}

# The order's parts that are mapped by name, or say nothing to a marketer.
_NOT_PROPERTIES = {"custom", "version", "syncInfo", "lastMessageSequenceNumber", "refusedGifts"}

_OF_AN_ORDER = tuple(field.name for field in fields(Order))


def customer_changed(
    customer: Json, occurred_at: datetime, *, title_from: str, previous_email: str = ""
) -> CustomerChanged:
    """Return the record of a customer document that has passed documents.CUSTOMER.

    `title_from` is the field that is the title: "title", "salutation", or "" for none.
    """
    return CustomerChanged(
        external_id=customer["id"],
        version=customer.get("version", 0),
        occurred_at=occurred_at,
        email=customer["email"],
        first_name=customer.get("firstName") or "",
        last_name=customer.get("lastName") or "",
        title=customer.get(title_from, ""),
        previous_email=previous_email,
        organization=customer.get("companyName") or "",
        locale=customer.get("locale") or "",
        address=optional_address(billing_address(customer)),
        custom=custom_fields(customer),
        document=customer,
    )


def order_record(
    kind: type[Order],
    order: Json,
    *,
    occurred_at: datetime,
    email: str,
    details: OrderDetails,
    brand_attribute: str,
    more: Mapping[str, Any],
) -> Order:
    """Return a record of this kind of an order document that has passed documents.ORDER.

    `more` are the fields that only this kind has.
    """
    discount = order.get("discountOnTotalPrice", {}).get("discountedAmount")
    return kind(
        external_id=order["id"],
        version=order.get("version", 0),
        occurred_at=occurred_at,
        number=order.get("orderNumber") or "",
        email=email,
        customer_id=order.get("customerId") or "",
        total=money(order["totalPrice"]),
        lines=tuple(
            order_line(line, details.categories, brand_attribute)
            for line in order.get("lineItems", [])
        ),
        other_items=tuple(item["name"] for item in order.get("customLineItems", [])),
        billing=optional_address(order.get("billingAddress")),
        shipping=optional_address(order.get("shippingAddress")),
        discount_codes=details.discount_codes,
        discount=money(discount) if discount else None,
        custom=custom_fields(order),
        document=_properties(order),
        notes=details.notes,
        **more,
    )


def retold(
    kind: type[Order], record: Order, occurred_at: datetime, more: Mapping[str, Any]
) -> Order:
    """Return another record of the same order: that something else happened to it, then."""
    same = {name: getattr(record, name) for name in _OF_AN_ORDER}
    return kind(**{**same, "occurred_at": occurred_at}, **more)


def placed_at(order: Json) -> datetime:
    """Return when an order was placed, where no message says whether it was imported.

    That is its creation, but of an imported one its completion: it was completed before it was
    created, that is, imported.
    """
    created = moment(order["createdAt"])
    completed = moment(order["completedAt"]) if "completedAt" in order else created
    return min(created, completed)


def order_line(line: Json, categories: CategoryPaths, brand_attribute: str) -> OrderLine:
    """Return one line of an order."""
    variant = line.get("variant", {})
    images = variant.get("images", [])
    return OrderLine(
        id=line["id"],
        product_id=line.get("productId", ""),
        sku=variant.get("sku", ""),
        name=line["name"],
        slug=line.get("productSlug", {}),
        quantity=line["quantity"],
        price=money(selling(line["price"])),
        total=money(line["totalPrice"]),
        image=images[0].get("url", "") if images else "",
        brand=_attribute(variant, brand_attribute),
        categories=categories.get(line.get("productId", ""), ()),
        custom=custom_fields(line),
        document=_properties(line),
    )


def selling(price: Json) -> Json:
    """Return the money for which a thing is sold: a product discount's, where there is one."""
    discounted = price.get("discounted", {}).get("value")
    found: Json = discounted or price["value"]
    return found


def money(value: Json) -> Money:
    """Return exact money: cents by the currency's own digits (JPY 0, KWD 3), or finer units."""
    usual = DIGITS.get(value["currencyCode"], 2)
    digits = value.get("fractionDigits", usual)
    units = value["preciseAmount"] if "preciseAmount" in value else value["centAmount"]
    return Money(Decimal(units).scaleb(-digits), value["currencyCode"])


def changed_at(document: Json, otherwise: datetime) -> datetime:
    """Return when a document was last changed; the other time if it does not say."""
    return moment(document["lastModifiedAt"]) if "lastModifiedAt" in document else otherwise


def moment(text: str) -> datetime:
    """Return the time that commercetools wrote, which is always in UTC."""
    return datetime.fromisoformat(text)


def custom_fields(document: Json) -> dict[str, Any]:
    """Return the shop's own fields by name; none is an empty dict."""
    fields: dict[str, Any] = document.get("custom", {}).get("fields", {})
    return fields


def _properties(document: Json) -> Json:
    if _NOT_PROPERTIES.isdisjoint(document):
        return document
    return {name: value for name, value in document.items() if name not in _NOT_PROPERTIES}


def _attribute(variant: Json, name: str) -> str:
    for attribute in variant.get("attributes", []):
        if attribute["name"] == name:
            value = attribute.get("value")
            label = value.get("label") if isinstance(value, dict) else value
            return label if isinstance(label, str) else ""
    return ""
