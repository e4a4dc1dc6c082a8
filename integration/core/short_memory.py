"""What hundreds ask for within a moment is looked up once, and known for some seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class ShortMemory(Generic[Key, Value]):
    """Values by key, each for so many seconds, and so many at the most. Threads may share it."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._known: dict[Key, tuple[float, Value]] = {}

    def get(self, key: Key) -> Value | None:
        """Return a value, None if it is not known any more."""
        found = self._known.get(key)
        if found is None:
            return None
        until, value = found
        if time.monotonic() < until:
            return value
        self.delete(key)
        return None

    def look_up(self, key: Key, find: Callable[[], Value | None]) -> Value | None:
        """Return a value, found if it is not known any more. That there is none is not kept:
        anybody can think of keys.
        """
        known = self.get(key)
        if known is not None:
            return known
        found = find()
        if found is not None:
            self.set(key, found)
        return found

    def set(self, key: Key, value: Value) -> None:
        """Keep a value. Where there are too many, all others are forgotten."""
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (time.monotonic() + self._seconds, value)

    def delete(self, key: Key) -> None:
        """Forget a value."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._known.clear()
