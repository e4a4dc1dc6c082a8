"""The admin, one file per table."""

from django.contrib import admin

from integration.admin import (  # noqa: F401 - importing registers
    connections,
    consents,
    deliveries,
    failures,
    messages,
    queues,
    runs,
    stores,
    tokens,
    users,
)

admin.site.index_title = "Today"
