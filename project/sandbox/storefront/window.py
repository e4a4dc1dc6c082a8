"""What is in the shop window: products with their variants, prices and stock."""

from __future__ import annotations

from dataclasses import dataclass

from project.sandbox.commercetools import Shop, catalog, prices, stock
from project.sandbox.commercetools.documents import Json

MOST = 200  # the shop may hold a hundred thousand


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One colour of a product. `quantity` is None where nobody counts."""

    sku: str
    colour: str
    colour_name: str
    price: str
    quantity: int | None

    @property
    def is_sold_out(self) -> bool:
        """Whether there is none left."""
        return self.quantity == 0


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product with its variants, in English."""

    id: str
    slugs: frozenset[str]
    slug: str
    name: str
    description: str
    variants: tuple[Variant, ...]

    @property
    def sold_out(self) -> list[Variant]:
        """The variants of which there is none left."""
        return [variant for variant in self.variants if variant.is_sold_out]

    def variant(self, sku: str) -> Variant:
        """Return the variant with this SKU, else one that is sold out, else the first."""
        wanted = [variant for variant in self.variants if variant.sku == sku]
        return [*wanted, *self.sold_out, *self.variants][0]


def products(shop: Shop) -> list[Product]:
    """Return what can be seen, those with sold-out variants first."""
    entries = stock.by_sku(shop.held("inventory"))
    standalone = shop.held("standalone-prices")
    published = [one for one in shop.held("products") if one["masterData"]["published"]]
    shown = [_product(stock.stocked(one, entries), standalone) for one in published[:MOST]]
    return sorted(shown, key=lambda product: not product.sold_out)


def product(shop: Shop, slug: str) -> Product | None:
    """Return the product with this slug in any language, None if it cannot be seen."""
    return next((one for one in products(shop) if slug in one.slugs), None)


def _product(document: Json, standalone: list[Json]) -> Product:
    current = document["masterData"]["current"]
    return Product(
        id=document["id"],
        slugs=frozenset(current["slug"].values()),
        slug=current["slug"]["en"],
        name=current["name"]["en"],
        description=current["description"]["en"],
        variants=tuple(_variant(one, standalone) for one in catalog.variants(current)),
    )


def _variant(document: Json, standalone: list[Json]) -> Variant:
    colour = next(one["value"] for one in document["attributes"] if one["name"] == "color")
    cents = prices.price(document, standalone)["value"]["centAmount"]
    return Variant(
        sku=document["sku"],
        colour=colour["key"],
        colour_name=colour["label"]["en"],
        price=f"{cents // 100}.{cents % 100:02} €",
        quantity=document.get("availability", {}).get("availableQuantity"),
    )
