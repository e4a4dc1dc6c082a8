"""Form fields for what is kept as JSON, as people write it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from integration.core.text import storable


class IndentedJSONField(forms.JSONField):
    """JSON as people can read and correct it."""

    def prepare_value(self, value: Any) -> Any:
        """Return the text for the form."""
        if isinstance(value, str):
            return value  # what was typed and could not be read
        return json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        """Return what was written, as the database can keep it."""
        return storable(super().to_python(value))


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Return the text for the form."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines that say something."""
        lines = (line.strip() for line in str(value or "").splitlines())
        return [line for line in lines if line]


def json_area(rows: int) -> UnfoldAdminTextareaWidget:
    """Return a widget for JSON with so many rows."""
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, "class": "sw-json"})
