"""A range of hundreds of products, with what is on stock of them."""

from __future__ import annotations

from random import Random

from project.sandbox.commercetools import catalog, stock, stores
from project.sandbox.commercetools.documents import Json, new_id
from project.sandbox.commercetools.words import PRODUCTS, Row

EDITIONS = ("Mark", "Edition", "Series", "Model")


def products(random: Random, count: int, categories: list[Json], first: int) -> list[Json]:
    """Return so many new products of the shop's categories; `first` is in the first one's SKUs."""
    by_key = {category.get("key"): category["id"] for category in categories}
    rows = [(key, row) for key, rows in PRODUCTS.items() for row in rows if key in by_key]
    types = new_id(random), new_id(random)
    made = []
    for number in range(first, first + count if rows else first):
        key, row = random.choice(rows)
        edition = _edition(row, f"{random.choice(EDITIONS)} {number}", random.randint(-3, 6))
        made.append(catalog.product(random, edition, by_key[key], types, number=number))
    return made


def entries(random: Random, products: list[Json], channels: list[Json]) -> list[Json]:
    """Return what is on stock of the products, without a channel and in some."""
    plain = stock.entries(random, products)
    suppliers = stores.suppliers(channels)
    if not suppliers:
        return plain
    return [*plain, *stock.entries_in_channels(random, plain, suppliers)]


def _edition(row: Row, name: str, dearer: int) -> Row:
    en, de, brand, cents = row
    return f"{en} {name}", f"{de} {name}", brand, cents + cents * dearer // 20
