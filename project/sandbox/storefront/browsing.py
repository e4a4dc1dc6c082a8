"""Looking around: home, categories, products, the search."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from project.sandbox.commercetools import Shop
from project.sandbox.storefront import said, window

LOCALES = {"en-GB": "English", "de-DE": "Deutsch", "fr-FR": "Français", "es-ES": "Español"}
LONGEST_SEARCH = 100


def add_browsing(pages: Blueprint, shop: Shop) -> None:
    """Add them."""

    @pages.get("/")
    def home() -> str:
        return render_template("storefront/home.html", products=window.products(shop))

    @pages.get("/category/<slug>/")
    def category(slug: str) -> str:
        known = window.categories(shop)
        shown = next((one for one in known if one.slug == slug), None) or abort(404)
        inside = [one for one in window.products(shop) if shown in one.categories]
        below = [one for one in known if one.above[-1:] == (shown.id,)]
        address = url_for("storefront.category", slug=shown.slug, _external=True)
        return render_template(
            "storefront/category.html",
            category=shown,
            below=below,
            products=inside,
            address=address,
        )

    @pages.get("/search/")
    def search() -> str:
        term = request.args.get("q", "").strip()[:LONGEST_SEARCH]
        found = [one for one in window.products(shop) if term and _matches(one, term)]
        return render_template("storefront/search.html", term=term, products=found)

    @pages.get("/<slug>/")
    def product(slug: str) -> str:
        shown = window.product(shop, slug) or abort(404)
        return render_template("storefront/product.html", product=shown, **_chosen(shown))


def _matches(product: window.Product, term: str) -> bool:
    text = f"{product.name} {product.brand} {product.description}".lower()
    return all(word in text for word in term.lower().split())


def _chosen(product: window.Product) -> dict[str, Any]:
    locale = request.args.get("locale", "")
    variant = product.variant(request.args.get("sku", ""))
    return {
        "variant": variant,
        "viewed": said.product(product, variant),
        "locales": LOCALES,
        "locale": locale if locale in LOCALES else next(iter(LOCALES)),
    }
