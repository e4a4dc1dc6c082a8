"""Money, exact until the last step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """An amount in major units (19.99, not 1999) and its ISO 4217 currency."""

    amount: Decimal
    currency: str

    def as_number(self) -> float | int:
        """The amount as a JSON number: 19.99, and 20 rather than 20.0."""
        whole = int(self.amount)
        return whole if whole == self.amount else float(self.amount)
