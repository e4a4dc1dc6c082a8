"""Which objects of the catalog Klaviyo has."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from integration.core.exchange import Access
from integration.destinations.klaviyo import bodies, errors
from integration.destinations.klaviyo.bulk_operations import KINDS, Kind
from integration.destinations.klaviyo.client import answer, bulk_call
from integration.destinations.klaviyo.filters import any_of, portions

MOST_IDS = 50  # in a question
PATIENCE = 5.0  # seconds for a permit: who is told to halt must not wait for long


def existing(access: Access, kind: Kind, ids: Iterable[str]) -> set[str]:
    """Return those of these ids that Klaviyo has objects of. Raises the three failures."""
    found: set[str] = set()
    for asked in portions(ids, MOST_IDS):
        query = urlencode(
            {
                "filter": any_of("ids", asked),
                f"fields[{kind.type}]": "external_id",
                "page[size]": 100,
            }
        )
        response = bulk_call(access, kind.listed_by, f"{kind.path}?{query}", patience=PATIENCE)
        found |= {str(one.get("id")) for one in errors.objects(answer(response).body.get("data"))}
    return found


def there(access: Access, order_keys: Iterable[str]) -> set[str]:
    """Return which of these objects exist, by order key. Raises the three failures."""
    keys: dict[str, dict[str, str]] = {}  # by kind, by Klaviyo's id
    for order_key in order_keys:
        kind, _, external_id = order_key.partition(":")
        keys.setdefault(kind, {})[bodies.compound_id(external_id)] = order_key
    return {
        by_id[id_]
        for key, by_id in keys.items()
        if key in KINDS
        for id_ in existing(access, KINDS[key], by_id)
        if id_ in by_id
    }
