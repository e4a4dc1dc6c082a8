"""What a page of a shop tells, for shops that Django renders.

{% storewire_script "my-shop" %}             the tag for the head of every page
{% storewire_identify customer %}            who looks at the page
{% storewire_track "Viewed Product" told %}  what happened there
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from integration.models import Store
from storefront import doors
from storefront.page_data import written
from storefront.script import facts_of
from storefront.snippets.page_types import PAGE_TYPES
from storefront.snippets.tag import attributes

register = template.Library()

NOTHING = SafeString("")
PERSON = ("email", "phone_number", "external_id", "first_name", "last_name")
IDENTIFIERS = {"email", "phone_number", "external_id", "$email", "$phone_number", "$id"}
# What the script makes of each event by name, so that its id and its properties are right.
CALLS = {page.event: " ".join(page.calls) for page in PAGE_TYPES if page.event != "identify"}


@register.simple_tag
def storewire_script(store: Store | str) -> SafeString:
    """Return the script's tag, nothing for a store where the storefront is switched off.

    `store` is one, or its short name.
    """
    door = doors.find(store.slug if isinstance(store, Store) else str(store))
    if door is None:
        return NOTHING
    facts = facts_of(door.store, door.company)
    return format_html("<script{}></script>", flatatt(attributes(facts)))


@register.simple_tag
def storewire_identify(customer: Any) -> SafeString:
    """Return who it is, nothing for somebody of whom nothing is known that could be looked up.

    `customer` is a mapping, which may have properties of your own, too, or an object with some of
    the attributes of PERSON. An object's primary key is not used: it is rarely the number by which
    the shop's backend knows the customer, and another one would be another profile.
    """
    if not getattr(customer, "is_authenticated", True):
        return NOTHING
    if isinstance(customer, Mapping):
        told = dict(customer)
    else:
        told = {name: getattr(customer, name, None) for name in PERSON}
    known = {name: value for name, value in told.items() if value not in (None, "")}
    return _data("identify", known) if known.keys() & IDENTIFIERS else NOTHING


@register.simple_tag
def storewire_track(name: str, properties: Any = None) -> SafeString:
    """Return what happened, with its properties, a mapping.

    The events that Klaviyo's flows go by become the script's own calls; "Viewed Product" is both
    of those that a product's page makes. Any other name is an event of the shop's own.
    """
    told = properties if isinstance(properties, Mapping) else {}
    if name in CALLS:
        return _data(CALLS[name], told)
    return _data("track", {"name": name, "properties": told})


def _data(calls: str, values: Mapping[str, Any]) -> SafeString:
    # `written` has escaped whatever could end the element: nothing in it is HTML any more.
    block = '<script type="application/json" data-storewire="{}">{}</script>'
    return format_html(block, calls, SafeString(written(values)))
