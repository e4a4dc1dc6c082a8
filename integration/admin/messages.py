"""Messages in."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from integration.admin import preview, sending_again
from integration.admin.display import RecordAdmin, link, links, pretty
from integration.admin.message_filters import TypeFilter, WhyFilter
from integration.admin.message_words import STATES, said_and_type
from integration.models import InboundMessage


@admin.register(InboundMessage)
class InboundMessageAdmin(RecordAdmin):
    """What the shops told us."""

    list_display = ("id", "what", "shown_state", "error", "resource_id", "store", "received_at")
    list_display_links = ("id", "what")
    list_filter = ("state", WhyFilter, "received_at", "connection", TypeFilter)
    search_fields = ("resource_id__exact", "=dedupe_key", "type")
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
    actions_detail = ("preview", "send_again")
    empty_text = (
        "No message has come in yet. Connect a store and subscribe its notifications to its door; "
        "the README says how."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMessage]:
        """Without the payloads, which a list does not show."""
        queryset: QuerySet[InboundMessage] = super().get_queryset(request)
        return queryset.defer("raw")

    @display(description="Message", ordering="type")
    def what(self, message: InboundMessage) -> SafeString:
        return said_and_type(message)

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

    def has_retry_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may retry what failed may also have anything else sent again."""
        return bool(request.user.has_perm(sending_again.PERMISSION))

    @admin.action(description="Send the selected again", permissions=["retry"])
    def process_again(
        self, request: HttpRequest, queryset: QuerySet[InboundMessage]
    ) -> HttpResponse | None:
        return sending_again.many(self, request, queryset)

    @action(description="Preview", permissions=["view"], icon="preview")
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return preview.show(self, request, self._found(request, object_id))

    @action(description="Send again", permissions=["retry"], icon="replay")
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return sending_again.one(self, request, self._found(request, object_id))

    def _found(self, request: HttpRequest, object_id: str) -> InboundMessage:
        message: InboundMessage | None = self.get_object(request, object_id)
        if message is None:
            raise Http404
        return message
