"""Connections: what a store is connected to, with its keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from integration import jobs, registry
from integration.admin.connection_form import form_for
from integration.admin.display import link, page
from integration.admin.health import shown_health
from integration.core.errors import Failure, Misconfigured
from integration.models import Connection
from integration.pipeline.access import access

STATES = {"Works": "success", "Incomplete": "warning", "Paused": "danger", "Off": "default"}


def state_of(connection: Connection) -> str:
    """Return one word for how a connection is."""
    if not connection.enabled:
        return "Off"
    if connection.paused_reason:
        return "Paused"
    return "Incomplete" if connection.missing() else "Works"


def try_out(connection: Connection) -> tuple[bool, str]:
    """Reach the other side once. Return whether it worked, and a sentence about it."""
    if connection.missing():
        return False, f"{connection.label}: still to fill in: {', '.join(connection.missing())}."
    try:
        said = registry.plugins()[connection.kind].test(access(connection))
    except Misconfigured as exc:
        return False, f"{connection.label}: {exc.reason} {exc.remedy}"
    except Failure as exc:
        return False, f"{connection.label}: {exc.reason}"
    return True, f"{connection.label}: {said}"


@admin.register(Connection)
class ConnectionAdmin(ModelAdmin):
    """One side of a store."""

    list_display = ("shown_kind", "shown_store", "shown_state", "paused_reason")
    list_filter = ("kind", "enabled")
    list_select_related = ("store",)
    actions_detail = ("test_connection",)
    empty_text = "A connection is made with its store: add a store first."

    def get_form(self, request: HttpRequest, obj: Model | None = None, **options: Any) -> Any:
        """The plugin's form; for a new one, which store and what kind."""
        if isinstance(obj, Connection) and self.has_change_permission(request, obj):
            return form_for(obj.kind)
        return super().get_form(request, obj, **options)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The plugin's fields in its order."""
        if not isinstance(obj, Connection):
            return [(None, {"fields": ("store", "kind")})]
        fields: list[str] = []
        if self.has_change_permission(request, obj):
            fields = [field.name for field in registry.plugins()[obj.kind].fields]
        return [
            (
                None,
                {
                    "fields": (
                        "shown_kind",
                        "shown_store",
                        "shown_state",
                        "shown_reason",
                        "shown_door",
                        "shown_health",
                    )
                },
            ),
            ("Access", {"fields": ("enabled", *fields)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """What the page tells."""
        if not isinstance(obj, Connection):
            return ()
        return (
            "shown_kind",
            "shown_store",
            "shown_state",
            "shown_reason",
            "shown_door",
            "shown_health",
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Its messages and deliveries hang on it: switch it off instead."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Connection, form: forms.ModelForm, change: bool
    ) -> None:
        """Save, and go on with what waited for it: a person has acted."""
        was_paused = bool(obj.paused_reason)
        obj.paused_reason = ""
        super().save_model(request, obj, form, change)
        jobs.sweep()
        if was_paused:
            self.message_user(request, "The pause is over; what waited goes out now.")

    @display(description="Connected to")
    def shown_kind(self, connection: Connection) -> str:
        return connection.label

    @display(description="Store", ordering="store")
    def shown_store(self, connection: Connection) -> SafeString:
        return link(connection.store)

    @display(description="State", label=STATES)
    def shown_state(self, connection: Connection) -> str:
        return state_of(connection)

    @display(description="What to do")
    def shown_reason(self, connection: Connection) -> str:
        if connection.paused_reason:
            return f"{connection.paused_reason} Saving this page ends the pause."
        missing = connection.missing()
        return f"Fill in: {', '.join(missing)}." if missing else "Nothing: use “Test connection”."

    @display(description="Door for notifications")
    def shown_door(self, connection: Connection) -> SafeString | str:
        source = registry.sources().get(connection.kind)
        if source is None:
            return "–"
        usual = reverse("inbound", args=[connection.kind, connection.store.slug])
        path = source.own_door or usual
        return format_html("POST https://(this server){}", path)

    @display(description="Subscription")
    def shown_health(self, connection: Connection) -> SafeString:
        return shown_health(connection)

    @action(description="Test connection", permissions=["view"], icon="network_check")
    def test_connection(self, request: HttpRequest, object_id: str) -> HttpResponse:
        connection = self.get_object(request, object_id)
        if connection is None:
            raise Http404
        worked, said = try_out(connection)
        self.message_user(request, said, messages.SUCCESS if worked else messages.ERROR)
        return redirect(page(connection))
