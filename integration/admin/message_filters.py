"""Filters of the list of messages: why nothing became of one, and what it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from unfold.admin import ModelAdmin

from integration.admin.message_words import all_types
from integration.models import InboundMessage

State = InboundMessage.State
LEFT_ALONE = (State.IGNORED, State.UNKNOWN)
DAYS = 30
MOST_REASONS = 20
MOST_COUNTED = 10_000  # of each state, the newest: a list must not wait for millions to be counted
NO_TYPE = "-"


class WhyFilter(admin.SimpleListFilter):
    """The reasons why messages were ignored or not known, the most frequent first."""

    title = "reason why"
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """The reasons of the last days with their counts, and the one that is chosen."""
        counts = reasons()
        chosen = self.value()
        if chosen and chosen not in counts:
            counts[chosen] = 0
        return [
            (reason, f"{reason} ({count or 'none lately'})") for reason, count in counts.items()
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[InboundMessage]
    ) -> QuerySet[InboundMessage]:
        """What was left alone for that reason."""
        if not self.value():
            return queryset
        return queryset.filter(state__in=LEFT_ALONE, error=self.value())


class TypeFilter(admin.SimpleListFilter):
    """What a message says."""

    title = "what happened"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Every type that is handled, in words, and the one that is chosen."""
        found = {type_: f"{says} ({type_})" for type_, says in all_types().items()}
        found[NO_TYPE] = "Not understood"
        chosen = self.value()
        if chosen:
            found.setdefault(chosen, chosen)
        return list(found.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[InboundMessage]
    ) -> QuerySet[InboundMessage]:
        """Messages of that type."""
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(type="" if chosen == NO_TYPE else chosen)


def reasons() -> dict[str, int]:
    """Return the most frequent reasons of the last days with their counts, in one query."""
    newest = [_newest(state) for state in LEFT_ALONE]
    counted = (
        InboundMessage.objects.filter(id__in=newest[0].union(*newest[1:], all=True))
        .filter(received_at__gte=now() - timedelta(days=DAYS))
        .exclude(error="")
        .order_by()
        .values_list("error")
        .annotate(count=Count("id"))
        .order_by("-count", "error")
    )
    return dict(counted[:MOST_REASONS])


def _newest(state: State) -> QuerySet[InboundMessage, Any]:
    # Each by the index on state and id; for both at once there is none.
    rows = InboundMessage.objects.filter(state=state).order_by("-id")
    return rows.values("id")[:MOST_COUNTED]
