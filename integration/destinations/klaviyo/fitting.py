"""Cutting properties to what Klaviyo takes, by rule, and saying what was cut.

Klaviyo refuses an event that is over one of its limits, or drops it. A property less is better
than no event. The rules, in this order:

1. Texts over 100 KB end there. Lists end after 4,000 entries. What lies deeper than ten levels is
   left out. Whole numbers over 64 bits become texts.
2. Over 400 properties: those with names of ours stay, then the shop's own fields, then the order's,
   in their order; the rest is left out.
3. Over 5 MB: the largest of the order's fields goes first, then of the shop's own, then of ours.
"""

from __future__ import annotations

from typing import Any

from integration.core.rules import Json
from integration.destinations.klaviyo import limits
from integration.destinations.klaviyo.quick_json import LONGER, size, surely_small

# Around the properties: profile, metric, unique id, time and punctuation.
EVENT_BYTES = limits.MAX_BODY_BYTES - limits.MAX_EVENT_PROFILE_BYTES - 6_000
PROFILE_BYTES = limits.MAX_PROFILE_BYTES - 5_000
SHOWN = 10  # names in a note


class Fitted(dict[str, Any]):
    """Properties that were found to be within all limits, so that nobody has to look once more."""


def fit_event(named: Json, custom: Json, document: Json) -> tuple[Json, tuple[str, ...]]:
    """Return the properties of an event, what is ours over the shop's own fields over the
    document's, and notes on what was cut.
    """
    return _fit([named, custom, document], EVENT_BYTES)


def fit_profile(custom: Json) -> tuple[Json, tuple[str, ...]]:
    """Return the properties of a profile, and notes on what was cut."""
    return _fit([custom], PROFILE_BYTES)


def _fit(ranks: list[Json], most_bytes: int) -> tuple[Json, tuple[str, ...]]:
    together: Json = {}
    for rank in ranks:
        together = {**together, **rank, **together}
    most = min(limits.MAX_STRING_BYTES, most_bytes // LONGER)  # then no text in it is longer either
    is_small = surely_small(together, most, limits.MAX_ARRAY_ITEMS, limits.MAX_DEPTH)
    if is_small and len(together) <= limits.MAX_PROPERTIES:
        return Fitted(together), ()
    return _cut_to_fit(together, ranks, most_bytes)


def _cut_to_fit(together: Json, ranks: list[Json], most_bytes: int) -> tuple[Json, tuple[str, ...]]:
    notes: list[str] = []
    kept = {name: _cut(value, name, 2, notes) for name, value in together.items()}
    _note_left_out(list(kept)[limits.MAX_PROPERTIES :], "more than 400 properties", notes)
    kept = dict(list(kept.items())[: limits.MAX_PROPERTIES])
    heavy = _too_heavy(kept, ranks, most_bytes)
    _note_left_out(heavy, "the whole would be too large", notes)
    return {name: value for name, value in kept.items() if name not in heavy}, tuple(notes)


def _cut(value: Any, path: str, depth: int, notes: list[str]) -> Any:
    """The value within the limits; `depth` is the level of objects on which it lies."""
    match value:
        case str() if len(value) * 4 > limits.MAX_STRING_BYTES:
            return _shortened(value, path, notes)
        case bool():
            return value
        case int() if not -(2**63) <= value < 2**63:
            notes.append(f"“{path}” was made a text: it is a number of more than 64 bits.")
            return str(value)
        case list():
            if len(value) > limits.MAX_ARRAY_ITEMS:
                notes.append(f"“{path}” was cut after {limits.MAX_ARRAY_ITEMS:,} entries.")
            shorter = value[: limits.MAX_ARRAY_ITEMS]
            return [_cut(entry, path, depth, notes) for entry in shorter]
        case dict():
            if depth > limits.MAX_DEPTH:
                notes.append(f"“{path}” was left out: it is nested too deep.")
                return None
            inner = {
                name: _cut(entry, f"{path}.{name}", depth + 1, notes)
                for name, entry in value.items()
            }
            return {name: entry for name, entry in inner.items() if entry is not None}
        case _:
            return value


def _shortened(text: str, path: str, notes: list[str]) -> str:
    encoded = text.encode()
    if len(encoded) <= limits.MAX_STRING_BYTES:
        return text
    notes.append(f"“{path}” was cut after {limits.MAX_STRING_BYTES:,} bytes.")
    return encoded[: limits.MAX_STRING_BYTES].decode(errors="ignore")


def _too_heavy(kept: Json, ranks: list[Json], most_bytes: int) -> list[str]:
    """The names to leave out so that the rest fits: the largest of the least important first."""
    sizes = {name: size(value) + len(name) + 6 for name, value in kept.items()}
    total = sum(sizes.values())
    heavy: list[str] = []
    for rank in reversed(ranks):
        for name in sorted(sizes.keys() & rank.keys(), key=sizes.__getitem__, reverse=True):
            if total <= most_bytes:
                return heavy
            if name not in heavy:
                heavy.append(name)
                total -= sizes[name]
    return heavy


def _note_left_out(names: list[str], why: str, notes: list[str]) -> None:
    if names:
        listed = ", ".join(f"“{name}”" for name in names[:SHOWN])
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        notes.append(f"Left out, because {why}: {listed}{more}.")
