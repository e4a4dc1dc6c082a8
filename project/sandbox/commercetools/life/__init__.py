"""What happens in the shop: people sign up and buy, orders move on, shelves empty."""

from project.sandbox.commercetools.life.asked import Asked, Impossible
from project.sandbox.commercetools.life.table import TYPES, happen

__all__ = ["TYPES", "Asked", "Impossible", "happen"]
