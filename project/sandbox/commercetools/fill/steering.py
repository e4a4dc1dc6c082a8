"""The order to fill the shop, read and checked.

{"orders": 100000, "customers": 20000, "products": 500, "seed": 1, "bad": 0.03}
"""

from __future__ import annotations

from project.sandbox.commercetools.answers import Answer
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.fill import filling
from project.sandbox.commercetools.shop import Shop

MOST = {"orders": 1_000_000, "customers": 1_000_000, "products": filling.SKUS - 1}
_OPTIONS = (*MOST, "seed", "bad")


def fill(shop: Shop, order: object) -> Answer:
    """Add what was asked for, or say what is wrong with the order."""
    if not isinstance(order, dict):
        return _wrong(f"the body: a JSON object with any of {', '.join(_OPTIONS)}")
    problem = _problem(order)
    if problem:
        return _wrong(problem)
    try:
        return filling.fill(shop, filling.Wanted(**order)), 200
    except filling.Impossible as exc:
        return _wrong(str(exc))


def empty(shop: Shop) -> Answer:
    """Take away all that was filled in."""
    return filling.empty(shop), 200


def _problem(order: Json) -> str:
    """What is wrong with an order, "" if nothing is."""
    for name, value in order.items():
        if name not in _OPTIONS:
            return f"{name}: not an option; these are: {', '.join(_OPTIONS)}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{name}: a number"
        if name == "bad" and not 0 <= value <= 1:
            return "bad: a share from 0 to 1"
        if name in MOST and not (isinstance(value, int) and 0 <= value <= MOST[name]):
            return f"{name}: from 0 to {MOST[name]}"
    return ""


def _wrong(text: str) -> Answer:
    return {"error": text}, 400
