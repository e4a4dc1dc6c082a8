"""What all records have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something that is so, or happened, in a shop.

    `external_id` is the source's id of the thing, `version` its version there (0 if it has none),
    `custom` the shop's own fields by name, `document` the source's own words for all of it,
    `notes` say for people what could not be found out, `remarks` how something was chosen.
    """

    external_id: str
    occurred_at: datetime
    version: int = 0
    custom: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address with who lives there. `country` is ISO 3166 alpha-2, "" if not known."""

    first_name: str = ""
    last_name: str = ""
    title: str = ""
    company: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    region: str = ""
    zip: str = ""
    country: str = ""
