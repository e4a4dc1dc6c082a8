"""Links into the storefront."""

from __future__ import annotations

from collections.abc import Mapping


def product_link(template: str, words: Mapping[str, str]) -> str:
    """Return the link with each {word} filled in; "" if one of its words is not known."""
    for word, text in words.items():
        place = "{" + word + "}"
        if place in template and not text:
            return ""
        template = template.replace(place, text)
    return template
