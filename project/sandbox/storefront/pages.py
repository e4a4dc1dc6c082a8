"""The pages. Their policy is that of a careful shop, so that the widget proves itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from project.sandbox.commercetools import Hook, Shop
from project.sandbox.klaviyo.service import Klaviyo
from project.sandbox.storefront import counter, window

LOCALES = {"en-GB": "English", "de-DE": "Deutsch", "fr-FR": "Français", "es-ES": "Español"}
DELIVERIES = (1, 5, 30)
MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Storewire:
    """Where the widget is, and what the shop is called there. Without a url there is none."""

    url: str = ""
    store: str = "demo"


def blueprint(shop: Shop, hook: Hook | None, klaviyo: Klaviyo, storewire: Storewire) -> Blueprint:
    """Return all pages."""
    pages = Blueprint("storefront", __name__, template_folder="templates", static_folder="static")

    @pages.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _policy(storewire.url)
        return response

    @pages.get("/")
    def home() -> str:
        return render_template("storefront/home.html", products=window.products(shop))

    @pages.get("/<slug>/")
    def product(slug: str) -> str:
        shown = window.product(shop, slug) or abort(404)
        return render_template("storefront/product.html", product=shown, **_chosen(shown))

    @pages.get("/counter/")
    def behind_the_counter() -> str:
        return render_template("storefront/counter.html", **_counter(shop, klaviyo))

    @pages.get("/counter/count")
    def count() -> str:
        return str(counter.count(klaviyo))

    @pages.post("/counter/")
    def restock() -> Redirect:
        sku = request.form.get("sku", "")
        quantity = request.form.get("quantity", 0, type=int)
        if not 0 <= quantity <= MOST or sku not in _known(shop):
            abort(400)
        counter.restock(shop, hook, sku, quantity)
        return redirect(url_for("storefront.behind_the_counter", sku=sku), 303)

    @pages.context_processor
    def always() -> dict[str, Any]:
        return {"storewire": storewire, "locales": LOCALES, "deliveries": DELIVERIES}

    return pages


def _chosen(product: window.Product) -> dict[str, Any]:
    locale = request.args.get("locale", "")
    return {
        "variant": product.variant(request.args.get("sku", "")),
        "locale": locale if locale in LOCALES else next(iter(LOCALES)),
    }


def _counter(shop: Shop, klaviyo: Klaviyo) -> dict[str, Any]:
    """The variants that are sold out or were chosen, and what Klaviyo has heard."""
    sku = request.args.get("sku", "")
    rows = [
        (product, variant)
        for product in window.products(shop)
        for variant in product.variants
        if variant.is_sold_out or variant.sku == sku
    ]
    rows.sort(key=lambda row: row[1].sku != sku)
    heard = counter.heard(klaviyo)
    return {"sku": sku, "rows": rows, "heard": heard, "count": counter.count(klaviyo)}


def _known(shop: Shop) -> set[str]:
    return {variant.sku for product in window.products(shop) for variant in product.variants}


def _policy(storewire: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' {storewire}; connect-src 'self' {storewire}; "
        "style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
