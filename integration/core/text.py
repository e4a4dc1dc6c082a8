"""Words: in the reader's language, and such that they can be stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

Localized = Mapping[str, str]


def localized(names: Localized, locale: str) -> str:
    """Return the text for `locale`, else for its language, else the first; "" if there is none."""
    if locale in names:
        return names[locale]
    language = locale.partition("-")[0]
    same = [text for code, text in names.items() if code.partition("-")[0] == language]
    return (same or list(names.values()) or [""])[0]


def parsed(content: bytes) -> Any:
    """Return what JSON says, as PostgreSQL can keep it. Raises ValueError for what is not JSON."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return storable(json.loads(content))  # it bears half characters, and other alphabets
    # A NUL can only be written like this, and to look at every text takes longer than to parse.
    return storable(value) if b"\\u0000" in content else value


def storable(value: Any) -> Any:
    """Return the value as PostgreSQL can keep it: no NUL and no half character in its texts."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value


def without_nulls(value: Any) -> Any:
    """Return the value without what is null in it: null and absent mean the same to us."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return value
