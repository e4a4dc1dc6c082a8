"""Questions to Klaviyo about one person or one variant, before something is sent."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from integration.core.errors import Reject
from integration.core.exchange import Access
from integration.core.rules import Json
from integration.destinations.klaviyo import errors
from integration.destinations.klaviyo.bulk_operations import KINDS
from integration.destinations.klaviyo.client import account, answer, call, permit
from integration.destinations.klaviyo.existing import existing
from integration.destinations.klaviyo.filters import equals

REMEMBERED_SECONDS = 600.0  # that a variant is there: a hundred people may ask for it at once


def profile_by(access: Access, known_by: Json) -> Json:
    """Return the profile, by the first of these identifiers that is known there; {} if none is.

    Raises the three failures.
    """
    for name, value in known_by.items():
        permit(access, "get_profiles")
        query = urlencode({"filter": equals(name, str(value))})
        try:
            found = answer(call(access, "GET", f"/api/profiles?{query}")).body.get("data")
        except Reject:  # an address that Klaviyo does not take is one that it does not have
            continue
        if isinstance(found, list) and found:
            profile: Json = found[0]
            return profile
    return {}


def is_on_list(access: Access, list_id: str, name: str, value: str) -> bool:
    """Return whether the profile with this identifier is on a list. Raises the three failures."""
    permit(access, "get_profiles_for_list")
    query = urlencode({"filter": equals(name, value), "fields[profile]": name})
    path = f"/api/lists/{quote(list_id, safe='')}/profiles?{query}"
    return bool(errors.objects(answer(call(access, "GET", path)).body.get("data")))


def has_variant(access: Access, id_: str) -> bool:
    """Return whether Klaviyo's catalogue has a variant with this id. Raises the three failures."""
    known = f"klaviyo:{account(access)}:waited_for:{id_}"
    if access.memory.get(known):
        return True
    is_there = bool(existing(access, KINDS["variant"], [id_]))
    if is_there:
        access.memory.set(known, "there", REMEMBERED_SECONDS)
    return is_there
