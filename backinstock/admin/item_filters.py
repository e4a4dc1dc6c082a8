"""Filters of the waiting list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from backinstock.models.items import StockItemQuerySet

STANDINGS = {
    "sold_out": ("Sold out", Q(is_available=False)),
    "available": ("Available", Q(is_available=True, is_counted=True)),
    "not_counted": ("Not counted", Q(is_available=True, is_counted=False)),
    "not_known": ("Not known", Q(is_available=None)),
}


class WaitedForFilter(admin.SimpleListFilter):
    """What somebody waits for, unless all is asked for, or something is searched for."""

    title = "waited for"
    parameter_name = "waited"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.chosen = self.value() or ("all" if request.GET.get("q") else "yes")

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Both."""
        return [("yes", "By somebody"), ("all", "All variants")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Both, and not a third that says the same."""
        for value, title in self.lookup_choices:
            yield {
                "selected": value == self.chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those that somebody waits for, or all."""
        items = cast(StockItemQuerySet, queryset)
        return items if self.chosen == "all" else items.waited_for()


class StandingFilter(admin.SimpleListFilter):
    """Whether it is to be had."""

    title = "stock"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Each in words."""
        return [(name, words) for name, (words, _) in STANDINGS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those of which that is true."""
        value = self.value()
        return queryset.filter(STANDINGS[value][1]) if value in STANDINGS else queryset
