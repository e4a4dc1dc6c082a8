"""What is in the shop window: products with their variants, prices and stock, by categories."""

from __future__ import annotations

from dataclasses import dataclass

from project.sandbox.commercetools import Shop, catalog, prices, stock
from project.sandbox.commercetools.documents import Json

MOST = 200  # the shop may hold a hundred thousand


def euros(cents: int) -> str:
    """Return an amount as people read it."""
    return f"{cents // 100}.{cents % 100:02} €"


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category, in English. `above` are the ids of those that it is in."""

    id: str
    slug: str
    name: str
    above: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One colour of a product. `quantity` is None where nobody counts."""

    sku: str
    colour: str
    colour_name: str
    cents: int
    image_url: str
    quantity: int | None

    @property
    def price(self) -> str:
        """What it costs."""
        return euros(self.cents)

    @property
    def is_sold_out(self) -> bool:
        """Whether there is none left."""
        return self.quantity == 0


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product with its variants, in English. Its categories are named from the top down."""

    id: str
    slugs: frozenset[str]
    slug: str
    name: str
    description: str
    brand: str
    categories: tuple[Category, ...]
    variants: tuple[Variant, ...]

    @property
    def sold_out(self) -> list[Variant]:
        """The variants of which there is none left."""
        return [variant for variant in self.variants if variant.is_sold_out]

    def variant(self, sku: str) -> Variant:
        """Return the variant with this SKU, else one that is sold out, else the first."""
        wanted = [variant for variant in self.variants if variant.sku == sku]
        return [*wanted, *self.sold_out, *self.variants][0]


def categories(shop: Shop) -> list[Category]:
    """Return all categories, as the shop orders them."""
    held = sorted(shop.held("categories"), key=lambda one: str(one.get("orderHint", "")))
    return [
        Category(
            id=one["id"],
            slug=_english(one["slug"]),
            name=_english(one["name"]),
            above=tuple(each["id"] for each in one["ancestors"]),
        )
        for one in held
    ]


def products(shop: Shop) -> list[Product]:
    """Return what can be seen, those with sold-out variants first."""
    entries = stock.by_sku(shop.held("inventory"))
    standalone = shop.held("standalone-prices")
    known = {category.id: category for category in categories(shop)}
    published = [one for one in shop.held("products") if one["masterData"]["published"]]
    shown = [_product(stock.stocked(one, entries), standalone, known) for one in published[:MOST]]
    return sorted(shown, key=lambda product: not product.sold_out)


def product(shop: Shop, slug: str) -> Product | None:
    """Return the product with this slug in any language, None if it cannot be seen."""
    return next((one for one in products(shop) if slug in one.slugs), None)


def _product(document: Json, standalone: list[Json], known: dict[str, Category]) -> Product:
    current = document["masterData"]["current"]
    variants = catalog.variants(current)
    return Product(
        id=document["id"],
        slugs=frozenset(current["slug"].values()),
        slug=current["slug"]["en"],
        name=current["name"]["en"],
        description=current["description"]["en"],
        brand=str(_attribute(variants[0], "brand")),
        categories=_path(current["categories"], known),
        variants=tuple(_variant(one, standalone) for one in variants),
    )


def _path(references: list[Json], known: dict[str, Category]) -> tuple[Category, ...]:
    """The categories of a product with those above them. Deleted ones are left out."""
    own = [known[each["id"]] for each in references if each["id"] in known]
    ids = [id_ for each in own for id_ in (*each.above, each.id)]
    return tuple(known[id_] for id_ in dict.fromkeys(ids) if id_ in known)


def _variant(document: Json, standalone: list[Json]) -> Variant:
    colour = _attribute(document, "color")
    images = document.get("images") or [{"url": ""}]
    return Variant(
        sku=document["sku"],
        colour=colour["key"],
        colour_name=colour["label"]["en"],
        cents=prices.price(document, standalone)["value"]["centAmount"],
        image_url=images[0]["url"],
        quantity=document.get("availability", {}).get("availableQuantity"),
    )


def _attribute(variant: Json, name: str) -> Json:
    value: Json = next(one["value"] for one in variant["attributes"] if one["name"] == name)
    return value


def _english(texts: Json) -> str:
    return str(texts.get("en") or next(iter(texts.values())))
