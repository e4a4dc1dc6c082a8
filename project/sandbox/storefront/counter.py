"""Behind the counter: goods come in, and what Klaviyo has heard of those who wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from project.sandbox.commercetools import Hook, Shop
from project.sandbox.commercetools.life import Asked, happen
from project.sandbox.commercetools.telling import tell
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo
from project.sandbox.storefront import window

ABOUT = "back in stock"  # what the names of the metrics have in common
LOOKED_AT, SHOWN = 1_000, 30
DELIVERIES = (1, 5, 30)
MOST = 1_000  # that come in at once


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An event in Klaviyo about somebody who waits. `links` are for a mail, by their names."""

    metric: str
    who: str
    sku: str
    name: str
    at: str
    links: dict[str, str]


def add_counter(pages: Blueprint, shop: Shop, hook: Hook | None, klaviyo: Klaviyo) -> None:
    """Add the page."""

    @pages.get("/counter/")
    def behind_the_counter() -> str:
        return render_template("storefront/counter.html", **_counter(shop, klaviyo))

    @pages.get("/counter/count")
    def count() -> str:
        return str(_count(klaviyo))

    @pages.post("/counter/")
    def restock() -> Redirect:
        sku = request.form.get("sku", "")
        quantity = request.form.get("quantity", 0, type=int)
        if not 0 <= quantity <= MOST or sku not in _known(shop):
            abort(400)
        _restock(shop, hook, sku, quantity)
        return redirect(url_for("storefront.behind_the_counter", sku=sku), 303)

    @pages.context_processor
    def choices() -> dict[str, Any]:
        return {"deliveries": DELIVERIES}


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
    return {"sku": sku, "rows": rows, "heard": _heard(klaviyo), "count": _count(klaviyo)}


def _known(shop: Shop) -> set[str]:
    return {variant.sku for product in window.products(shop) for variant in product.variants}


def _restock(shop: Shop, hook: Hook | None, sku: str, quantity: int) -> None:
    """Put so many on the shelf, where that is not in a supply channel, and let the shop tell it."""
    entries = [one for one in shop.held("inventory") if one["sku"] == sku]
    entry = next((one for one in entries if "supplyChannel" not in one), None)
    if entry:
        asked = Asked(id=entry["id"], quantity=quantity)
        what = happen(shop, "InventoryEntryQuantitySet", asked)
    else:
        what = happen(shop, "InventoryEntryCreated", Asked(fields={"sku": sku}, quantity=quantity))
    tell(shop, hook, what)


def _count(klaviyo: Klaviyo) -> int:
    """Return how many events there are about people who wait."""
    with klaviyo.looked_at() as account:
        counts = account.events.metrics.items()
        return sum(number for metric, number in counts if ABOUT in metric.lower())


def _heard(klaviyo: Klaviyo) -> list[Heard]:
    """Return the newest events about people who wait, the newest first."""
    with klaviyo.looked_at() as account:
        events = account.events.newest(LOOKED_AT)
        profiles = {event["profile_id"]: account.profiles[event["profile_id"]] for event in events}
    found = [event for event in events if ABOUT in event["metric"].lower()]
    return [_told(event, profiles[event["profile_id"]]) for event in found[:SHOWN]]


def _told(event: Json, profile: Json) -> Heard:
    said = event.get("properties") or {}
    links = {
        name: value
        for name, value in said.items()
        if name.endswith("URL") and "Image" not in name and str(value).startswith("http")
    }
    return Heard(
        metric=event["metric"],
        who=profile.get("email") or profile.get("phone_number") or "",
        sku=said.get("SKU", ""),
        name=said.get("ProductName", ""),
        at=(event.get("received_at") or "")[11:19],
        links=links,
    )
