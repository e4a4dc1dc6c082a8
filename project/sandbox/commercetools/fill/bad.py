"""Documents that a destination refuses, each for a reason that is told."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from project.sandbox.commercetools.documents import Json, reference

LONG = 110_000  # bytes of text; Klaviyo takes 100 KB of a profile's property
EMAILS = ("{name}.storewire-demo.com", "{name}@", "{name}@@storewire-demo..com")

Spoil = Callable[[Json], Json]


def places(random: Random, count: int, share: float) -> set[int]:
    """Return which of so many shall be bad."""
    return set(random.sample(range(count), round(count * share)))


def spoiled(customer: Json, place: int) -> tuple[Json, str]:
    """Return the customer with something bad, and what: another thing in the next place."""
    spoil, why = _WAYS[place % len(_WAYS)]
    return {**customer, **spoil(customer)}, why


def email(good: str, place: int) -> str:
    """Return an e-mail address that is none."""
    return EMAILS[place % len(EMAILS)].format(name=good.partition("@")[0])


def _without_at(customer: Json) -> Json:
    return {"email": customer["email"].replace("@", ".at.")}


def _without_phone(customer: Json) -> Json:
    listed = [_with_phone(entry) for entry in customer["addresses"]]
    return {"addresses": listed}


def _with_phone(address: Json) -> Json:
    kept = {name: value for name, value in address.items() if name != "mobile"}
    return {**kept, "phone": "+49 12"}


def _with_long_text(customer: Json) -> Json:
    type_ = customer.get("custom", {}).get("type") or reference("type", customer["id"])
    return {"custom": {"type": type_, "fields": {"story": "Once upon a time. " * (LONG // 18)}}}


_WAYS: tuple[tuple[Spoil, str], ...] = (
    (_without_at, "email without @"),
    (_without_phone, "phone is no phone number"),
    (_with_long_text, "custom text of more than 100 KB"),
)
