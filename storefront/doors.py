"""Where pages come in: which store they are of, and what it has chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from integration.core.short_memory import ShortMemory
from integration.models import Connection, Store
from integration.public.origins import origins_of
from integration.sources.storefront.choices import Choices, choices
from integration.sources.storefront.notices import KIND

# Hundreds of events a second need not look up the same row each; a change in the admin counts after
# this long.
REMEMBERED_SECONDS, MOST_REMEMBERED = 5.0, 1000
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")


@dataclass(frozen=True, kw_only=True)
class Door:
    """A store whose pages may tell us something. `company` is its public key at Klaviyo."""

    store: Store
    connection: Connection
    origins: frozenset[str]
    choices: Choices
    company: str


_remembered: ShortMemory[str, Door] = ShortMemory(REMEMBERED_SECONDS, MOST_REMEMBERED)


def find(slug: str) -> Door | None:
    """Return the door of a store, None where there is none or the storefront is switched off."""
    return _remembered.look_up(slug, lambda: _find(slug))


def _find(slug: str) -> Door | None:
    if not SLUG.fullmatch(slug):
        return None
    connection = Connection.objects.at_door(KIND, slug).select_related("store").first()
    if connection is None:
        return None
    store = connection.store
    return Door(
        store=store,
        connection=connection,
        origins=origins_of(store),
        choices=choices(store.facts().settings),
        company=public_key(store),
    )


def public_key(store: Store) -> str:
    """Return the key by which klaviyo.js knows the store's account, "" where there is none."""
    klaviyo = store.connections.filter(kind="klaviyo", enabled=True).first()
    return str(klaviyo.values()["public_key"]) if klaviyo else ""


def forget() -> None:
    """Look all of them up anew the next time."""
    _remembered.clear()
