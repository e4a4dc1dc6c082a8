"""What a `where` is made of: it is asked of documents, and whoever has an index looks into it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from project.sandbox.commercetools.comparing import COMPARISONS, holds, values


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Something that is true of a document or is not.

    `fields` are those at the top of a document that it looks at. The JSON of a document that it is
    true of contains all `needles`. It is true where all of its `parts` are, if it has some. `sign`
    and `literals` are those of a comparison: one of COMPARISONS, or "in".
    """

    holds: Callable[[Any], bool]
    fields: frozenset[str]
    needles: frozenset[bytes] = frozenset()
    parts: tuple[Condition, ...] = ()
    sign: str = ""
    literals: tuple[Any, ...] = ()

    def __call__(self, document: Any) -> bool:
        """Return whether it is true of this document."""
        return self.holds(document)


def compared(name: str, sign: str, literal: Any) -> Condition:
    """Return whether a field compares like this with a value; sign is one of COMPARISONS."""
    compare = COMPARISONS[sign]
    if compare is operator.ne:
        return denied(compared(name, "=", literal))
    written = sign == "=" and isinstance(literal, str)
    return Condition(
        holds=lambda document: any(
            holds(compare, value, literal) for value in values(document, name)
        ),
        fields=frozenset([name]),
        needles=frozenset([orjson.dumps(literal)] if written else []),
        sign=sign,
        literals=(literal,),
    )


def listed(name: str, wanted: Sequence[Any]) -> Condition:
    """Return whether a field has one of these values."""
    is_wanted = _is_one_of(wanted)
    return Condition(
        holds=lambda document: any(map(is_wanted, values(document, name))),
        fields=frozenset([name]),
        sign="in",
        literals=tuple(wanted),
    )


def contained(
    name: str, wanted: Sequence[Any], enough: Callable[[Iterable[bool]], bool]
) -> Condition:
    """Return whether a list has these values: any of them, or all."""
    tests = [_is_one_of([literal]) for literal in wanted]
    return about(
        name,
        lambda document: enough(any(map(test, values(document, name))) for test in tests),
    )


def nested(name: str, inner: Condition) -> Condition:
    """Return whether something in a field is like this."""
    return Condition(
        holds=lambda document: any(map(inner, values(document, name))),
        fields=frozenset([name]),
        needles=inner.needles,
    )


def about(name: str, is_true: Callable[[Any], bool]) -> Condition:
    """Return a condition that looks at one field, and no index can help with."""
    return Condition(holds=is_true, fields=frozenset([name]))


def both(parts: Sequence[Condition]) -> Condition:
    """Return whether all of these are true."""
    if len(parts) == 1:
        return parts[0]
    return Condition(
        holds=lambda document: all(part(document) for part in parts),
        fields=frozenset().union(*(part.fields for part in parts)),
        needles=frozenset().union(*(part.needles for part in parts)),
        parts=tuple(parts),
    )


def either(parts: Sequence[Condition]) -> Condition:
    """Return whether one of these is true."""
    if len(parts) == 1:
        return parts[0]
    return Condition(
        holds=lambda document: any(part(document) for part in parts),
        fields=frozenset().union(*(part.fields for part in parts)),
    )


def denied(part: Condition) -> Condition:
    """Return whether this is not true."""
    return Condition(holds=lambda document: not part(document), fields=part.fields)


def _is_one_of(wanted: Sequence[Any]) -> Callable[[Any], bool]:
    texts = frozenset(literal for literal in wanted if isinstance(literal, str))
    others = [literal for literal in wanted if not isinstance(literal, str)]

    def is_one(value: Any) -> bool:
        if isinstance(value, str) and value in texts:
            return True
        return any(holds(operator.eq, value, literal) for literal in others)

    return is_one
