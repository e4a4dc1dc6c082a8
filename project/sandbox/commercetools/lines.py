"""What is on an order: products, things that are none, and the tax in both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from project.sandbox.commercetools.documents import Json, money, new_id, reference, stamp
from project.sandbox.commercetools.words import ENGRAVED

TAX_PERCENT = 19  # contained in all prices
WRAPPING_CENTS = 350


@dataclass(frozen=True)
class Choice:
    """What somebody puts into the basket."""

    product: Json
    variant: Json
    price: Json
    quantity: int


@dataclass(frozen=True)
class Shelf:
    """What orders refer to beside products and customers."""

    discount_code_id: str
    shipping_method_id: str
    line_state_id: str
    type_id: str


def line(random: Random, shelf: Shelf, choice: Choice, moment: datetime) -> Json:
    """Return a line item."""
    product, price, quantity = choice.product, choice.price, choice.quantity
    current = product["masterData"]["current"]
    total = price["value"]["centAmount"] * quantity
    made = {
        "id": new_id(random),
        "productId": product["id"],
        "productKey": product["key"],
        "productSlug": current["slug"],
        "productType": product["productType"],
        "name": current["name"],
        "variant": choice.variant,
        "price": price,
        "quantity": quantity,
        "totalPrice": money(total),
        "discountedPricePerQuantity": [],
        "taxedPrice": taxed(total),
        "taxRate": tax_rate(),
        "state": [{"quantity": quantity, "state": reference("state", shelf.line_state_id)}],
        "priceMode": "Platform",
        "lineItemMode": "Standard",
        "addedAt": stamp(moment - timedelta(minutes=9)),
        "lastModifiedAt": stamp(moment - timedelta(minutes=9)),
    }
    if product["key"] in ENGRAVED:
        fields = {"engraving": ENGRAVED[product["key"]]}
        made["custom"] = {"type": reference("type", shelf.type_id), "fields": fields}
    return made


def wrapping(random: Random) -> Json:
    """Return a custom line item: something sold that is no product."""
    return {
        "id": new_id(random),
        "name": {"en": "Gift wrapping", "de": "Geschenkpapier"},
        "slug": "gift-wrapping",
        "money": money(WRAPPING_CENTS),
        "quantity": 1,
        "totalPrice": money(WRAPPING_CENTS),
        "taxedPrice": taxed(WRAPPING_CENTS),
        "taxRate": tax_rate(),
        "state": [],
        "discountedPricePerQuantity": [],
        "priceMode": "Standard",
    }


def taxed(gross: int) -> Json:
    """Return the sum in cents with the tax that it contains."""
    net = round(gross * 100 / (100 + TAX_PERCENT))
    return {
        "totalNet": money(net),
        "totalGross": money(gross),
        "totalTax": money(gross - net),
        "taxPortions": [
            {"rate": TAX_PERCENT / 100, "amount": money(gross - net), "name": f"{TAX_PERCENT} %"}
        ],
    }


def tax_rate() -> Json:
    """Return the one rate of this shop."""
    return {
        "name": f"{TAX_PERCENT} %",
        "amount": TAX_PERCENT / 100,
        "includedInPrice": True,
        "country": "DE",
        "subRates": [],
    }
