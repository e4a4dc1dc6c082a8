"""Data within a page: any values as JSON that no page can take for anything else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

# As in Django's json_script: no "</script>", no "<!--", no "&lt;" that something else turns back.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


def written(values: Mapping[str, Any]) -> str:
    """Return values as JSON for a <script type="application/json">.

    All that is not ASCII is escaped, U+2028 and halves of surrogate pairs among it.
    """
    return json.dumps(plain(values)).translate(ESCAPES)


def plain(value: Any) -> Any:
    """Return a value as JSON has it. Numbers stay numbers, dates are ISO, all else is its text.

    A lazy translation is a promise of a text.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | Promise):
        return [plain(each) for each in value]
    return str(value)


def _number(value: float | Decimal) -> int | float | None:
    if not math.isfinite(value):
        return None  # JSON has no word for it
    return int(value) if isinstance(value, Decimal) and value == int(value) else float(value)
