"""Who was alerted, and who was not and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display

from backinstock.admin.people import found_by_address, linked
from backinstock.admin.permissions import may_see_people
from backinstock.models import Alert
from backinstock.models.restocks import AlertQuerySet
from integration.admin.display import NOTHING, RecordAdmin, link

STATES = {
    "On its way": "info",
    "Klaviyo has it": "success",
    "Failed": "danger",
    "Skipped": "default",
}


@admin.register(Alert)
class AlertAdmin(RecordAdmin):
    """One person in one return."""

    list_display = (
        "id",
        "shown_person",
        "shown_item",
        "shown_state",
        "shown_reason",
        "at",
        "settled_at",
        "shown_delivery",
    )
    list_display_links = ("id",)
    list_filter = ("state", "reason", "at", "restock__item__store")
    search_fields = ("restock__item__sku",)
    search_help_text = "SKU, or a whole address or number"
    list_select_related = ("sign_up", "restock__item__store", "delivery")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_state", "shown_reason"),
                    ("shown_item", "shown_person"),
                    ("shown_restock", "wave"),
                    ("at", "settled_at"),
                    ("shown_delivery",),
                )
            },
        ),
    )
    empty_text = (
        "Nobody was alerted yet. When something comes back that people wait for, each of them "
        "appears here: told, or skipped and why."
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Without addresses for those who may not see them."""
        return tuple(_seen_by(request, name) for name in self.list_display)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without addresses for those who may not see them."""
        rows = self.fieldsets[0][1]["fields"]
        return [(None, {"fields": [tuple(_seen_by(request, n) for n in row) for row in rows]})]

    def get_search_results(
        self, request: HttpRequest, queryset: AlertQuerySet, search_term: str
    ) -> tuple[AlertQuerySet, bool]:
        """By an address, for those who may see it; else by SKU."""
        people = found_by_address(search_term) if may_see_people(request) else []
        if people:
            return queryset.filter(sign_up__person__in=people), False
        found: tuple[AlertQuerySet, bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    @display(description="Person")
    def shown_person(self, alert: Alert) -> SafeString:
        return linked(alert.sign_up)

    @display(description="Variant", ordering="restock__item__sku")
    def shown_item(self, alert: Alert) -> SafeString:
        return link(alert.restock.item)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, alert: Alert) -> str:
        return alert.get_state_display()

    @display(description="Why", ordering="reason")
    def shown_reason(self, alert: Alert) -> str:
        return alert.get_reason_display() or NOTHING

    @display(description="Delivery")
    def shown_delivery(self, alert: Alert) -> SafeString:
        return link(alert.delivery)

    @display(description="Return")
    def shown_restock(self, alert: Alert) -> SafeString:
        return link(alert.restock)


def _seen_by(request: HttpRequest, name: str) -> str:
    return "sign_up" if name == "shown_person" and not may_see_people(request) else name
