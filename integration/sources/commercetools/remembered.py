"""What was looked up once and will be wanted again: within bounds, for as long as a walk takes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from integration.core.exchange import Read
from integration.core.rules import Json
from integration.sources.commercetools import lookups

MOST_CATEGORIES = 10_000  # that a project can have
# The rest of a category is a multiple of this, and nobody asks for it.
OF_A_CATEGORY = ("id", "version", "name", "parent", "custom")

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by id: those used last, `most` of them. `look` finds what is not known.

    Threads may share it. None waits for what another one looks for.
    """

    def __init__(self, most: int, look: Callable[[list[str]], Mapping[str, Value]]) -> None:
        self._most = most
        self._look = look
        self._known: OrderedDict[str, Value | None] = OrderedDict()  # None: there is none
        self._lock = threading.Lock()

    def of(self, ids: Iterable[str]) -> dict[str, Value]:
        """Return the values of these ids, as far as there are any."""
        wanted = {id_ for id_ in ids if id_}
        with self._lock:
            values = {id_: self._known[id_] for id_ in wanted & self._known.keys()}
        missing = sorted(wanted - values.keys())
        found = self._look(missing) if missing else {}
        values |= {id_: found.get(id_) for id_ in missing}
        with self._lock:
            for id_, value in values.items():
                self._known[id_] = value
                self._known.move_to_end(id_)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return {id_: value for id_, value in values.items() if value is not None}


class CategoryTree:
    """The shop's categories, as they were when first asked for. Threads may share it."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[str, Json | None] = {}  # None: there is no such category

    def of(self, ids: Iterable[str]) -> dict[str, Json]:
        """Return these categories and all above them, by id."""
        wanted = {id_ for id_ in ids if id_}
        known = self._known
        missing = wanted - known.keys()
        if len(known) + len(missing) > MOST_CATEGORIES:
            known, missing = {}, wanted
        if missing:
            found = lookups.category_tree(self._read, missing)
            trimmed = {id_: _trimmed(category) for id_, category in found.items()}
            # A new one in place of the old: others may be reading that.
            known = self._known = known | dict.fromkeys(missing) | trimmed
        there = {id_: category for id_, category in known.items() if category is not None}
        lines = [lookups.line_of(id_, there) for id_ in wanted]
        return {id_: there[id_] for line in lines for id_ in line}


def _trimmed(category: Json) -> Json:
    return {name: category[name] for name in OF_A_CATEGORY if name in category}
