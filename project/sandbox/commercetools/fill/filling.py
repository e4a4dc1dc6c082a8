"""The shop filled with what was asked for, and emptied of it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from project.sandbox.commercetools import sample
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.fill import customers, orders, products
from project.sandbox.commercetools.fill.templates import Template, template
from project.sandbox.commercetools.shop import Filled, Shop

SKUS = 100_000  # the numbers in those of the n-th time begin at n times this


class Impossible(ValueError):
    """The shop lacks what it takes; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How many to add of each, and which share of them is bad."""

    orders: int = 0
    customers: int = 0
    products: int = 0
    seed: int = 1
    bad: float = 0.0


def fill(shop: Shop, wanted: Wanted) -> Json:
    """Add what is wanted. Returns how many came in, and which of them are bad, and why.

    Nobody is told, and nothing happens to any of it by itself. The same once more adds others.
    Raises Impossible.
    """
    with shop.lock:
        shop.filled.times += 1
        times = shop.filled.times
    random = Random(f"{wanted.seed}/{times}")  # noqa: S311 - must be the same every time
    tag = f"f{times}"
    crowd = customers.crowd(random, wanted.customers, wanted.bad, tag)
    shop.collection("customers").write(crowd.written)
    _remember(shop, "customers", crowd.written, crowd.bad)

    goods = products.products(random, wanted.products, shop.held("categories"), times * SKUS + 1)
    entries = products.entries(random, goods, shop.held("channels"))
    for kind, made in (("products", goods), ("inventory", entries)):
        shop.collection(kind).put_many(made)
        _remember(shop, kind, [each["id"] for each in made], {})

    sold = _sold(shop, random, wanted, tag)
    shop.collection("payments").write(sold.payments)  # first: whoever finds an order finds its own
    shop.collection("orders").write(sold.orders)
    _remember(shop, "payments", sold.payments, {})
    _remember(shop, "orders", sold.orders, sold.bad)
    added = {
        "customers": len(crowd.written),
        "products": len(goods),
        "inventory": len(entries),
        "orders": len(sold.orders),
        "payments": len(sold.payments),
    }
    return {"added": added, "bad": {"customers": crowd.bad, "orders": sold.bad}}


def empty(shop: Shop) -> Json:
    """Take away all that was ever filled in. Returns how many of it were still there."""
    with shop.lock:
        gone, shop.filled = shop.filled, Filled()
        removed = {kind: shop.collection(kind).remove_many(ids) for kind, ids in gone.ids.items()}
    return {"removed": removed}


def _sold(shop: Shop, random: Random, wanted: Wanted, tag: str) -> orders.Sales:
    if not wanted.orders:
        return orders.Sales()
    bad = shop.filled.bad.get("customers", {})
    people = shop.documents("customers") or []
    buyers = [orders.buyer(random, each) for each in people if each["id"] not in bad]
    if not buyers:
        raise Impossible("orders: the shop has no customers who could buy: add some")
    count = min(wanted.orders, orders.TEMPLATES)
    templates = list(_templates(shop, random, count))
    return orders.sales(random, wanted.orders, wanted.bad, tag, buyers, templates)


def _templates(shop: Shop, random: Random, count: int) -> Iterable[Template]:
    goods, standalone = shop.documents("products") or [], shop.held("standalone-prices")
    for _ in range(count):
        choices = sample.basket(random, goods, standalone)
        if not choices:
            raise Impossible("orders: nothing is for sale: add products")
        yield template(random, shop.shelf, choices)


def _remember(shop: Shop, kind: str, ids: Iterable[str], bad: dict[str, str]) -> None:
    with shop.lock:
        shop.filled.ids.setdefault(kind, []).extend(ids)
        shop.filled.bad.setdefault(kind, {}).update(bad)
