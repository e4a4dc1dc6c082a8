"""Values that are not of the kind that flows need, in words. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from integration.sources.storefront.money import is_number

LONGEST = 40  # characters of a value that are shown
NUMBERS = {
    *("$value", "Value", "Price", "CompareAtPrice", "AddedItemPrice", "AddedItemQuantity"),
    *("ItemPrice", "RowTotal", "Quantity", "ResultCount"),
}
LISTS = {"Categories", "AddedItemCategories", "ProductCategories", "ItemNames", "Items"}
ADDRESS = re.compile(r"URL$")
WHOLE_ADDRESS = re.compile(r"https?://[^\s/]\S*")
DATE = re.compile(r"(^|[\s_-])date$|Date$")
# With ends, so that nobody can make it search for long.
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+")


def lint_values(properties: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Yield what is to be done about values, by their names. `where` is said before each."""
    for name, value in properties.items():
        if is_empty(value):
            continue
        if name in NUMBERS and not is_number(value):
            yield (
                f"{where}{name} is no number but {_quoted(value)}. Send a number, like 49.9, "
                "without a currency."
            )
        if name in LISTS and not isinstance(value, list):
            yield f"{where}{name} is no list. Send one, like [“Shoes”, “Women”], so flows can look."
        if ADDRESS.search(name) and not _is_whole(value):
            yield (
                f"{where}{name} is {_quoted(value)}, which leads nowhere from an e-mail. Send the "
                "whole address, with https:// at the beginning."
            )
    yield from lint_dates(properties, where)


def lint_dates(properties: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Yield which dates flows cannot read."""
    for name, value in properties.items():
        if DATE.search(name) and not is_empty(value) and not _is_date(value):
            yield (
                f"{where}{name} is {_quoted(value)}, which flows do not read as a date. Write it "
                "like 2026-11-21 or 2026-11-21T08:30:00Z."
            )


def has_email(value: Any) -> bool:
    """Return whether there is an e-mail address in a value, or somewhere below it."""
    if isinstance(value, dict):
        return any(has_email(one) for one in value.values())
    if isinstance(value, list):
        return any(has_email(one) for one in value)
    return isinstance(value, str) and EMAIL.search(value) is not None


def is_empty(value: Any) -> bool:
    """Return whether a value says nothing."""
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip())


def _is_whole(value: Any) -> bool:
    return isinstance(value, str) and WHOLE_ADDRESS.fullmatch(value) is not None


def _is_date(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _quoted(value: Any) -> str:
    text = str(value)
    return f"“{text if len(text) <= LONGEST else text[:LONGEST] + '…'}”"
