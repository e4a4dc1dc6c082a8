"""Tokens for the REST API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from integration.admin.display import NOTHING, page
from integration.models import ApiToken

STATES = {"Works": "success", "Expired": "warning", "Revoked": "danger"}


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Who may use the API, for which stores and for what."""

    list_display = (
        "name",
        "shown",
        "shown_stores",
        "scope",
        "last_used",
        "expires",
        "shown_state",
    )
    list_filter = ("scope", "stores")
    readonly_fields = ("shown", "shown_state", "created", "created_by", "last_used", "revoked")
    fieldsets = (
        (None, {"fields": ("name", "stores", "scope", "expires")}),
        (
            "What it is",
            {
                "fields": (
                    ("shown_state", "shown"),
                    ("created", "created_by"),
                    ("last_used", "revoked"),
                )
            },
        ),
    )
    actions_detail = ("revoke",)
    empty_text = (
        "A script that starts or watches imports needs a token: add one. What it can do with it is "
        "at /api/docs/."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """With their stores, which the list shows."""
        tokens: QuerySet[ApiToken] = super().get_queryset(request)
        return tokens.prefetch_related("stores")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A new one has nothing to tell yet."""
        return self.fieldsets if obj else self.fieldsets[:1]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What is revoked stays as it was."""
        is_revoked = isinstance(obj, ApiToken) and obj.revoked is not None
        return not is_revoked and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """It stays on record who had one: revoke it instead."""
        return False

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may change one may revoke one."""
        return bool(request.user.has_perm("integration.change_apitoken"))

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: forms.ModelForm, change: bool
    ) -> None:
        """Save; show the secret of a new one, this once."""
        if change:
            super().save_model(request, obj, form, change)
            return
        secret = obj.renew()
        obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        said = f"Copy the token now, it is not shown again: {secret}"
        self.message_user(request, said, messages.WARNING)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """What is revoked cannot be revoked again."""
        token = self.get_object(request, str(object_id))
        is_open = token is not None and token.revoked is None
        return super().get_actions_detail(request, object_id) if is_open else []

    @display(description="Stores")
    def shown_stores(self, token: ApiToken) -> str:
        return ", ".join(store.name for store in token.stores.all()) or NOTHING

    @display(description="State", label=STATES)
    def shown_state(self, token: ApiToken) -> str:
        if token.revoked:
            return "Revoked"
        return "Expired" if token.expires and token.expires <= now() else "Works"

    @action(description="Revoke", permissions=["revoke"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        token = self.get_object(request, object_id)
        if token is None:
            raise Http404
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": "Revoke the token?",
                "opts": self.opts,
                "token": token,
            }
            return TemplateResponse(request, "admin/integration/apitoken/revoke.html", context)
        token.revoke()
        self.message_user(request, f"“{token}” opens nothing any more.")
        return redirect(page(token))
