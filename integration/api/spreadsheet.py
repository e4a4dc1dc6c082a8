"""Failures as a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.http import StreamingHttpResponse

from integration.models import FailedEvent

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for one
CSV = "text/csv"
CHUNK = 1000  # rows
# The same as of a FailureShape, and where they come from.
COLUMNS: dict[str, str | Combinable] = {
    "row": "row",
    "pointer": "pointer",
    "code": "code",
    "reason": "reason",
    "status": "status",
    "answer": KeyTextTransform("answer", "delivery__answer"),
    "resolution": "resolution",
    "at": "last_at",
}


def of(failures: QuerySet[FailedEvent], name: str) -> StreamingHttpResponse:
    """Return a file of them all, the oldest first."""
    lines = _lines(failures.order_by("id"))
    response = StreamingHttpResponse(lines, content_type=f"{CSV}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """A file of which csv.writer's `writerow` returns the line."""

    def write(self, line: str) -> str:
        return line


def _lines(failures: QuerySet[FailedEvent]) -> Iterator[str]:
    """Return a spreadsheet, a thousand lines at a time: a web server gives it half a minute."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    rows = failures.values_list(*COLUMNS.values()).iterator(chunk_size=CHUNK)
    while some := list(islice(rows, CHUNK)):
        yield "".join(writer.writerow([_cell(value) for value in row]) for row in some)


def _cell(value: Any) -> Any:
    """Return what a spreadsheet shows as it is, and times as JSON has them."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
