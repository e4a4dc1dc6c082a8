"""That something was heard from a store's pages: noted now and then, in nobody's way."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import DatabaseError, InterfaceError
from django.utils.timezone import now

from integration.core.short_memory import ShortMemory
from integration.models import Store
from storefront.models import Sighting

logger = logging.getLogger(__name__)

# A process writes the same thing once in so many seconds: people look at days and minutes.
REMEMBERED_SECONDS, MOST_REMEMBERED = 5.0, 10_000
_noted: ShortMemory[tuple[int, str], bool] = ShortMemory(REMEMBERED_SECONDS, MOST_REMEMBERED)


def see(store: Store, whats: Iterable[str], page: str) -> None:
    """Note that these were heard just now, on a page if that is known. Raises nothing."""
    # In one order for all, so that no two processes wait for each other.
    fresh = sorted(what for what in whats if not _noted.get((store.id, what)))
    if not fresh:
        return
    for what in fresh:
        _noted.set((store.id, what), True)
    moment = now()
    rows = [
        Sighting(store=store, what=what, first_seen=moment, last_seen=moment, page=page)
        for what in fresh
    ]
    try:
        Sighting.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["store", "what"],
            update_fields=["last_seen", "page"] if page else ["last_seen"],
        )
    except (DatabaseError, InterfaceError) as exc:
        logger.warning("store %s: sightings not noted: %s", store.id, type(exc).__name__)


def forget() -> None:
    """Note everything anew the next time."""
    _noted.clear()
