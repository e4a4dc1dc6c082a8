"""Words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

Localized = Mapping[str, str]


def localized(names: Localized, locale: str) -> str:
    """Return the text for `locale`, else for its language, else the first; "" if there is none."""
    if locale in names:
        return names[locale]
    language = locale.partition("-")[0]
    same = [text for code, text in names.items() if code.partition("-")[0] == language]
    return (same or list(names.values()) or [""])[0]
