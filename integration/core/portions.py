"""Values for questions in an address, which has room for so much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


def portions(
    values: Iterable[str], most: int, size: Callable[[str], int], most_size: int
) -> Iterator[list[str]]:
    """Yield the values in their order, at most so many at a time and together no larger than that.

    One that is too large by itself goes alone.
    """
    some: list[str] = []
    together = 0
    for value in values:
        adds = size(value)
        if some and (len(some) == most or together + adds > most_size):
            yield some
            some, together = [], 0
        some.append(value)
        together += adds
    if some:
        yield some
