"""Texts in spreadsheets that must not be computed there."""

from __future__ import annotations

import re
from typing import Any

FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d[\d.,]*")


def harmless(value: Any) -> Any:
    """Return a text so that a spreadsheet shows it and does not compute it."""
    if isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def original(text: str) -> str:
    """Return what a harmless text was before."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
