"""What the sandbox is told to let happen, read and checked.

{"type": "category.ResourceUpdated", "id": "...", "rename": {"en": "Shelters"}, "times": 2}
{"type": "CustomerCreated", "fields": {"firstName": "Ada"}, "silent": true}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.sandbox.commercetools import telling
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.envelopes import ENVELOPES
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.life import TYPES, Asked, Impossible, happen
from project.sandbox.commercetools.life.asked import ORDER_STATES, REFUND_STATES, SHIPMENT_STATES
from project.sandbox.commercetools.life.table import CHANGES
from project.sandbox.commercetools.shop import Shop
from project.sandbox.commercetools.telling import Manner

Answer = tuple[Json, int]
MOST_TIMES = 1_000
LARGEST_NUMBER = 1_000_000_000
KEPT_FIELDS = ("id", "version", "lastMessageSequenceNumber")  # the shop counts these itself
_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (lambda value: isinstance(value, str) and value != "", "a text"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "object": (lambda value: isinstance(value, dict), "an object"),
    "texts": (
        lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
        'an object of texts, for example {"en": "Tents"}',
    ),
    "number": (lambda value: _is_number(value, 0, LARGEST_NUMBER), "a whole number, not negative"),
    "times": (lambda value: _is_number(value, 1, MOST_TIMES), f"from 1 to {MOST_TIMES}"),
}
_OPTIONS = {
    "id": "text",
    "parent": "text",
    "fields": "object",
    "rename": "texts",
    "quantity": "number",
    "amount": "number",
    "times": "times",
    "data_erasure": "flag",
    "too_large": "flag",
    "silent": "flag",
}
_CHOICES = {
    "type": TYPES,
    "envelope": ENVELOPES,
    "order_state": ORDER_STATES,
    "shipment_state": SHIPMENT_STATES,
    "refund_state": REFUND_STATES,
}
# Those that make sense for some types only:
_ONLY_FOR = {
    "order_state": ("OrderStateChanged",),
    "shipment_state": ("OrderShipmentStateChanged",),
    "refund_state": ("PaymentTransactionAdded",),
    "amount": ("PaymentTransactionAdded",),
    "quantity": (
        "InventoryEntryCreated",
        "InventoryEntryQuantitySet",
        "inventory-entry.ResourceUpdated",
        "ReturnInfoAdded",
    ),
    "rename": ("CategoryCreated", "category.ResourceUpdated"),
    "parent": ("CategoryCreated", "category.ResourceUpdated"),
    "data_erasure": tuple(type_ for type_ in CHANGES if type_.endswith("ResourceDeleted")),
    # A change carries nothing that could be too large.
    "too_large": tuple(type_ for type_ in TYPES if type_ not in CHANGES),
}
_OF_MANNER = ("envelope", "times", "too_large", "silent")


def notify(shop: Shop, hook: Hook | None, order: object) -> Answer:
    """Let it happen and tell it, or say what is wrong with the order."""
    if not isinstance(order, dict):
        return _wrong("the body: a JSON object with a type")
    given = {name: value for name, value in order.items() if value is not None}
    problem = _problem(given)
    if problem:
        return _wrong(problem)
    type_ = given.pop("type")
    manner = Manner(**{name: given.pop(name) for name in _OF_MANNER if name in given})
    try:
        what = happen(shop, type_, Asked(**given))
    except Impossible as exc:
        return _wrong(str(exc))
    return telling.tell(shop, hook, what, manner).as_json(), 200


def _problem(given: Json) -> str:
    """What is wrong with an order, "" if nothing is."""
    for name, value in {"type": None, **given}.items():
        if name in _CHOICES:
            if value not in _CHOICES[name]:
                return f"{name}: one of {', '.join(_CHOICES[name])}"
        elif name not in _OPTIONS:
            return f"{name}: not an option; these are: {', '.join([*_CHOICES, *_OPTIONS])}"
        else:
            fits, wanted = _KINDS[_OPTIONS[name]]
            if not fits(value):
                return f"{name}: {wanted}"
    if set(KEPT_FIELDS) & set(given.get("fields", {})):
        return f"fields: without {' and '.join(KEPT_FIELDS)}"
    for name, types in _ONLY_FOR.items():
        if given.get(name, False) is not False and given["type"] not in types:
            return f"{name}: only for {', '.join(types)}"
    return ""


def _is_number(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _wrong(text: str) -> Answer:
    return {"error": text}, 400
