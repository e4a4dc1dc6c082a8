"""From the cart to the order."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Redirect

from project.sandbox.commercetools import Hook, Shop, catalog, prices
from project.sandbox.commercetools.life.sales import is_bought
from project.sandbox.commercetools.lines import Choice
from project.sandbox.commercetools.telling import tell
from project.sandbox.storefront import said, visit, window
from project.sandbox.storefront.joining import given_email

ADDED = "added"  # what was put into the cart, for the cart page to tell
ORDERED = "ordered"  # the number of the last order


def add_buying(pages: Blueprint, shop: Shop, hook: Hook | None) -> None:
    """Add the pages."""
    _add_cart(pages, shop)
    _add_checkout(pages, shop, hook)


def _add_cart(pages: Blueprint, shop: Shop) -> None:
    @pages.get("/cart/")
    def cart() -> str:
        held = visit.cart()
        inside = said.lines(held, window.products(shop))
        return render_template("storefront/cart.html", **_shown(inside), added=_added(held, inside))

    @pages.post("/cart/")
    def put_into_cart() -> Redirect:
        sku, quantity = request.form.get("sku", ""), request.form.get("quantity", 1, type=int)
        held = visit.cart()
        variants = {one.sku: one for product in window.products(shop) for one in product.variants}
        if sku not in variants or variants[sku].is_sold_out:
            abort(400, "This is not for sale.")
        if not 1 <= quantity <= visit.MOST_PIECES or len(held.quantities) >= visit.MOST_LINES:
            abort(400, "This is more than fits into a cart.")
        held.put(sku, quantity)
        session[ADDED] = [sku, quantity]
        return redirect(url_for("storefront.cart"), 303)

    @pages.post("/cart/remove/")
    def remove_from_cart() -> Redirect:
        held = visit.cart()
        if request.form.get("sku", "") in held.quantities:
            held.remove(request.form["sku"])
        return redirect(url_for("storefront.cart"), 303)


def _add_checkout(pages: Blueprint, shop: Shop, hook: Hook | None) -> None:
    @pages.get("/checkout/")
    def checkout() -> str:
        held = visit.cart()
        inside = said.lines(held, window.products(shop))
        begins = bool(inside) and held.check_out()
        started = said.checkout(held, inside) if begins else None
        return render_template("storefront/checkout.html", **_shown(inside), started=started)

    @pages.post("/checkout/who/")
    def say_who() -> Redirect:
        visit.know({**visit.visitor(), "email": given_email()})
        return redirect(url_for("storefront.checkout"), 303)

    @pages.post("/checkout/order/")
    def order() -> Redirect:
        choices = _choices(shop, visit.cart())
        if not choices or not visit.visitor():
            return redirect(url_for("storefront.checkout"), 303)
        what = is_bought(shop, _buyer(), choices)
        tell(shop, hook, what)
        visit.forget_cart()
        session[ORDERED] = what.document["orderNumber"]
        return redirect(url_for("storefront.thanks"), 303)

    @pages.get("/checkout/thanks/")
    def thanks() -> str:
        return render_template("storefront/thanks.html", number=session.get(ORDERED, ""))


def _shown(inside: list[said.Line]) -> dict[str, Any]:
    return {"lines": inside, "sum": said.total(inside)}


def _added(held: visit.Cart, inside: list[said.Line]) -> dict[str, Any] | None:
    """What the cart page tells after something was put into the cart; the first time only."""
    sku, quantity = session.pop(ADDED, ("", 0))
    line = next((one for one in inside if one.variant.sku == sku), None)
    return said.added(line, quantity, held, inside) if line else None


def _buyer() -> dict[str, Any]:
    """The visitor by the shop's own names."""
    names = {"email": "email", "firstName": "first_name", "lastName": "last_name"}
    known = visit.visitor()
    return {ours: known[theirs] for ours, theirs in names.items() if theirs in known}


def _choices(shop: Shop, held: visit.Cart) -> list[Choice]:
    standalone = shop.held("standalone-prices")
    return [
        Choice(product, variant, prices.price(variant, standalone), held.quantities[variant["sku"]])
        for product in shop.documents("products") or []
        if product["masterData"]["published"]
        for variant in catalog.variants(product["masterData"]["current"])
        if variant["sku"] in held.quantities
    ]
