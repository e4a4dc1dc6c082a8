"""Who may see and do what about waiting lists."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest


def may(permission: str) -> Callable[[HttpRequest], bool]:
    """Return a test of whether a request's user has one of our permissions."""
    return lambda request: bool(request.user.has_perm(f"backinstock.{permission}"))


may_see_list = may("view_stockitem")
may_see_people = may("view_signup")  # and with them their addresses
may_see_restocks = may("view_restock")
may_see_feeds = may("view_feed")
may_change_feeds = may("change_feed")
may_steer = may("change_stockitem")  # alert, pause, resume, add stock
may_import_stock = may("add_stockitem")
may_change_people = may("change_signup")
may_import_people = may("add_signup")
may_erase_people = may("delete_signup")
