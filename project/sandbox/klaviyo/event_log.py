"""The events that the account holds, the oldest first."""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from project.sandbox.klaviyo.schemas import Json

EXTRAS = ("value_currency", "properties")  # what a lean log does not keep


class _Key(NamedTuple):
    """What Klaviyo tells two events apart by."""

    profile_id: str
    metric: str
    unique_id: str


class _Kept(NamedTuple):
    time: str | None
    value: float | None
    backfill: bool
    extras: Json | None


class EventLog:
    """Takes each event once. A lean one keeps no more than what identifies it."""

    def __init__(self, lean: bool) -> None:
        self.metrics: Counter[str] = Counter()  # how many events of each there are
        self._lean = lean
        self._kept: dict[_Key, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Json]:
        return (_event(key, kept) for key, kept in self._kept.items())

    def newest(self, count: int) -> list[Json]:
        """Return so many of them, the newest first."""
        return [_event(key, self._kept[key]) for key in islice(reversed(self._kept), count)]

    def add(self, profile_id: str, attributes: Json, received_at: str) -> bool:
        """Keep an event of this profile. Return False if there is one like it already."""
        metric = sys.intern(attributes["metric"]["data"]["attributes"]["name"])
        time = attributes.get("time")
        unique_id = attributes.get("unique_id") or str(time or received_at)[:19]
        key = _Key(profile_id, metric, unique_id)
        if key in self._kept:
            return False
        extras = None if self._lean else _extras(attributes, received_at)
        backfill = bool(attributes.get("backfill"))
        self._kept[key] = _Kept(time, attributes.get("value"), backfill, extras)
        self.metrics[metric] += 1
        return True

    def forget(self, profile_id: str) -> None:
        """Remove all that this profile did."""
        for key in [key for key in self._kept if key.profile_id == profile_id]:
            del self._kept[key]
            self.metrics[key.metric] -= 1
        self.metrics = +self.metrics  # without those of which there is none left


def _extras(attributes: Json, received_at: str) -> Json:
    return {
        "id": str(uuid.uuid4()),
        **{name: attributes.get(name) for name in EXTRAS},
        "received_at": received_at,
    }


def _event(key: _Key, kept: _Kept) -> Json:
    return {
        "profile_id": key.profile_id,
        "metric": key.metric,
        "unique_id": key.unique_id,
        "time": kept.time,
        "value": kept.value,
        "backfill": kept.backfill,
        **(kept.extras or {}),
    }
