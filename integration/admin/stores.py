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
from integration.admin import catching_up, importing, message_types
from integration.admin.connections import STATES, state_of, try_out
from integration.admin.display import page, pretty
from integration.admin.health import shown_health
from integration.admin.settings_view import advice, shown_settings
from integration.admin.store_form import StoreForm, fieldsets, form_class, unfold_refused
from integration.models import Connection, Store

SENDING = {"live": "success", "dry_run": "warning", "paused": "danger"}


class ConnectionInline(TabularInline):
    """The connections of a store, to click."""

    model = Connection
    fields = readonly_fields = ("shown_kind", "shown_state", "paused_reason", "shown_health")
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

    @display(description="Subscription")
    def shown_health(self, connection: Connection) -> SafeString:
        return shown_health(connection)


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
    )
    inlines = (ConnectionInline,)
    actions_detail = ("message_types", "test_connections", "catch_up_since", "import_all")
    change_form_outer_before_template = "admin/integration/store/advice.html"
    empty_text = "Add your shop here, or run “manage.py store import FILE”."

    def get_form(self, request: HttpRequest, obj: Model | None = None, **options: Any) -> Any:
        """With the settings, for a store that is there."""
        store = obj if isinstance(obj, Store) else None
        return super().get_form(request, obj, **{**options, "form": form_class(store)})

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A section for each group of settings; all in one for those who may only read."""
        if obj is None:
            return self.fieldsets
        settings = [("Settings", {"fields": ("shown_settings",)})]
        if self.has_change_permission(request, obj):
            settings = fieldsets()
        engineers = {"fields": ("shown_chosen", "shown_complete"), "classes": ["collapse"]}
        return [*self.fieldsets, *settings, ("For engineers: the settings as JSON", engineers)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """What the page tells."""
        return ("shown_settings", "shown_chosen", "shown_complete")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """With advice on what is set, and with what was refused to be seen."""
        unfold_refused(context["adminform"])
        store: Store | None = context.get("original")
        context["advice"] = advice(store) if store else []
        response: HttpResponse = super().render_change_form(request, context, *args, **options)
        return response

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
                # What has nothing to fill in would begin at once: a person switches it on.
                Connection(store=obj, kind=kind, enabled=bool(plugin.fields))
                for kind, plugin in registry.plugins().items()
            )
        jobs.sweep()

    @display(description="Sending", label=SENDING, ordering="sending")
    def shown_sending(self, store: Store) -> tuple[str, str]:
        return store.sending, store.get_sending_display().partition(":")[0]

    @display(description="Connected to")
    def shown_connections(self, store: Store) -> str:
        states = [f"{c.label} ({state_of(c).lower()})" for c in store.connections.all()]
        return ", ".join(states) or "Nothing yet"

    @display(description="What is made of customers, orders and products")
    def shown_settings(self, store: Store) -> SafeString:
        return shown_settings(store)

    @display(description="What this store chose; the rest is as we propose")
    def shown_chosen(self, store: Store) -> SafeString:
        return pretty(store.settings)

    @display(description="All of it, as it is now")
    def shown_complete(self, store: Store) -> SafeString:
        return pretty(registry.complete_settings(store.settings))

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the connections the list shows."""
        return super().get_queryset(request).prefetch_related("connections__store")

    @action(description="Message types", permissions=["view"], icon="rule")
    def message_types(self, request: HttpRequest, object_id: str) -> HttpResponse:
        store = self.get_object(request, object_id)
        if store is None:
            raise Http404
        return message_types.show(self, request, store)

    @action(description="Test connection", permissions=["view"], icon="network_check")
    def test_connections(self, request: HttpRequest, object_id: str) -> HttpResponse:
        store = self.get_object(request, object_id)
        if store is None:
            raise Http404
        for connection in store.connections.select_related("store"):
            worked, said = try_out(connection)
            self.message_user(request, said, messages.SUCCESS if worked else messages.ERROR)
        return redirect(page(store))

    def has_catch_up_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may have a message processed again may also have missed ones read."""
        return bool(request.user.has_perm(catching_up.PERMISSION))

    @action(description="Catch up since …", permissions=["catch_up"], icon="history")
    def catch_up_since(self, request: HttpRequest, object_id: str) -> HttpResponse:
        store = self.get_object(request, object_id)
        if store is None:
            raise Http404
        return catching_up.ask(self, request, store)

    def has_import_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may start imports."""
        return bool(request.user.has_perm(importing.PERMISSION))

    @action(description="Import …", permissions=["import"], icon="cloud_upload", url_path="import")
    def import_all(self, request: HttpRequest, object_id: str) -> HttpResponse:
        store = self.get_object(request, object_id)
        if store is None:
            raise Http404
        return importing.show(self, request, store)
