"""The settings of a store as they are read: in words, and what is to be thought of."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from integration import registry
from integration.admin.settings_schema import same, sections
from integration.core.rules import Json
from integration.models import Store


def shown_settings(store: Store) -> SafeString:
    """Return what a store chose, and what it left as we propose, section by section."""
    complete = registry.complete_settings(store.settings)
    shown = [
        {
            "title": section.title,
            "lines": [
                {
                    "label": leaf.label,
                    "words": leaf.words(leaf.of(complete)),
                    "is_chosen": not same(leaf.of(complete), leaf.default),
                }
                for row in section.rows
                for leaf in row
            ],
        }
        for section in sections()
    ]
    return render_to_string("admin/integration/store/settings.html", {"sections": shown})


def advice(store: Store) -> list[str]:
    """Return sentences about what is worth setting and is not."""
    settings = registry.complete_settings(store.settings)
    return [_MISSING_LINK] if _lacks_product_link(settings) else []


_MISSING_LINK = (
    "Products have no link in Klaviyo yet: fill in “Address of a product” under “Links”, for "
    "example https://www.my-shop.com/{locale}/{slug}."
)


def _lacks_product_link(settings: Json) -> bool:
    return bool(settings.get("links", {}).get("product") == "")
