"""What is not as flows need it, in words for whoever builds them. Plain Python.

Nothing here is refused: an event that flows can do little with is better than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from integration.sources.storefront.notices import (
    ADDED_TO_CART,
    NAMED,
    SEARCHED_SITE,
    STARTED_CHECKOUT,
    VIEWED_CATEGORY,
    VIEWED_PRODUCT,
)
from storefront.lint_values import has_email, is_empty, lint_dates, lint_values

MOST = 20  # remarks; whoever has read so many knows what to do
MANY = 300  # properties; Klaviyo takes 400

# What flows show of an event, and ask of it.
EXPECTED = {
    VIEWED_PRODUCT: ("ProductName", "ProductID", "URL", "ImageURL"),
    VIEWED_CATEGORY: ("CategoryName", "URL"),
    SEARCHED_SITE: ("SearchTerm",),
    ADDED_TO_CART: (
        *("AddedItemProductName", "AddedItemProductID", "AddedItemURL", "AddedItemImageURL"),
        *("ItemNames", "Items", "$value"),
    ),
    STARTED_CHECKOUT: ("ItemNames", "Items", "$value", "CheckoutURL"),
}
ITEM = ("ProductName", "ProductID")
CARTS = (ADDED_TO_CART, STARTED_CHECKOUT)
CART_IDS = ("$event_id", "CheckoutID", "CartID")
# Of an event of which the page did not say which it is: a UUID, or what the script makes up.
RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,10}(-\d{1,10}){3}")
OF_PERSON = ("email", "phone_number", "external_id", "first_name", "last_name")
OURS = {"$value", "$event_id", "$value_currency", "$currency"}  # those with $ that are understood


def lint(
    name: str,
    properties: Mapping[str, Any],
    *,
    id_: str = "",
    profile_properties: Iterable[str] = (),
    own_events: Iterable[str] | None = None,
) -> list[str]:
    """Return what is to be done about an event, a sentence or two each.

    `id_` is the event's, `profile_properties` are those that pages may set, `own_events` the
    store's, if they matter.
    """
    clashing = {*profile_properties, *OF_PERSON}
    found = chain(
        _name(name, own_events),
        _missing(name, properties),
        _told_apart(name, properties, id_),
        lint_values(properties),
        (remark for n, item in _items(properties) for remark in _item(n, item)),
        _clashes(properties, clashing),
        _reserved(properties),
        _many(properties),
    )
    return list(islice(found, MOST))


def lint_person(
    person: Mapping[str, str], properties: Mapping[str, Any], allowed: Iterable[str] = ()
) -> list[str]:
    """Return what is to be done about what was said of a person; `allowed` is what may be set."""
    may_be_set = set(allowed)
    found = []
    if not person.get("email") and not person.get("phone_number"):
        found.append("There is no e-mail address: nobody can be written to before there is one.")
    for name in properties:
        if name.removeprefix("$") in OF_PERSON:
            found.append(f"“{name}” belongs to the person, not to the properties: move it there.")
        elif name not in may_be_set:
            found.append(
                f"“{name}” is left out: pages may not set it. To allow it, add it in the store's "
                "settings, under Storefront."
            )
    return [*found, *lint_dates(properties)][:MOST]


def _name(name: str, own_events: Iterable[str] | None) -> Iterator[str]:
    if name in NAMED or name in (own_events or ()):
        return
    near = [known for known in NAMED if _letters(known) == _letters(name)]
    if near:
        yield f"“{name}” is not “{near[0]}”, and flows go by the exact name: write it like that."
    elif own_events is not None:
        yield (
            f"“{name}” is not among the store's own events, so it goes no further. If you want it, "
            "add it in the store's settings, under Storefront."
        )


def _letters(name: str) -> list[str]:
    """The words of a name in any order, without their endings: “Add to cart” is “Added to Cart”."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return sorted(re.sub(r"(ed|s)$", "", word).rstrip("e") for word in words if word != "to")


def _missing(name: str, properties: Mapping[str, Any]) -> Iterator[str]:
    for wanted in EXPECTED.get(name, ()):
        if is_empty(properties.get(wanted)):
            yield f"{wanted} is missing: flows show it, or ask for it. Send it along."


def _told_apart(name: str, properties: Mapping[str, Any], id_: str) -> Iterator[str]:
    if name not in CARTS or (id_ and not RANDOM.fullmatch(id_)):
        return
    if all(is_empty(properties.get(one)) for one in CART_IDS):
        yield (
            "Nothing says which cart this is, so the same may count twice. Send CheckoutID, CartID "
            "or $event_id."
        )


def _item(number: int, item: Mapping[str, Any]) -> Iterator[str]:
    where = f"Items {number}: "
    for wanted in ITEM:
        if is_empty(item.get(wanted)):
            yield f"{where}{wanted} is missing. Send it along."
    yield from lint_values(item, where)


def _clashes(properties: Mapping[str, Any], names: set[str]) -> Iterator[str]:
    for name, value in properties.items():
        if name in names:
            yield (
                f"“{name}” is the name of something on the profile, too, and easily mixed up with "
                "it. Give it another name here."
            )
        elif has_email(value):
            yield f"“{name}” holds an e-mail address. Tell who it was with identify, not in here."


def _reserved(properties: Mapping[str, Any]) -> Iterator[str]:
    for name in properties:
        if name.startswith("$") and name not in OURS:
            yield f"“{name}” is left out: names with $ belong to Klaviyo. Take another one."


def _many(properties: Mapping[str, Any]) -> Iterator[str]:
    if len(properties) > MANY:
        yield f"There are {len(properties)} properties, and 400 fit. Leave out what no flow needs."


def _items(properties: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = properties.get("Items")
    for number, item in enumerate(items if isinstance(items, list) else [], start=1):
        if isinstance(item, dict):
            yield number, item
