"""What an event is worth, as a page says it."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from integration.core.money import Money
from integration.core.rules import Json

VALUE = "$value"
CURRENCIES = ("$value_currency", "$currency", "Currency")  # the first that is there counts
NO_NUMBER = "“$value” was left out: write it as a number, for example 49.9."
LARGEST = 2**63
_CURRENCY = re.compile("[A-Z]{3}")


def value_of(properties: Json, currency: str) -> tuple[Money | None, tuple[str, ...]]:
    """Return the value in its own currency, or else in this one, and a note if it is no number."""
    said = properties.get(VALUE)
    if said is None:
        return None, ()
    if not is_number(said):
        return None, (NO_NUMBER,)
    return Money(Decimal(str(said)), _currency(properties) or currency), ()


def is_number(value: Any) -> bool:
    """Return whether this is a number that others can read, too, and no text like one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -LARGEST <= value < LARGEST if isinstance(value, int) else math.isfinite(value)


def _currency(properties: Json) -> str:
    written = [properties.get(name) for name in CURRENCIES]
    fitting = [one for one in written if isinstance(one, str) and _CURRENCY.fullmatch(one)]
    return fitting[0] if fitting else ""
