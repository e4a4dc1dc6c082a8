"""“Put it on your shop”: a store's page with what is missing, a test, and the texts to copy."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import now
from unfold.admin import ModelAdmin

from integration import jobs
from integration.models import Connection, Store
from integration.public.origins import origins_of
from integration.sources.storefront.notices import KIND
from storefront import doors
from storefront.admin import seeing, standing
from storefront.admin.permissions import may_see_events, may_see_shops, may_switch_on
from storefront.script import facts_of, newest
from storefront.snippets.tag import COLLECT, policy, proxy
from storefront.snippets.ways import WAYS, Snippet, snippets

MARK = re.compile(r"(\[\[[^\[\]]*\]\])")


def address_of(store: Store) -> str:
    """Return the address of a store's page."""
    return reverse("admin:storefront_sighting_shop", args=[store.id])


def show(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    """Show the page of a store, with the texts of the way that was chosen."""
    if not may_see_shops(request):
        raise PermissionDenied
    at, facts, origins = now(), facts_of(store), sorted(origins_of(store) - {""})
    way = next((one for one in WAYS if one.name == request.GET.get("way")), WAYS[0])
    context = {
        **admin.admin_site.each_context(request),
        "title": "Put it on your shop",
        "store": store,
        "stores": Store.objects.all(),
        "connection": standing.connection_of(store),
        "may_switch_on": may_switch_on(request),
        "may_see_events": may_see_events(request),
        "missing": standing.missing(store, facts),
        "checks": standing.checks(store, at),
        "origins": origins,
        "page": standing.newest_page(store) or f"{origins[0]}/" if origins else "",
        "now": int(at.timestamp() * 1000),
        "ways": WAYS,
        "way": way,
        "snippets": [_shown(snippet) for snippet in snippets(facts, way)],
        "facts": facts,
        "policy": [policy(facts)],
        "proxy": [proxy(facts)],
        "collect": COLLECT,
        "newest": newest(),
    }
    return TemplateResponse(request, "admin/storefront/shop.html", context)


def _shown(snippet: Snippet) -> dict[str, Any]:
    """Return a text with its parts, so that what is to be filled in can be marked."""
    return {"of": snippet, "parts": MARK.split(snippet.text)}


def switch_on(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    """Switch the store's connection on, or make it."""
    if not may_switch_on(request):
        raise PermissionDenied
    with transaction.atomic():
        connection, made = Connection.objects.get_or_create(store=store, kind=KIND)
        if not connection.enabled:
            connection.enabled = True
            connection.save(update_fields=["enabled"])
    doors.forget()
    jobs.sweep()
    admin.log_change(request, store, "Switched the storefront on.")
    said = "It is on. Now put the tag on every page of the shop."
    admin.message_user(request, said, messages.SUCCESS)
    return redirect(address_of(store))


def seen(request: HttpRequest, store: Store) -> JsonResponse:
    """Answer the test: what was heard of the store since a moment."""
    if not may_see_shops(request):
        raise PermissionDenied
    return JsonResponse(seeing.since(store.id, request.GET.get("since", ""), now()))
