"""The shop by the thousands, for those who read it in bulk: silently added, and taken away."""

from project.sandbox.commercetools.fill.compact import orders_compact
from project.sandbox.commercetools.fill.steering import empty, fill

__all__ = ["empty", "fill", "orders_compact"]
