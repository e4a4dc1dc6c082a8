"""The sample shop: the same seed makes the same shop, to the last id."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

from project.sandbox.commercetools import (
    catalog,
    orders,
    payments,
    people,
    prices,
    stock,
    stores,
)
from project.sandbox.commercetools.documents import Json, new_id
from project.sandbox.commercetools.lines import Choice, Shelf

FIRST_ORDER = datetime(2025, 10, 1, 7, 15, tzinfo=UTC)
STILL_MOVING = 12  # the newest orders are not yet complete

Shelves = dict[str, list[Json]]  # by the kind in the URL


def shelf(random: Random) -> Shelf:
    """Return what orders refer to."""
    return Shelf(new_id(random), new_id(random), new_id(random), new_id(random))


def fill(random: Random, shelf: Shelf, customers: int, orders: int) -> Shelves:
    """Return everything that the shop holds when it opens."""
    categories = catalog.categories(random)
    products = catalog.products(random, categories)
    bought_by = people.customers(random, customers)
    made = _orders(random, shelf, bought_by, products, orders)
    entries = stock.entries(random, products)
    on_stock = stock.by_sku(entries)
    channels = stores.channels(random)
    return {
        "categories": categories,
        "standalone-prices": prices.standalone(random, products),
        "products": [prices.without_embedded(product) for product in products],
        "channels": channels,
        "stores": stores.stores(random, channels),
        "inventory": [
            *entries,
            *stock.entries_in_channels(random, entries, stores.suppliers(channels)),
        ],
        "customers": bought_by,
        "discount-codes": prices.discount_codes(random, shelf),
        "orders": [_with_stock(order, on_stock) for order, _ in made],
        "payments": [payment for _, payment in made],
        "subscriptions": [],
    }


def basket(random: Random, products: list[Json], standalone: list[Json]) -> list[Choice]:
    """Return one to four different things to buy, none if nothing is for sale."""
    published = [product for product in products if product["masterData"]["published"]]
    for_sale = [product for product in published if _on_stock(product)]
    count = random.choice([1, 1, 2, 2, 3, 4])
    chosen = random.sample(for_sale, min(count, len(for_sale)))
    return [_choice(random, product, standalone) for product in chosen]


def lived(order: Json, steps: Iterable[str], moment: datetime) -> Json:
    """Return an order of this moment after it reached these states, one a day."""
    for days, state in enumerate(steps, 1):
        order = orders.moved(order, state, moment + timedelta(days=days))
    return order


def _choice(random: Random, product: Json, standalone: list[Json]) -> Choice:
    variant = random.choice(_on_stock(product))
    price = prices.price(variant, standalone)
    return Choice(product, variant, price, random.choice([1, 1, 1, 2, 3]))


def _on_stock(product: Json) -> list[Json]:
    """The variants that can be bought: those that are not counted are always there."""
    return [
        variant
        for variant in catalog.variants(product["masterData"]["current"])
        if variant.get("availability", {}).get("isOnStock", True)
    ]


def _orders(
    random: Random, shelf: Shelf, customers: list[Json], products: list[Json], count: int
) -> list[tuple[Json, Json]]:
    made = []
    for place in range(count):
        moment = FIRST_ORDER + timedelta(hours=53 * place, minutes=random.randint(0, 90))
        customer, choices = random.choice(customers), basket(random, products, [])
        order, payment = orders.order(
            random, shelf, customer, choices, f"SW-{10001 + place}", moment
        )
        steps = _steps(random, count - place)
        order = lived(order, steps, moment)
        if payments.is_charged(payment) and "Cancelled" in steps:
            cents = order["totalPrice"]["centAmount"]
            payment = payments.refunded(random, payment, cents, moment + timedelta(days=3))
        elif payments.is_charged(payment) and random.random() < 0.1:
            cents = order["lineItems"][0]["totalPrice"]["centAmount"] // 2
            payment = payments.refunded(random, payment, cents, moment + timedelta(days=9))
        made.append((order, payment))
    return made


def _with_stock(order: Json, entries: stock.Entries) -> Json:
    sold = [
        {**line, "variant": stock.with_stock(line["variant"], entries)}
        for line in order["lineItems"]
    ]
    return {**order, "lineItems": sold}


def _steps(random: Random, newness: int) -> list[str]:
    if newness <= STILL_MOVING // 2:
        return []
    if newness <= STILL_MOVING:
        return ["Confirmed"]
    return ["Cancelled"] if random.random() < 0.1 else ["Confirmed", "Complete"]
