"""What a shop told, as it waits in the outbox, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from backinstock import purchases, signups, stock
from backinstock.models import Restock, StockLevel
from backinstock.people import person_of
from integration.core.mailboxes import as_kept
from integration.core.money import Money
from integration.core.records import ProductChanged, Variant
from integration.core.rules import Json
from integration.models import Store

__all__ = [
    "Restock",
    "describe_product",
    "forget_person",
    "note_purchase",
    "note_stock",
    "withdraw_product",
    "written",
]


def written(product: ProductChanged) -> Json:
    """Return what alerts say of a product, as JSON."""
    return {
        "product_id": product.external_id,
        "at": product.occurred_at.isoformat(),
        "version": product.version,
        "names": dict(product.name),
        "descriptions": dict(product.description),
        "slugs": dict(product.slug),
        "image": product.image,
        "price": _amount(product.price),
        "variants": [
            {
                "sku": variant.sku,
                "image": variant.image,
                "stock": variant.stock,
                "price": _amount(variant.price),
            }
            for variant in product.variants
        ],
    }


def note_stock(store_id: int, body: Json) -> list[Restock]:
    """Note the stock of a SKU, as of when the shop was read. Return the restocks that open."""
    source, at = StockLevel.Source.SHOP, datetime.fromisoformat(body["at"])
    restock = stock.note_stock(_store(store_id), body["sku"], body["quantity"], source, at=at)
    return [restock] if restock else []


def describe_product(store_id: int, body: Json) -> list[Restock]:
    """Note what a product is. Return the restocks that open: it may have been hidden before."""
    variants = tuple(
        Variant(
            sku=variant["sku"],
            price=_money(variant["price"]),
            image=variant["image"],
            stock=variant["stock"],
        )
        for variant in body["variants"]
    )
    product = ProductChanged(
        external_id=body["product_id"],
        occurred_at=datetime.fromisoformat(body["at"]),
        version=body["version"],
        name=body["names"],
        description=body["descriptions"],
        slug=body["slugs"],
        image=body["image"],
        price=_money(body["price"]),
        variants=variants,
    )
    return stock.describe(_store(store_id), product)


def withdraw_product(store_id: int, body: Json) -> list[Restock]:
    """Note that shoppers do not see a product. Nothing opens."""
    stock.withdraw(_store(store_id), body["product_id"])
    return []


def note_purchase(store_id: int, body: Json) -> list[Restock]:
    """Note who bought what. Nothing opens."""
    persons = {
        person_of(store_id, email, phone)
        for email, phone in ((as_kept(body["email"]), ""), ("", body["phone"]))
        if email or phone
    }
    at = datetime.fromisoformat(body["at"])
    purchases.note_purchase(store_id, persons, body["skus"], body["product_ids"], at)
    return []


def forget_person(store_id: int, body: Json) -> list[Restock]:
    """Take a person off the lists and forget the address. Nothing opens."""
    person = person_of(store_id, as_kept(body["email"]), "")
    signups.erase(_store(store_id), person)
    return []


def _store(store_id: int) -> Store:
    return Store.objects.get(id=store_id)


def _amount(money: Money | None) -> Mapping[str, str] | None:
    return {"amount": str(money.amount), "currency": money.currency} if money else None


def _money(amount: Mapping[str, str] | None) -> Money | None:
    return Money(Decimal(amount["amount"]), amount["currency"]) if amount else None
