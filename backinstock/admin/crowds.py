"""“12 people wait for …”: what a store wanted to be told of, where people look first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backinstock import demand
from backinstock.admin import words
from backinstock.admin.permissions import may_see_list
from backinstock.models import StockItem
from integration.admin.overview import overview


def told() -> list[tuple[str, StockItem]]:
    """Return who waits for what, of all stores."""
    return [(words.wait(crowd.people), crowd.item) for crowd in demand.crowds()]


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the admin's start page, with this on it."""
    return {**overview(request, context), "crowds": told() if may_see_list(request) else []}
