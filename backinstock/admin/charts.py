"""Pictures of numbers, made here: shapes for an SVG, and words for those who do not see it.

The shapes are stretched to the width there is, so all text stays beside them, in HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

HEIGHT = 100  # of every picture, in its own units
STEPS_WIDTH = 1000


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day. All numbers are ready to be written into the SVG."""

    x: str
    y: str
    height: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Bars:
    """A number for each day."""

    title: str
    said: str  # beside the title
    words: str  # what the picture says
    width: int
    bars: list[Bar]
    ticks: list[str]  # from top to bottom
    dates: list[str]  # from left to right
    colour: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A moment that matters."""

    x: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Steps:
    """A number that stays as it is until it changes."""

    words: str
    line: str  # paths
    area: str
    marks: list[Mark]
    ticks: list[str]
    dates: list[str]


def bars(title: str, unit: str, numbers: Sequence[tuple[date, int]], colour: str) -> Bars:
    """Return a picture of a number for each day, of which there is at least one."""
    total, top = sum(count for _, count in numbers), _top(max(count for _, count in numbers))
    busiest, most = max(numbers, key=lambda each: each[1])
    spoken = f"{title} from {_day(numbers[0][0])} to {_day(numbers[-1][0])}: {total:,} in all"
    return Bars(
        title=title,
        words=f"{spoken}, most on {_day(busiest)}: {most:,}." if total else f"{spoken}.",
        said=f"{total:,} in {len(numbers)} days",
        width=len(numbers),
        bars=[
            Bar(
                x=f"{number + 0.1:.1f}",
                y=f"{HEIGHT * (1 - count / top):.2f}",
                height=f"{HEIGHT * count / top:.2f}",
                words=f"{_day(day)}: {count:,} {unit}",
            )
            for number, (day, count) in enumerate(numbers)
            if count
        ],
        ticks=_ticks(top),
        dates=[_day(numbers[at][0]) for at in (0, len(numbers) // 2, -1)],
        colour=colour,
    )


def steps(
    levels: Sequence[tuple[datetime, int | None]],
    since: datetime,
    until: datetime,
    marks: Sequence[tuple[datetime, str]],
) -> Steps:
    """Return a picture of levels in their order (None: nobody counts), from one time to another.

    The first level may be older than `since`: it is how it was then.
    """
    counts = [count for _, count in levels if count is not None]
    top = _top(max([*counts, 1]))
    line, area = [], []
    for number, (begins, count) in enumerate(levels):
        if count is None:
            continue
        ends = levels[number + 1][0] if number + 1 < len(levels) else until
        left, right = _x(max(begins, since), since, until), _x(ends, since, until)
        y = f"{HEIGHT * (1 - max(count, 0) / top):.2f}"
        follows = number and levels[number - 1][1] is not None
        line.append(f"{f'V{y}' if follows else f'M{left} {y}'}H{right}")
        area.append(f"M{left} {HEIGHT}V{y}H{right}V{HEIGHT}Z")
    middle = since + (until - since) / 2
    return Steps(
        words=_spoken(counts, levels, since, until),
        line="".join(line),
        area="".join(area),
        marks=[Mark(x=_x(at, since, until), words=words) for at, words in marks],
        ticks=_ticks(top),
        dates=[_day(at) for at in (since, middle, until)],
    )


def _spoken(counts: Sequence[int], levels: Sequence[Any], since: datetime, until: datetime) -> str:
    """Return what the picture of levels says."""
    span = f"Stock from {_day(since)} to {_day(until)}"
    if not counts:
        return f"{span}: nobody counted it."
    last = levels[-1][1]
    ends = "not counted at the end" if last is None else f"{last:,} at the end"
    return f"{span}: between {min(counts):,} and {max(counts):,}, {ends}."


def _top(most: int) -> int:
    """Return a round number that is at least as great."""
    magnitude = int("1" + "0" * (len(str(most)) - 1))
    return next(top for n in (1, 2, 3, 4, 5, 6, 8, 10) if (top := n * magnitude) >= max(most, 1))


def _ticks(top: int) -> list[str]:
    return [f"{top:,}", f"{top // 2:,}" if top % 2 == 0 else "", "0"]


def _x(at: datetime, since: datetime, until: datetime) -> str:
    share = (at - since) / (until - since)
    return f"{STEPS_WIDTH * min(max(share, 0), 1):.1f}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
