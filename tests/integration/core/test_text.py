"""Names come in the store's language where there is one."""

from __future__ import annotations

import pytest

from integration.core.text import localized


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("de-AT", "Zelt (AT)"), ("de-DE", "Zelt"), ("en-GB", "Tent"), ("fr", "Zelt")],
)
def test_the_exact_locale_else_the_language_else_the_first(locale: str, expected: str):
    names = {"de": "Zelt", "de-AT": "Zelt (AT)", "en": "Tent"}

    assert localized(names, locale) == expected


def test_no_names_is_no_text():
    assert localized({}, "en") == ""
