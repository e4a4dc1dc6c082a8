"""What Klaviyo's catalog holds of a product and of a variant."""

from __future__ import annotations

import json
from collections.abc import Sequence

from integration.core.exchange import StoreFacts
from integration.core.money import Money
from integration.core.records import Price, ProductChanged, Variant
from integration.core.rules import Json
from integration.core.text import Localized, localized
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.links import product_link

NO_LINK = "None"  # Klaviyo demands an address; this is what its own integration writes
COUNTED, NOT_COUNTED = 1, 0  # inventory_policy: hide when sold out, or never


def of_item(product: ProductChanged, store: StoreFacts) -> Json:
    """Return the attributes of a catalog item, as they create it."""
    return {
        "external_id": product.external_id,
        **_shown(product, store, sku=_first_sku(product)),
        **bodies.present(
            price=_number(product.price),
            image_full_url=product.image,
            custom_metadata=_metadata(product, product.prices),
        ),
        "published": True,
    }


def of_variant(variant: Variant, product: ProductChanged, store: StoreFacts) -> Json:
    """Return the attributes of a catalog variant, as they create it."""
    counted = variant.stock is not None
    return {
        "external_id": variant.sku,
        "sku": variant.sku,
        **_shown(product, store, sku=variant.sku),
        "inventory_quantity": variant.stock or 0,
        "inventory_policy": COUNTED if counted else NOT_COUNTED,
        **bodies.present(
            # Klaviyo wants a price on every variant; without any it is set aside for a person.
            price=_number(variant.price or product.price),
            image_full_url=variant.image or product.image,
            custom_metadata=_metadata(product, variant.prices or product.prices),
        ),
        "published": True,
    }


def _shown(product: ProductChanged, store: StoreFacts, sku: str) -> Json:
    title = localized(product.name, store.locale)
    words = {
        "slug": localized(product.slug, store.locale),
        "id": product.external_id,
        "sku": sku,
        "locale": store.locale,
    }
    return {
        "title": title,
        "description": localized(product.description, store.locale) or title,
        "url": product_link(store.settings["links"]["product"], words) or NO_LINK,
    }


def _first_sku(product: ProductChanged) -> str:
    return product.variants[0].sku if product.variants else ""


def _metadata(product: ProductChanged, prices: Sequence[Price]) -> Json:
    """Every language and currency, for templates; flat, as Klaviyo wants it: JSON in texts."""
    return bodies.present(
        title_json=_each("title", product.name),
        slug_json=_each("slug", product.slug),
        price_json=_text(
            {
                f"price_{price.country or price.amount.currency}": _number(price.amount)
                for price in prices
            }
        ),
        currency_json=_text(
            {
                f"currency_{price.country or price.amount.currency}": price.amount.currency
                for price in prices
            }
        ),
    )


def _each(name: str, texts: Localized) -> str:
    return _text({f"{name}_{locale}": text for locale, text in texts.items()})


def _text(values: Json) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _number(amount: Money | None) -> float | int | None:
    return amount.as_number() if amount else None
