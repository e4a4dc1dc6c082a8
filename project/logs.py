"""Logs: JSON lines with ids. What is personal does not belong there; what slips in is masked."""

from __future__ import annotations

import logging
import re

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

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return _ROW.sub(r"\1 …", _PERSONAL.sub("…", super().format(record)))
