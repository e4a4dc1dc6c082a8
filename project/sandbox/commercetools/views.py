"""Collections as the API shows them, and which of their documents fulfil conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from project.sandbox.commercetools.collection import EVERYTHING, Collection, Reach
from project.sandbox.commercetools.conditions import Condition
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.written import HEAD, Kept, Pattern, Written, document

Show = Callable[[Kept], Kept | None]


def as_kept(kept: Kept) -> Kept:
    """Return a document as it is."""
    return kept


@dataclass(frozen=True)
class View:
    """A collection, and what is shown of each document: None if it cannot be seen here."""

    collection: Collection
    show: Show = as_kept

    def count(self) -> int:
        """Return how many documents can be seen."""
        if self.show is as_kept:
            return len(self.collection)
        return sum(1 for _ in self.matching([]))

    def matching(self, conditions: Sequence[Condition], *, by_id: bool = False) -> Iterator[Kept]:
        """Yield the documents that fulfil all conditions; in the order of their ids if asked to."""
        reach, rest = narrowed(conditions)
        if by_id or reach != EVERYTHING:
            found: Iterable[Kept] = self.collection.walk(reach)
        else:
            found = self.collection.everything()
        fits = _Test(rest)
        for kept in found:
            shown = self.show(kept)
            if shown is not None and fits(shown):
                yield shown


class _Test:
    """Whether all conditions are true. Of documents in writing no more than needed is read."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._conditions = conditions
        self._needles = frozenset(needle for each in conditions for needle in each.needles)
        self._about_head = all(each.fields <= HEAD for each in conditions)
        self._lacking: dict[Pattern, list[bytes]] = {}

    def __call__(self, kept: Kept) -> bool:
        if not self._conditions:
            return True
        if not isinstance(kept, Written):
            return self._true_of(kept)
        if self._needles and not self._may_hold(kept):
            return False
        beginning = kept.head() if self._about_head else None
        return self._true_of(document(kept) if beginning is None else beginning)

    def _true_of(self, document: Json) -> bool:
        return all(condition(document) for condition in self._conditions)

    def _may_hold(self, kept: Written) -> bool:
        """Whether the needles may be in its JSON, which is not put together for that."""
        lacking = self._lacking.get(kept.pattern)
        if lacking is None:
            lacking = [each[1:-1] for each in self._needles if not kept.pattern.says(each)]
            self._lacking[kept.pattern] = lacking
        values = b" ".join(kept.values)
        return all(bare in values for bare in lacking)


def narrowed(conditions: Sequence[Condition]) -> tuple[Reach, list[Condition]]:
    """Return which ids the conditions leave, and those conditions that are about more."""
    reach, rest = EVERYTHING, []
    for condition in _flat(conditions):
        texts = [literal for literal in condition.literals if isinstance(literal, str)]
        about_ids = condition.fields == {"id"} and len(texts) == len(condition.literals)
        closer = _closer(reach, condition.sign, texts) if about_ids else None
        if closer is None:
            rest.append(condition)
        else:
            reach = closer
    return reach, rest


def _flat(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        if condition.parts:
            yield from _flat(condition.parts)
        else:
            yield condition


def _closer(reach: Reach, sign: str, texts: list[str]) -> Reach | None:
    match sign:
        case ">":
            return replace(reach, first=max(reach.first, texts[0] + "\0"))
        case ">=":
            return replace(reach, first=max(reach.first, texts[0]))
        case "<" | "<=":
            end = texts[0] + "\0" * (sign == "<=")
            return replace(reach, end=end if reach.end is None else min(reach.end, end))
        case "=" | "in":
            wanted = frozenset(texts)
            return replace(reach, wanted=wanted if reach.wanted is None else reach.wanted & wanted)
    return None
