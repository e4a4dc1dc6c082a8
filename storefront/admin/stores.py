"""Stores, whose pages lead to what is put on their shops.

The app below knows nothing of us, so its page is taken and given back with one line more.
"""

from __future__ import annotations

from django.contrib import admin

from integration.admin.stores import StoreAdmin
from integration.models import Store

admin.site.unregister(Store)


@admin.register(Store)
class ShopAdmin(StoreAdmin):
    """A shop, and the way to its storefront."""

    change_form_outer_before_template = "admin/storefront/store.html"
