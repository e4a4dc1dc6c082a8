"""Who may see and do what about storefronts."""

from __future__ import annotations

from django.http import HttpRequest


def may_see_shops(request: HttpRequest) -> bool:
    """Who may see what is put on a shop, and what was heard from there."""
    return bool(request.user.has_perm("storefront.view_sighting"))


def may_see_events(request: HttpRequest) -> bool:
    """Who may see what browsers told, and with it addresses of people."""
    return bool(request.user.has_perm("storefront.view_browserevent"))


def may_switch_on(request: HttpRequest) -> bool:
    """Who may switch a store's connection on, or make it."""
    permissions = ["integration.add_connection", "integration.change_connection"]
    return bool(request.user.has_perms(permissions))
