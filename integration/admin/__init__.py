"""The admin, one file per table."""

from integration.admin import (  # noqa: F401 - importing registers
    connections,
    deliveries,
    failures,
    messages,
    runs,
    stores,
    users,
)
