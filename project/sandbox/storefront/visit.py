"""Who is in the shop and what is in their cart: kept in a signed cookie, from the first thing on.

Nobody who only looks around gets one.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field

from flask import session

from project.sandbox.commercetools.documents import Json

MOST_LINES, MOST_PIECES = 10, 10  # a cookie holds four kilobytes
VISITOR, CART, NEXT, SIGNING_UP = "visitor", "cart", "next", "signing_up"


@dataclass(kw_only=True)
class Cart:
    """So many of each SKU. The version rises with each change; there is one checkout of a cart."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    version: int = 0
    quantities: dict[str, int] = field(default_factory=dict)
    checkout_id: str = ""

    def put(self, sku: str, quantity: int) -> None:
        """Have so many more of this, none if it is not more than zero."""
        pieces = min(self.quantities.get(sku, 0) + quantity, MOST_PIECES)
        self.quantities = {**self.quantities, sku: pieces}
        self._changed()

    def remove(self, sku: str) -> None:
        """Have none of this."""
        self.quantities = {one: count for one, count in self.quantities.items() if one != sku}
        self._changed()

    def check_out(self) -> bool:
        """Begin the checkout. Return False if that was done before."""
        if self.checkout_id:
            return False
        self.checkout_id = str(uuid.uuid4())
        self.keep()
        return True

    def keep(self) -> None:
        """Remember it."""
        session[CART] = asdict(self)

    def _changed(self) -> None:
        self.version += 1
        self.keep()


def cart() -> Cart:
    """Return the visitor's cart, a new one if there is none."""
    return Cart(**session.get(CART, {}))


def forget_cart() -> None:
    """Let the next cart be another one."""
    session.pop(CART, None)


def visitor() -> Json:
    """Return who it is, by the names that the script has for it; empty if nobody knows."""
    known: Json = session.get(VISITOR, {})
    return known


def know(person: Json) -> None:
    """Remember who it is."""
    session[VISITOR] = person


def forget() -> None:
    """Remember nobody."""
    session.pop(VISITOR, None)


def say_next(method: str, said: Json) -> None:
    """Let the next page tell the script this, once."""
    session[NEXT] = [*session.get(NEXT, []), [method, said]]


def said_now() -> list[tuple[str, Json]]:
    """Return what this page is to tell the script. Asked again, there is nothing left."""
    return [(method, said) for method, said in session.pop(NEXT, [])]
