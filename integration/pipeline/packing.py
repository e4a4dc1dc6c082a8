"""Requests into packs: as many as the other side takes at once, and nothing twice in one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from integration.core.bulk import Pack
from integration.pipeline.packs import Packed

MOST_OPEN = 8  # packs, where much has to be apart

Row = TypeVar("Row", bound=Packed)


@dataclass
class _Open(Generic[Row]):
    rows: list[Row] = field(default_factory=list)
    size: int = 0
    apart: set[str] = field(default_factory=set)


class Packer(Generic[Row]):
    """Fills packs of one operation."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._open: list[_Open[Row]] = []

    def add(self, row: Row) -> list[list[Row]]:
        """Put a row into a pack. Return the packs that are full now."""
        apart, size = row.apart, len(row.content) + 1
        full = []
        for place in list(self._open):
            if apart and apart in place.apart:
                continue
            if place.rows and place.size + size > self._pack.most_bytes:
                self._open.remove(place)
                full.append(place.rows)
                continue
            return [*full, *self._put(place, row, apart, size)]
        if len(self._open) >= MOST_OPEN:
            full.append(self._open.pop(0).rows)
        self._open.append(_Open())
        return [*full, *self._put(self._open[-1], row, apart, size)]

    def flush(self) -> list[list[Row]]:
        """Return what is in packs that are not full, and begin anew."""
        left = [place.rows for place in self._open]
        self._open = []
        return left

    def _put(self, place: _Open[Row], row: Row, apart: str, size: int) -> list[list[Row]]:
        place.rows.append(row)
        place.size += size
        if apart:
            place.apart.add(apart)
        if len(place.rows) < self._pack.most:
            return []
        self._open.remove(place)
        return [place.rows]
