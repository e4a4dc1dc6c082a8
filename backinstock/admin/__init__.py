"""The admin, one file per table."""

from backinstock.admin import (  # noqa: F401 - importing registers
    alerts,
    feeds,
    items,
    optouts,
    restocks,
    signups,
)
