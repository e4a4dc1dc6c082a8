"""The waiting list as a list in the admin: its order, and what is counted a page at a time."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

from backinstock import demand
from backinstock.models import StockItem

ORDER = ("-people", "sku")


class WaitingList(ChangeList):
    """The list, with those who would take any variant of a product."""

    result_list: Any

    def _get_default_ordering(self) -> tuple[str, ...]:
        """What most people wait for first; the columns show it."""
        return ORDER

    def get_queryset(self, request: HttpRequest, *args: Any) -> QuerySet[StockItem]:
        """With who waits: for one variant alone that is not asked like this."""
        items = StockItem.objects.with_demand()
        self.root_queryset = items.defer("descriptions", "slugs")
        found: QuerySet[StockItem] = super().get_queryset(request, *args)
        return found

    def get_results(self, request: HttpRequest) -> None:
        """Count them for one page at a time."""
        super().get_results(request)
        items: list[Any] = list(self.result_list)
        others = demand.others_who_wait(items)
        for item in items:
            item.others = others[item.id]
        self.result_list = items
