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
    kept = {
        rename.get(name, name): value
        for name, value in fields.items()
        if (value or value == 0) and (not include or name in include) and name not in exclude
    }
    reserved = [name for name in kept if name[:1] == "$"]
    for name in reserved:
        del kept[name]
    return kept, tuple(
        f"The field “{name}” was left out: names with $ belong to Klaviyo." for name in reserved
    )
