"""The shop's own fields, chosen and renamed by the store's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integration.core.rules import Json

EVERYTHING: Json = {"include": [], "exclude": [], "rename": {}}


def chosen(fields: Json, choice: Mapping[str, Any]) -> tuple[Json, tuple[str, ...]]:
    """Return the fields to send, and notes on what Klaviyo has no room for.

    `choice` has `include` (empty: all), `exclude` and `rename`. Klaviyo keeps names that begin
    with "$" for itself.
    """
    include, exclude, rename = choice["include"], choice["exclude"], choice["rename"]
    kept: Json = {}
    notes = []
    for name, value in fields.items():
        if (include and name not in include) or name in exclude or value in (None, "", [], {}):
            continue
        target = rename.get(name, name)
        if target.startswith("$"):
            notes.append(f"The field “{target}” was left out: names with $ belong to Klaviyo.")
            continue
        kept[target] = value
    return kept, tuple(notes)
