"""The admin, one file per table."""

from storefront.admin import events, shops, stores  # noqa: F401 - importing registers
