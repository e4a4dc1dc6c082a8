"""How an upsert changes a profile: null clears, absent leaves, and the patch operators."""

from __future__ import annotations

from typing import Any

from project.sandbox.klaviyo.schemas import Json

NESTED = ("location", "properties")  # their keys are merged one by one


def patched(profile: Json, document: Json) -> Json:
    """Return the profile after this body's attributes and its meta; the old one stays as it was."""
    made = dict(profile)
    for name, value in document["attributes"].items():
        if name in NESTED and value is not None:
            made[name] = {**(made.get(name) or {}), **value}
        elif name != "meta":
            made[name] = value
    operators = (document.get("meta") or {}).get("patch_properties") or {}
    if operators:
        made["properties"] = _operated(made.get("properties") or {}, operators)
    return made


def without_nulls(attributes: Json) -> Json:
    """Return the attributes of a profile that say something."""
    made = {name: value for name, value in attributes.items() if value is not None}
    for name in NESTED:
        if name in made:
            made[name] = {key: value for key, value in made[name].items() if value is not None}
    return made


def _operated(properties: Json, operators: Json) -> Json:
    made = dict(properties)
    for name, value in (operators.get("append") or {}).items():
        held = _listed(made.get(name))
        made[name] = [*held, *(item for item in _listed(value) if item not in held)]
    for name, value in (operators.get("unappend") or {}).items():
        gone = _listed(value)
        made[name] = [item for item in _listed(made.get(name)) if item not in gone]
    unset = operators.get("unset") or []
    for name in [unset] if isinstance(unset, str) else unset:
        made.pop(name, None)
    return made


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
