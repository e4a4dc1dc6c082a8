"""What all queues have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from integration.core.errors import Misconfigured
from integration.core.exchange import Access


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message that nobody else gets for a while. `receipt` is what removes it."""

    id: str
    body: bytes = field(repr=False)  # somebody's order
    receipt: str = field(repr=False)


class Queue(Protocol):
    """A queue of a cloud. Its methods raise the three failures."""

    def take(self) -> list[Taken]:
        """Return what is there, at once if there is something; nothing after some seconds."""

    def remove(self, messages: Sequence[Taken]) -> None:
        """These are stored: nobody needs them any more."""

    def put_back(self, messages: Sequence[Taken]) -> None:
        """These could not be stored: they are to come again."""


def filled_in(values: Mapping[str, str], name: str, label: str) -> str:
    """Return what was filled in on a connection. Raises Misconfigured where that is nothing."""
    if not values.get(name):
        raise Misconfigured(
            f"The connection has no {label}.", remedy="Fill it in, in Connections.", code="not_set"
        )
    return values[name]


class Opener:
    """Opens a queue, and opens it anew when the connection's values have changed."""

    def __init__(self, opens: Callable[[Access], Queue]) -> None:
        self._opens = opens
        self._values: object = None
        self._queue: Queue | None = None

    def queue(self, access: Access) -> Queue:
        """Return the queue of a connection. Raises Misconfigured where a value is missing."""
        values = (dict(access.config), dict(access.secrets))
        if self._queue is None or values != self._values:
            self._queue, self._values = self._opens(access), values
        return self._queue
