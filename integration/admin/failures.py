"""Failed events: read why, correct, retry or discard."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import JSONField, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from import_export.admin import ExportMixin
from import_export.resources import ModelResource
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import action, display

from integration.admin import resolving
from integration.admin.display import RecordAdmin, link
from integration.admin.form_fields import IndentedJSONField, json_area
from integration.admin.run_filters import RunFilter
from integration.models import FailedEvent
from integration.models.failures import FailedEventQuerySet
from integration.pipeline import failures

STATES = {
    "Open": "danger",
    "Retried": "info",
    "Discarded": "default",
    "Overtaken": "default",
    "Only noted": "default",
}
HELP = {
    "shown_resolution": "Only what is open waits for you. Overtaken: something newer was sent. "
    "Only noted: it was sent with this left out, or only tried; there is nothing to do.",
    "row": "The id that it has in the shop.",
    "shown_run": "The import in which it failed. “Retry the failed ones” is on its page.",
}


class FailedEventResource(ModelResource):
    """Failed events as a spreadsheet: why, where and when, without what failed."""

    class Meta:
        model = FailedEvent
        fields = (
            "id",
            "store__slug",
            "run",
            "row",
            "stage",
            "reason",
            "pointer",
            "status",
            "code",
            "attempts",
            "first_at",
            "last_at",
            "resolution",
        )


@admin.register(FailedEvent)
class FailedEventAdmin(ExportMixin, RecordAdmin):
    """What needs a person."""

    resource_classes = (FailedEventResource,)
    export_form_class = ExportForm

    list_display = (
        "id",
        "reason",
        "pointer",
        "row",
        "stage",
        "shown_resolution",
        "store",
        "last_at",
    )
    list_display_links = ("id", "reason")
    list_filter = ("resolution", "stage", "code", RunFilter, "store")
    search_fields = (
        "reason",
        "pointer",
        "=message__resource_id",
        "=delivery__idempotency_key",
        "=row",
    )
    search_help_text = "Words of the reason, or the id of a customer or an order"
    list_select_related = ("store",)
    readonly_fields = (
        "reason",
        "pointer",
        "stage",
        "status",
        "code",
        "attempts",
        "first_at",
        "last_at",
        "shown_resolution",
        "resolved_at",
        "resolved_by",
        "shown_message",
        "shown_delivery",
        "shown_connection",
        "row",
        "shown_run",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "reason",
                    ("pointer", "stage", "status"),
                    ("shown_message", "shown_delivery", "shown_connection"),
                    ("row", "shown_run"),
                    ("attempts", "first_at", "last_at"),
                    ("shown_resolution", "resolved_at", "resolved_by"),
                )
            },
        ),
        ("What failed", {"fields": ("payload",)}),
    )
    actions = ("retry", "discard")
    actions_row = ("retry_one", "discard_one")
    actions_detail = ("retry_one", "discard_one")
    formfield_overrides = {
        JSONField: {
            "form_class": IndentedJSONField,
            "widget": json_area(rows=30),
        }
    }
    empty_text = "Nothing has failed. When something does, it waits here with the reason."

    def get_form(self, request: HttpRequest, obj: Model | None = None, **more: Any) -> Any:
        """With what the states mean."""
        return super().get_form(request, obj, **{**more, "help_texts": HELP})

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may see the list may take it away."""
        return bool(self.has_view_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only what is open can be corrected."""
        if isinstance(obj, FailedEvent) and obj.resolution != FailedEvent.Resolution.OPEN:
            return False
        return bool(request.user.has_perm("integration.change_failedevent"))

    def has_retry_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether this user may retry."""
        return bool(request.user.has_perm("integration.retry_failedevent"))

    def has_discard_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether this user may discard."""
        return bool(request.user.has_perm("integration.discard_failedevent"))

    @display(description="State", label=STATES, ordering="resolution")
    def shown_resolution(self, failed: FailedEvent) -> str:
        return failed.get_resolution_display()

    @display(description="Message")
    def shown_message(self, failed: FailedEvent) -> SafeString:
        return link(failed.message)

    @display(description="Delivery")
    def shown_delivery(self, failed: FailedEvent) -> SafeString:
        return link(failed.delivery)

    @display(description="Connection")
    def shown_connection(self, failed: FailedEvent) -> SafeString:
        return link(failed.connection)

    @display(description="Import")
    def shown_run(self, failed: FailedEvent) -> SafeString:
        return link(failed.run)

    @admin.action(description="Retry the selected", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: FailedEventQuerySet) -> HttpResponse | None:
        return resolving.act(self, request, queryset, "retry", failures.retry)

    @admin.action(description="Discard the selected", permissions=["discard"])
    def discard(self, request: HttpRequest, queryset: FailedEventQuerySet) -> HttpResponse | None:
        return resolving.act(self, request, queryset, "discard", failures.discard)

    @action(description="Retry", permissions=["retry"], icon="replay")
    def retry_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_about(request, object_id, "retry")

    @action(description="Discard", permissions=["discard"], icon="delete")
    def discard_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_about(request, object_id, "discard")

    def _ask_about(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        failed = self.get_object(request, object_id)
        if failed is None:
            raise Http404
        return resolving.ask(self, request, FailedEvent.objects.filter(pk=failed.pk), verb)
