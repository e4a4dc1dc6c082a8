"""Links into the storefront."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote


def product_link(template: str, words: Mapping[str, str]) -> str:
    """Return the link with each {word} filled in and encoded; "" if one of them is not known."""
    for word, text in words.items():
        place = "{" + word + "}"
        if place not in template:
            continue
        if not text:
            return ""
        template = template.replace(place, quote(text, safe=""))
    return template
