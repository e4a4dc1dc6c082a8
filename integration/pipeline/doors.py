"""Doors: which connection is behind an address, and what proves its sender."""

from __future__ import annotations

from dataclasses import dataclass

from integration import registry
from integration.core.exchange import Access
from integration.core.plugins import Knock, Reply
from integration.core.short_memory import ShortMemory
from integration.models import Connection
from integration.pipeline.access import access

# Hundreds of notifications a second need not look up and decrypt the same row each; a change in
# the admin counts after this long.
REMEMBERED_SECONDS, MOST_REMEMBERED = 1.0, 1000


@dataclass(frozen=True, kw_only=True)
class Door:
    """A door that is open."""

    connection: Connection
    access: Access

    def lets_in(self, knock: Knock) -> bool:
        """Return whether who knocks has proven to be the sender, by the source's rule.

        Raises Retry where that cannot be told just now.
        """
        return registry.sources()[self.connection.kind].verify(knock, self.access)

    def greeting(self, knock: Knock) -> Reply | None:
        """Return the answer to a proven sender who only wants to know whether somebody is there.

        None if the knock is no such question. Raises Retry where it cannot be answered just now.
        """
        return registry.sources()[self.connection.kind].greet(knock, self.access)


_remembered: ShortMemory[tuple[str, str], Door] = ShortMemory(REMEMBERED_SECONDS, MOST_REMEMBERED)


def find(kind: str, slug: str) -> Door | None:
    """Return the door of a store for notifications of this kind, None if there is none."""
    return _remembered.look_up((kind, slug), lambda: _find(kind, slug))


def forget(kind: str, slug: str) -> None:
    """Look it up anew the next time."""
    _remembered.delete((kind, slug))


def _find(kind: str, slug: str) -> Door | None:
    connection = Connection.objects.at_door(kind, slug).first()
    return Door(connection=connection, access=access(connection)) if connection else None
