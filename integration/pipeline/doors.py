"""Doors: which connection is behind an address, and what proves its sender."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from integration import registry
from integration.models import Connection

# Hundreds of notifications a second need not look up and decrypt the same row each; a change in
# the admin counts after this long.
REMEMBERED_SECONDS = 1.0

_remembered: dict[tuple[str, str], tuple[float, Door]] = {}


@dataclass(frozen=True, kw_only=True)
class Door:
    """A door that is open."""

    connection: Connection
    secrets: Mapping[str, str]

    def lets_in(self, headers: Mapping[str, str]) -> bool:
        """Return whether the headers prove the sender, by the source's rule."""
        return registry.sources()[self.connection.kind].verify(headers, self.secrets)


def find(kind: str, slug: str) -> Door | None:
    """Return the door of a store for notifications of this kind, None if there is none."""
    until, door = _remembered.get((kind, slug), (0.0, None))
    if door and time.monotonic() < until:
        return door
    forget(kind, slug)
    connection = Connection.objects.at_door(kind, slug).first()
    if connection is None:
        return None  # not remembered: anybody can think of addresses
    door = Door(connection=connection, secrets=connection.secrets())
    _remembered[kind, slug] = (time.monotonic() + REMEMBERED_SECONDS, door)
    return door


def forget(kind: str, slug: str) -> None:
    """Look it up anew the next time."""
    _remembered.pop((kind, slug), None)
