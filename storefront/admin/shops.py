"""What is put on shops, and what was seen of it: a page for each store."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST

from integration.admin.display import RecordAdmin
from integration.models import Connection, Store
from integration.sources.storefront.notices import KIND
from storefront.admin import shop_page
from storefront.admin.permissions import may_see_shops
from storefront.models import Sighting


@admin.register(Sighting)
class SightingAdmin(RecordAdmin):
    """Sightings have no list of their own: they are on the stores' pages."""

    def get_urls(self) -> list[Any]:
        """With the page of each store."""
        view = self.admin_site.admin_view
        ours = (
            ("", self.shop, "shop"),
            ("seen/", self.seen, "seen"),
            ("switch-on/", require_POST(self.switch_on), "switch_on"),
        )
        urls = [
            path(f"shop/<int:store_id>/{end}", view(of), name=f"storefront_sighting_{name}")
            for end, of, name in ours
        ]
        return [*urls, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the first store where it is on, else to the first; without one, say so."""
        if not may_see_shops(request):
            raise PermissionDenied
        is_on = Connection.objects.filter(kind=KIND, enabled=True).values("store")
        store = Store.objects.filter(id__in=is_on).first() or Store.objects.first()
        if store is not None:
            return redirect(shop_page.address_of(store))
        context = {
            **self.admin_site.each_context(request),
            "title": "Put it on your shop",
        }
        return TemplateResponse(request, "admin/storefront/no_store.html", context)

    def shop(self, request: HttpRequest, store_id: int) -> HttpResponse:
        """The page of a store."""
        return shop_page.show(self, request, get_object_or_404(Store, id=store_id))

    def seen(self, request: HttpRequest, store_id: int) -> HttpResponse:
        """What was heard of a store just now."""
        return shop_page.seen(request, get_object_or_404(Store, id=store_id))

    def switch_on(self, request: HttpRequest, store_id: int) -> HttpResponse:
        """Switch it on in a store."""
        return shop_page.switch_on(self, request, get_object_or_404(Store, id=store_id))
