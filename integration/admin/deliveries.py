"""Deliveries out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from integration.admin.display import RecordAdmin, link, links, pretty
from integration.models import Delivery

STATES = {
    "Waiting": "info",
    "Sent": "success",
    "Confirmed": "success",
    "Failed": "danger",
    "Not sent": "default",
}
OPERATIONS = {
    "profile_import": "Profile",
    "update_profile": "Profile",
    "create_event": "Event",
    "create_back_in_stock_subscription": "Klaviyo's waiting list",
    "bulk_subscribe_profiles": "Consent",
    "bulk_unsubscribe_profiles": "Consent taken back",
}


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """What left or waits to leave."""

    list_display = ("id", "what", "shown_state", "why", "attempts", "store", "created")
    list_display_links = ("id", "what")
    list_filter = ("state", "operation", "connection")
    search_fields = ("=idempotency_key", "=order_key", "=message__resource_id")
    search_help_text = "Id of a customer or an order"
    list_select_related = ("connection__store",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("what", "shown_state"),
                    ("shown_message", "shown_failures"),
                    "shown_notes",
                    ("created", "settled_at"),
                    ("attempts", "not_before"),
                    "idempotency_key",
                )
            },
        ),
    )
    change_form_after_template = "admin/integration/delivery/exchange.html"
    empty_text = (
        "Nothing has been made for Klaviyo yet. As soon as a customer or an order comes in, what "
        "is sent for it appears here."
    )

    @display(description="What")
    def what(self, delivery: Delivery) -> str:
        attributes = delivery.request["body"].get("data", {}).get("attributes", {})
        metric = attributes.get("metric", {}).get("data", {}).get("attributes", {}).get("name")
        return metric or OPERATIONS.get(delivery.operation, delivery.operation)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, delivery: Delivery) -> str:
        return delivery.get_state_display()

    @display(description="Why")
    def why(self, delivery: Delivery) -> str:
        return " ".join([delivery.answer.get("reason", ""), *delivery.notes]).strip() or "–"

    @display(description="Store")
    def store(self, delivery: Delivery) -> SafeString:
        return link(delivery.connection.store)

    @display(description="Message")
    def shown_message(self, delivery: Delivery) -> SafeString:
        return link(delivery.message)

    @display(description="Failed event")
    def shown_failures(self, delivery: Delivery) -> SafeString:
        return links(delivery.failures.all())

    @display(description="Left out")
    def shown_notes(self, delivery: Delivery) -> SafeString:
        lines = ((note,) for note in delivery.notes or ["Nothing"])
        return format_html_join("", "<div>{}</div>", lines)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """With what was sent beside what was answered."""
        delivery: Delivery = context["original"]
        context["sent"] = pretty(delivery.request["body"])
        context["answered"] = pretty(delivery.answer)
        response: HttpResponse = super().render_change_form(request, context, *args, **options)
        return response
