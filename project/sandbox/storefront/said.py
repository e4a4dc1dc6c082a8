"""What the pages tell the script, in the words of Klaviyo's flows."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from project.sandbox.commercetools import orders
from project.sandbox.commercetools.documents import Json
from project.sandbox.storefront.visit import Cart
from project.sandbox.storefront.window import Product, Variant, euros


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a cart."""

    product: Product
    variant: Variant
    quantity: int

    @property
    def cents(self) -> int:
        """What all pieces cost."""
        return self.variant.cents * self.quantity

    @property
    def total(self) -> str:
        """The same, as people read it."""
        return euros(self.cents)


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What a cart costs, as people read it."""

    goods: str
    shipping: str
    total: str


def lines(cart: Cart, products: list[Product]) -> list[Line]:
    """Return what is in the cart, without what is no longer for sale."""
    by_sku = {one.sku: (product, one) for product in products for one in product.variants}
    return [
        Line(product=by_sku[sku][0], variant=by_sku[sku][1], quantity=quantity)
        for sku, quantity in cart.quantities.items()
        if sku in by_sku
    ]


def total(inside: list[Line]) -> Sum:
    """Return what these lines cost."""
    goods = sum(line.cents for line in inside)
    shipping = orders.shipping_cents(goods)
    return Sum(goods=euros(goods), shipping=euros(shipping), total=euros(goods + shipping))


def product(shown: Product, variant: Variant) -> Json:
    """Return what a product page says."""
    return {**_product(shown, variant), "Brand": shown.brand}


def added(line: Line, quantity: int, cart: Cart, inside: list[Line]) -> Json:
    """Return what a cart page says after something was put into the cart."""
    return {**_product(line.product, line.variant), "Quantity": quantity, **_cart(cart, inside)}


def checkout(cart: Cart, inside: list[Line]) -> Json:
    """Return what the checkout says."""
    return {"CheckoutID": cart.checkout_id, **_cart(cart, inside)}


def _product(shown: Product, variant: Variant) -> Json:
    return {
        "ProductName": shown.name,
        "ProductID": shown.id,
        "SKU": variant.sku,
        "Categories": [category.name for category in shown.categories],
        "ImageURL": variant.image_url,
        "URL": _address(shown, variant),
        "Price": variant.cents / 100,
    }


def _cart(cart: Cart, inside: list[Line]) -> Json:
    return {
        "CartID": cart.id,
        "CartVersion": cart.version,
        "CheckoutURL": url_for("storefront.checkout", _external=True),
        "$value": sum(line.cents for line in inside) / 100,
        "Items": [_item(line) for line in inside],
    }


def _item(line: Line) -> Json:
    return {
        "ProductID": line.product.id,
        "SKU": line.variant.sku,
        "ProductName": line.product.name,
        "Quantity": line.quantity,
        "ItemPrice": line.variant.cents / 100,
        "RowTotal": line.cents / 100,
        "ProductURL": _address(line.product, line.variant),
        "ImageURL": line.variant.image_url,
        "ProductCategories": [category.name for category in line.product.categories],
    }


def _address(shown: Product, variant: Variant) -> str:
    return url_for("storefront.product", slug=shown.slug, sku=variant.sku, _external=True)
