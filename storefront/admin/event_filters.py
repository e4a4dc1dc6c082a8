"""Filters of the list of what browsers told, and a count of it that does not take long."""

from __future__ import annotations

from functools import cached_property

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from integration.models import Connection, Store
from integration.sources.storefront.notices import IDENTIFY, KIND, NAMED, TRACK
from storefront.admin.words import SAYS_WHO
from storefront.models import BrowserEvent

MOST_COUNTED = 10_000  # hundreds come in a second, and nobody turns that many pages


def connections(store_id: int | None = None) -> list[int]:
    """Return the ids of the storefronts' connections, of all stores or of one.

    They are looked up first: no index is used where messages are filtered through a join.
    """
    of = Connection.objects.filter(kind=KIND)
    if store_id is not None:
        of = of.filter(store_id=store_id)
    return list(of.values_list("id", flat=True))


class RecentPaginator(Paginator):
    """Counts the newest only: a list must not wait for millions to be counted."""

    @cached_property
    def count(self) -> int:
        """How many there are, as far as it matters."""
        newest: QuerySet[BrowserEvent] = self.object_list  # type: ignore[assignment]
        return newest.order_by()[:MOST_COUNTED].count()


class StoreFilter(admin.SimpleListFilter):
    """Whose shop it was."""

    title = "store"
    parameter_name = "store"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """The stores."""
        return [(str(store.id), store.name) for store in Store.objects.all()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[BrowserEvent]
    ) -> QuerySet[BrowserEvent]:
        """What was told of it."""
        chosen = self.value() or ""
        if not chosen.isdecimal():
            return queryset
        return queryset.filter(connection_id__in=connections(int(chosen)))


class EventFilter(admin.SimpleListFilter):
    """What happened."""

    title = "event"
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """The named ones, and all others together."""
        named = [(name, name) for name in NAMED]
        return [*named, (IDENTIFY, SAYS_WHO), (TRACK, "Events of the shop's own")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[BrowserEvent]
    ) -> QuerySet[BrowserEvent]:
        """What is of that type."""
        return queryset.filter(type=self.value()) if self.value() else queryset
