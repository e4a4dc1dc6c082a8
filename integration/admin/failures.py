"""Failed events: read why, correct, retry or discard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import JSONField, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from import_export.admin import ExportMixin
from import_export.resources import ModelResource
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import action, display

from integration import jobs
from integration.admin.display import RecordAdmin, link
from integration.admin.form_fields import IndentedJSONField, json_area
from integration.core.errors import Reject
from integration.models import FailedEvent
from integration.models.failures import FailedEventQuerySet
from integration.pipeline import failures

STATES = {"Open": "danger", "Retried": "info", "Discarded": "default", "Overtaken": "default"}
SHOWN_REFUSALS = 5

Resolve = Callable[[FailedEvent, AbstractBaseUser | None], None]


class FailedEventResource(ModelResource):
    """Failed events as a spreadsheet: why, where and when, without what failed."""

    class Meta:
        model = FailedEvent
        fields = (
            "id",
            "store__slug",
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

    list_display = ("id", "reason", "pointer", "stage", "shown_resolution", "store", "last_at")
    list_display_links = ("id", "reason")
    list_filter = ("resolution", "stage", "code", "store")
    search_fields = ("reason", "pointer", "=message__resource_id", "=delivery__idempotency_key")
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
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "reason",
                    ("pointer", "stage", "status"),
                    ("shown_message", "shown_delivery", "shown_connection"),
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

    @admin.action(description="Retry the selected", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: FailedEventQuerySet) -> HttpResponse | None:
        return self._act(request, queryset, "retry", failures.retry)

    @admin.action(description="Discard the selected", permissions=["discard"])
    def discard(self, request: HttpRequest, queryset: FailedEventQuerySet) -> HttpResponse | None:
        return self._act(request, queryset, "discard", failures.discard)

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
        return self._ask(request, FailedEvent.objects.filter(pk=failed.pk), verb)

    def _act(
        self, request: HttpRequest, queryset: FailedEventQuerySet, verb: str, resolve: Resolve
    ) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            return self._ask(request, queryset, verb)
        done, refused = _resolve_all(queryset.unresolved(), resolve, request.user)
        if verb == "retry":
            jobs.sweep()
        words = {
            "retry": f"{done} queued again. They go out in seconds; what fails comes back here.",
            "discard": f"{done} discarded. They stay on record.",
        }
        self.message_user(request, words[verb], messages.SUCCESS if done else messages.WARNING)
        for failed, reason in refused[:SHOWN_REFUSALS]:
            self.message_user(request, f"{failed}: {reason}", messages.ERROR)
        return None

    def _ask(self, request: HttpRequest, queryset: FailedEventQuerySet, verb: str) -> HttpResponse:
        waiting = queryset.unresolved()
        return TemplateResponse(
            request,
            "admin/integration/failedevent/confirm.html",
            {
                **self.admin_site.each_context(request),
                "title": f"{verb.capitalize()} failed events?",
                "opts": self.opts,
                "verb": verb,
                "count": waiting.count(),
                "first": waiting[:10],
                "ids": list(waiting.values_list("id", flat=True)),
            },
        )


def _resolve_all(
    waiting: Iterable[FailedEvent], resolve: Resolve, user: Any
) -> tuple[int, list[tuple[FailedEvent, str]]]:
    done, refused = 0, []
    for failed in waiting:
        try:
            resolve(failed, user)
        except Reject as exc:
            refused.append((failed, exc.reason))
        else:
            done += 1
    return done, refused
