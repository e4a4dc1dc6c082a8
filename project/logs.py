"""Logs: JSON lines with ids. What is personal does not belong there; what slips in is masked."""

from __future__ import annotations

import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_PERSONAL = re.compile(
    r"[\w.+%'-]+@[\w-]+(\.[\w-]+)+"  # e-mail addresses
    r"|\+\d[\d ()/.-]{6,}\d"  # phone numbers
    r"|\bpk_\w+"  # Klaviyo's private keys
    r"|\b(Bearer|Klaviyo-API-Key)\s+\S+"
)
# PostgreSQL quotes the row that failed: "DETAIL:  Failing row contains (...)".
_ROW = re.compile(r"(DETAIL:|Failing row contains|Key \().*")


class MaskingJsonFormatter(JsonFormatter):
    """One JSON object a line, with everything personal masked."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return what goes into the line."""
        plain = (bool, int, float, type(None))
        data = super().process_log_record(log_data)
        return {k: v if isinstance(v, plain) else _masked(str(v)) for k, v in data.items()}


def _masked(text: str) -> str:
    return _ROW.sub(r"\1 …", _PERSONAL.sub("…", text))
