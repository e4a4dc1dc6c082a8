"""Who wants no alerts at all."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from backinstock.admin.people import found_by_address
from backinstock.admin.permissions import may_see_people
from backinstock.models import OptOut
from integration.admin.display import RecordAdmin


@admin.register(OptOut)
class OptOutAdmin(RecordAdmin):
    """People who said so. Only they can take it back, by the link in an alert."""

    list_display = ("id", "at", "store", "shown_person")
    list_filter = ("store", "at")
    search_fields = ("=person",)
    search_help_text = "A whole address or number"
    list_select_related = ("store",)
    fieldsets = ((None, {"fields": (("store", "at"), "shown_person")}),)
    empty_text = "Nobody has asked to be left alone."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OptOut], search_term: str
    ) -> tuple[QuerySet[OptOut], bool]:
        """By a whole address or number, for those who may see addresses."""
        people = found_by_address(search_term) if may_see_people(request) else []
        return queryset.filter(person__in=people), False

    @display(description="Person")
    def shown_person(self, opt_out: OptOut) -> str:
        return f"Known only by a fingerprint: {opt_out.person[:12]}…"
