"""What the fields of a form are made of, on the hosted page and in the template tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import now

from backinstock import links
from backinstock.doors import Door
from backinstock.forms import MOST_UNITS, opened


def fields_of(door: Door, language: str, entered: Mapping[str, str]) -> dict[str, Any]:
    """Return it, with what was entered so far."""
    return {
        "action": links.hosted_form(door.store.slug),
        "texts": door.texts(language),
        "language": language,
        "contact": door.policy.contact,
        "most_units": MOST_UNITS,
        "newsletter": door.newsletter(language),
        "challenge": door.policy.challenge,
        "entered": entered,
        "opened": opened(now()),
    }
