"""The words of the forms and pages, in every language that we have. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backinstock.texts import de, en, es, fr

BY_LANGUAGE: dict[str, dict[str, str]] = {
    "en": en.TEXTS,
    "de": de.TEXTS,
    "fr": fr.TEXTS,
    "es": es.TEXTS,
}
FALLBACK = "en"
OF_PAGES = ("leave_", "left_", "mine_", "confirm_", "page_")  # what no form needs


def language_of(locales: Iterable[str]) -> str:
    """Return the first language that we have, of locales like "de-AT" in order of preference."""
    for locale in locales:
        language = locale.replace("_", "-").split("-")[0].lower()
        if language in BY_LANGUAGE:
            return language
    return FALLBACK


def texts(language: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return all words in a language. `chosen` are a store's own, by "de.button"."""
    start = f"{language}."
    own = {name[len(start) :]: text for name, text in chosen.items() if name.startswith(start)}
    return {**BY_LANGUAGE[language], **own}


def of_forms(words: Mapping[str, str]) -> dict[str, str]:
    """Return those that a form needs."""
    return {name: text for name, text in words.items() if not name.startswith(OF_PAGES)}


def in_language(language: str, chosen: Mapping[str, str], *others: str) -> str:
    """Return a store's own text in a language, or else in the first of the others that it has."""
    return next((chosen[one] for one in (language, *others) if chosen.get(one)), "")
