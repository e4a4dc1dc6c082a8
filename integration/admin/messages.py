"""Messages in."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from integration import jobs
from integration.admin.display import RecordAdmin, link, links, pretty
from integration.core.errors import Reject
from integration.models import InboundMessage
from integration.pipeline import inbox

STATES = {
    "Waiting": "info",
    "Done": "success",
    "Ignored": "default",
    "Not known": "warning",
    "Parked": "warning",
    "Failed": "danger",
}


@admin.register(InboundMessage)
class InboundMessageAdmin(RecordAdmin):
    """What the shops told us."""

    list_display = ("id", "what", "shown_state", "error", "resource_id", "store", "received_at")
    list_display_links = ("id", "what")
    list_filter = ("state", "connection")
    search_fields = ("=resource_id", "=dedupe_key", "type")
    search_help_text = "Id of a customer or an order, or a message type"
    list_select_related = ("connection__store",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("what", "shown_state"),
                    "error",
                    ("resource_type", "resource_id", "version"),
                    ("received_at", "attempts", "not_before"),
                    "dedupe_key",
                )
            },
        ),
        ("What became of it", {"fields": ("shown_deliveries", "shown_failures")}),
        ("The message", {"fields": ("shown_payload",)}),
    )
    actions = ("process_again",)
    empty_text = (
        "No message has come in yet. Connect a store and subscribe its notifications to its door; "
        "the README says how."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMessage]:
        """Without the payloads, which a list does not show."""
        queryset: QuerySet[InboundMessage] = super().get_queryset(request)
        return queryset.defer("raw")

    @display(description="Message", ordering="type")
    def what(self, message: InboundMessage) -> str:
        return message.type or "Not understood"

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, message: InboundMessage) -> str:
        return message.get_state_display()

    @display(description="Store")
    def store(self, message: InboundMessage) -> SafeString:
        return link(message.connection.store)

    @display(description="Deliveries")
    def shown_deliveries(self, message: InboundMessage) -> SafeString:
        return links(message.deliveries.order_by("id")[:50])

    @display(description="Failed events")
    def shown_failures(self, message: InboundMessage) -> SafeString:
        return links(message.failures.order_by("id")[:50])

    @display(description="As it came")
    def shown_payload(self, message: InboundMessage) -> SafeString:
        if message.payload is not None:
            return pretty(message.payload)
        text = bytes(message.raw or b"")[:20_000].decode(errors="backslashreplace")
        return format_html('<pre class="sw-json">{}</pre>', text)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may retry what failed may also try again what was not known."""
        return bool(request.user.has_perm("integration.retry_failedevent"))

    @admin.action(description="Process the selected again", permissions=["retry"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[InboundMessage]) -> None:
        refused = []
        chosen = list(queryset.select_related("connection"))
        for message in chosen:
            try:
                inbox.again(message)
            except Reject as exc:
                refused.append(f"{message}: {exc.reason}")
        jobs.sweep()
        done = f"{len(chosen) - len(refused)} queued again; what is made of them shows here soon."
        self.message_user(request, done)
        for reason in refused[:5]:
            self.message_user(request, reason, messages.ERROR)
