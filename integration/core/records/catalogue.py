"""Categories, products and their stock."""

from __future__ import annotations

from dataclasses import dataclass, field

from integration.core.money import Money
from integration.core.records.base import Record
from integration.core.text import Localized


@dataclass(frozen=True, kw_only=True)
class CategoryChanged(Record):
    """A category as it is now. `path` are the names from the root down to its own."""

    path: tuple[Localized, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryDeleted(Record):
    """A category is gone."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """One of the prices of a variant; `country` is "" where it holds in all."""

    amount: Money
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One form of a product that can be bought. `stock` is None where nobody counts."""

    sku: str
    price: Money | None
    prices: tuple[Price, ...] = ()
    image: str = ""
    stock: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Record):
    """A product as shoppers see it now: these variants, the main one first, and no others.

    `category_ids` are those of its categories and of all above them.
    """

    name: Localized
    description: Localized = field(default_factory=dict)
    slug: Localized = field(default_factory=dict)
    price: Money | None = None
    prices: tuple[Price, ...] = ()
    image: str = ""
    category_ids: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProductUnpublished(Record):
    """A product is not to be seen by shoppers for the time being."""


@dataclass(frozen=True, kw_only=True)
class ProductDeleted(Record):
    """A product is gone."""


@dataclass(frozen=True, kw_only=True)
class StockChanged(Record):
    """How many of a SKU there are to sell now. `external_id` is the SKU.

    `occurred_at` is when the shop was read, by our clock: of two who read it, the later is right.
    `before` is None where the shop does not say; `after` is None where nobody counts any more.
    """

    before: int | None
    after: int | None

    @property
    def sku(self) -> str:
        """The SKU."""
        return self.external_id
