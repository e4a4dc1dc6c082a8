"""What a row of a feed, or of a spreadsheet, says. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from integration.core.text import storable

UNTRACKED = "untracked"  # in the column of the quantity: nobody counts
TRUE, FALSE = ("true", "yes", "1", "y", "t"), ("false", "no", "0", "n", "f")
LARGEST = 2_147_483_647
WHOLE = re.compile(r"([+-]?\d{1,12})([.,]0+)?")
PRICE = re.compile(r"([A-Z]{3})? ?(\d{1,10})([.,](\d{1,4}))? ?([A-Z]{3})?")
ADDRESS = re.compile(r"https?://[^\s/]+\S*")
CONTROL = re.compile(r"[\0-\x1f\x7f]")
LONGEST_ID, LONGEST_NAME, LONGEST_ADDRESS = 200, 300, 1000


class Wrong(ValueError):
    """What is wrong with a row, and what would be right, as a sentence."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a row says; what it says nothing of is not there.

    `quantity` is None where nobody counts, and where it `says_quantity` is false. `details` are
    fields of a variant by name, `name` is that of the product.
    """

    sku: str
    says_quantity: bool = False
    quantity: int | None = None
    backorder: bool | None = None
    published: bool | None = None
    name: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def row_of(cells: Mapping[str, Any]) -> Row:
    """Return what the cells, by our names of the columns, say. Raises Wrong."""
    quantity = _text(cells, "quantity")
    return Row(
        sku=sku_of(cells),
        says_quantity=bool(quantity),
        quantity=quantity_of(quantity) if quantity else None,
        backorder=flag_of(cells, "backorder"),
        published=flag_of(cells, "published"),
        name=_text(cells, "name")[:LONGEST_NAME],
        details=_details(cells),
    )


def sku_of(cells: Mapping[str, Any]) -> str:
    """Return the SKU. Raises Wrong."""
    sku = id_of(cells, "sku")
    if not sku:
        raise Wrong("There is no SKU: write one.")
    return sku


def id_of(cells: Mapping[str, Any], column: str) -> str:
    """Return a SKU or the id of a product, "" where there is none. Raises Wrong."""
    text = _text(cells, column)
    if len(text) > LONGEST_ID:
        raise Wrong(f"What is in the column “{column}” is longer than {LONGEST_ID} characters.")
    if CONTROL.search(text) or "\ufffd" in text:
        raise Wrong(f"What is in the column “{column}” cannot be read.")
    return text


def quantity_of(text: str) -> int | None:
    """Return how many there are, at least none; None where nobody counts. Raises Wrong."""
    if text.lower() == UNTRACKED:
        return None
    found = WHOLE.fullmatch(text)
    if not found or abs(int(found[1])) > LARGEST:
        raise Wrong(
            f"“{_short(text)}” is no quantity: write a whole number, or “{UNTRACKED}” where nobody "
            "counts."
        )
    return max(int(found[1]), 0)


def flag_of(cells: Mapping[str, Any], name: str) -> bool | None:
    """Return whether it is so, None where nothing is said. Raises Wrong."""
    text = _text(cells, name).lower()
    if not text:
        return None
    if text not in (*TRUE, *FALSE):
        raise Wrong(f"“{_short(text)}” is neither yes nor no, in the column “{name}”.")
    return text in TRUE


def _details(cells: Mapping[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {
        "product_id": id_of(cells, "product_id"),
        "variant_name": _text(cells, "variant")[:LONGEST_NAME],
    }
    for column in ("url", "image", "alternate_image"):
        if text := _text(cells, column):
            details[column] = _address(text, column)
    return {name: text for name, text in details.items() if text} | _price(cells)


def _price(cells: Mapping[str, Any]) -> dict[str, Any]:
    text, currency = _text(cells, "price").upper(), _text(cells, "currency").upper()
    found = PRICE.fullmatch(text) if text else None
    if text and not found:
        raise Wrong(f"“{_short(text)}” is no price: write it like 19.99 or 19.99 EUR.")
    currency = currency or (found[1] or found[5] or "" if found else "")
    if currency and not re.fullmatch("[A-Z]{3}", currency):
        raise Wrong(f"“{_short(currency)}” is no currency: write three letters, like EUR.")
    price = {"price": Decimal(f"{found[2]}.{found[4] or 0}")} if found else {}
    return price | ({"currency": currency} if currency else {})


def _address(text: str, column: str) -> str:
    if not ADDRESS.fullmatch(text) or len(text) > LONGEST_ADDRESS:
        raise Wrong(
            f"“{_short(text)}” is no address, in the column “{column}”: write https://… with up to "
            f"{LONGEST_ADDRESS} characters."
        )
    return text


def _text(cells: Mapping[str, Any], name: str) -> str:
    value = cells.get(name)
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise Wrong(f"There is a list or an object in “{name}”: write a text or a number.")
    if isinstance(value, bool):
        return str(value).lower()
    text: str = storable(str(value)).strip()
    return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
