"""The pages. Their policy is that of a careful shop, so that widget and script prove themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from project.sandbox.commercetools import Hook, Shop
from project.sandbox.klaviyo.service import Klaviyo
from project.sandbox.storefront import visit, window
from project.sandbox.storefront.browsing import add_browsing
from project.sandbox.storefront.buying import add_buying
from project.sandbox.storefront.counter import add_counter
from project.sandbox.storefront.joining import add_joining

KLAVIYO = "static.klaviyo.com"  # without a scheme: that of the page, or https
MOST_CATEGORIES = 8  # at the top of a page; in a running shop there are more every hour


@dataclass(frozen=True, kw_only=True)
class Storewire:
    """Where the widget and the script are, and what they are told. Without a url there are none.

    `own_klaviyo_js` is the address of a klaviyo.js that the pages bring themselves, if they do.
    """

    url: str = ""
    store: str = "demo"
    company: str = "SANDBX"
    send: str = "both"
    consent: str = "none"
    own_klaviyo_js: str = ""


def blueprint(shop: Shop, hook: Hook | None, klaviyo: Klaviyo, storewire: Storewire) -> Blueprint:
    """Return all pages."""
    pages = Blueprint("storefront", __name__, template_folder="templates", static_folder="static")
    add_browsing(pages, shop)
    add_buying(pages, shop, hook)
    add_joining(pages, shop)
    add_counter(pages, shop, hook, klaviyo)

    @pages.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _policy(storewire.url)
        if response.mimetype == "text/html":
            # A page tells the script some things once: the way back must not tell them again.
            response.headers["Cache-Control"] = "no-store"
        return response

    @pages.context_processor
    def always() -> dict[str, Any]:
        topmost = [category for category in window.categories(shop) if not category.above]
        return {
            "storewire": storewire,
            "topmost": topmost[:MOST_CATEGORIES],
            "visitor": visit.visitor(),
            "pieces": sum(visit.cart().quantities.values()),
            "said_now": visit.said_now,
        }

    return pages


def _policy(storewire: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' {storewire} {KLAVIYO}; "
        f"connect-src 'self' {storewire}; style-src 'self'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
