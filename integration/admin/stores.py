"""Stores, with what they are connected to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from integration import jobs, registry
from integration.admin.connections import STATES, state_of, try_out
from integration.admin.display import page
from integration.admin.form_fields import IndentedJSONField, LinesField, json_area
from integration.models import Connection, Store

SENDING = {"live": "success", "dry_run": "warning", "paused": "danger"}


class ConnectionInline(TabularInline):
    """The connections of a store, to click."""

    model = Connection
    fields = readonly_fields = ("shown_kind", "shown_state", "paused_reason")
    extra = 0
    can_delete = False
    hide_title = True
    verbose_name_plural = "Connected to"

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """They are made with the store."""
        return False

    @display(description="Connection")
    def shown_kind(self, connection: Connection) -> SafeString:
        return format_html(
            '<a class="sw-link" href="{}">{}</a>', page(connection), connection.label
        )

    @display(description="State", label=STATES)
    def shown_state(self, connection: Connection) -> str:
        return state_of(connection)


class StoreForm(forms.ModelForm):
    """A store as a person writes it."""

    origins = LinesField(
        required=False,
        help_text="The addresses of the storefront, one a line: https://www.my-shop.com",
    )
    settings = IndentedJSONField(
        required=False,
        widget=json_area(rows=10),
        help_text="What becomes of orders and customers, as JSON. {} takes the defaults; what "
        "can be set is in docs/mapping.md.",
    )

    class Meta:
        model = Store
        fields = (
            "name",
            "slug",
            "sending",
            "locale",
            "country",
            "currency",
            "timezone",
            "origins",
            "settings",
        )

    def clean_settings(self) -> Any:
        """Nothing written is nothing set."""
        return self.cleaned_data["settings"] or {}


@admin.register(Store)
class StoreAdmin(ModelAdmin):
    """A shop."""

    form = StoreForm
    list_display = ("name", "slug", "shown_sending", "shown_connections")
    list_filter = ("sending",)
    search_fields = ("name", "slug")
    fieldsets = (
        (None, {"fields": (("name", "slug"), "sending")}),
        ("The shop", {"fields": (("locale", "country"), ("currency", "timezone"), "origins")}),
        ("Mapping", {"fields": ("settings",)}),
    )
    inlines = (ConnectionInline,)
    actions_detail = ("test_connections",)
    empty_text = "Add your shop here, or run “manage.py store import FILE”."

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Everything hangs on it: pause it instead."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Store, form: forms.ModelForm, change: bool
    ) -> None:
        """Save; a new store gets its connections to fill in, a live one goes on at once."""
        super().save_model(request, obj, form, change)
        if not change:
            Connection.objects.bulk_create(
                [Connection(store=obj, kind=kind) for kind in registry.plugins()]
            )
        jobs.sweep()

    @display(description="Sending", label=SENDING, ordering="sending")
    def shown_sending(self, store: Store) -> tuple[str, str]:
        return store.sending, store.get_sending_display().partition(":")[0]

    @display(description="Connected to")
    def shown_connections(self, store: Store) -> str:
        states = [f"{c.label} ({state_of(c).lower()})" for c in store.connections.all()]
        return ", ".join(states) or "Nothing yet"

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the connections the list shows."""
        return super().get_queryset(request).prefetch_related("connections__store")

    @action(description="Test connection", permissions=["view"], icon="network_check")
    def test_connections(self, request: HttpRequest, object_id: str) -> HttpResponse:
        store = self.get_object(request, object_id)
        if store is None:
            raise Http404
        for connection in store.connections.select_related("store"):
            worked, said = try_out(connection)
            self.message_user(request, said, messages.SUCCESS if worked else messages.ERROR)
        return redirect(page(store))
