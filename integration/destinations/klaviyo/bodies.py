"""The JSON:API bodies of Klaviyo's operations, built from attributes. No null is ever sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from integration.core.rules import Json


def present(**values: Any) -> Json:
    """Return the values that say something; an absent one leaves its key out, never "" or null."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def profile(attributes: Json, id_: str = "") -> Json:
    """Return the body for POST /api/profile-import, or for PATCH /api/profiles/{id} with an id."""
    return {"data": _profile(attributes, id_)}


def event(
    *,
    metric: str,
    unique_id: str,
    time: datetime,
    profile_attributes: Json,
    properties: Json,
    value: float | None = None,
    currency: str = "",
) -> Json:
    """Return the body for POST /api/events."""
    attributes: Json = {
        "properties": properties,
        "time": time.isoformat(),
        "unique_id": unique_id,
        "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
        "profile": {"data": _profile(profile_attributes)},
    }
    if value is not None:
        attributes |= {"value": value, "value_currency": currency}
    return {"data": {"type": "event", "attributes": attributes}}


def _profile(attributes: Json, id_: str = "") -> Json:
    identity = {"id": id_} if id_ else {}
    return {"type": "profile", **identity, "attributes": attributes}
