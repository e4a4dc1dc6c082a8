"""The `where` language of commercetools: read into a tree of conditions.

orders:   paymentInfo(payments(id = "..."))
products: masterVariant(sku in ("SW-101-S", "SW-102-R")) or not (version >= 2)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from project.sandbox.commercetools import conditions
from project.sandbox.commercetools.comparing import COMPARISONS, is_defined, is_empty, moment_or
from project.sandbox.commercetools.conditions import Condition

Variables = Mapping[str, Sequence[str]]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<number>-?\d+(?:\.\d+)?)(?![\w-])
      | (?P<variable>:[A-Za-z_]\w*)
      | (?P<word>[A-Za-z_][\w-]*|`[^`]+`)
      | (?P<sign><>|!=|<=|>=|[=<>(),])
    )""",
    re.VERBOSE,
)
_DEEPEST = 30


class Malformed(ValueError):
    """A predicate that cannot be read; the message says where."""


def parse(text: str, variables: Variables) -> Condition:
    """Return the predicate as a condition that documents fulfil or not. Raises Malformed.

    `variables` are the values of `:name` in the predicate, as the query's `var.name` gives them.
    """
    return _Parser(_tokens(text), variables).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Malformed(f"unexpected {text[place:].strip()[:1]!r} at position {place}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return found


class _Parser:
    """Recursive descent: or, and, not, then one field."""

    def __init__(self, tokens: list[tuple[str, str]], variables: Variables) -> None:
        self._tokens = tokens
        self._variables = variables
        self._place = 0
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._either()
        if self._place < len(self._tokens):
            raise self._unexpected()
        return condition

    def _either(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Malformed("too deeply nested")
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        self._depth -= 1
        return conditions.either(parts)

    def _both(self) -> Condition:
        parts = [self._single()]
        while self._takes("and"):
            parts.append(self._single())
        return conditions.both(parts)

    def _single(self) -> Condition:
        is_denied = False
        while self._takes("not"):
            is_denied = not is_denied
        condition = self._inner() if self._takes("(") else self._field()
        return conditions.denied(condition) if is_denied else condition

    def _inner(self) -> Condition:
        condition = self._either()
        self._expect(")")
        return condition

    def _field(self) -> Condition:
        name = self._next("word").strip("`")
        if self._takes("("):
            return conditions.nested(name, self._inner())
        if self._takes("in"):
            return conditions.listed(name, self._listed())
        if self._takes("contains"):
            return self._contained(name)
        if self._takes("is"):
            return self._state(name)
        sign = self._next("sign")
        if sign not in COMPARISONS:
            raise self._unexpected(back=1)
        return conditions.compared(name, sign, self._literal())

    def _contained(self, name: str) -> Condition:
        enough: Callable[[Iterable[bool]], bool] = all if self._takes("all") else any
        if enough is any:
            self._expect("any")
        return conditions.contained(name, self._listed(), enough)

    def _state(self, name: str) -> Condition:
        is_denied = self._takes("not")
        is_so = is_defined if self._takes("defined") else is_empty
        if is_so is is_empty:
            self._expect("empty")
        return conditions.about(name, lambda document: is_so(document, name) != is_denied)

    def _listed(self) -> list[Any]:
        self._expect("(")
        found = self._literals()
        while self._takes(","):
            found += self._literals()
        self._expect(")")
        return found

    def _literal(self) -> Any:
        found = self._literals()
        if len(found) != 1:
            raise Malformed("one value expected, several given")
        return found[0]

    def _literals(self) -> list[Any]:
        kind, text = self._peek()
        self._place += 1
        if kind == "text":
            return [moment_or(re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))]
        if kind == "number":
            return [float(text) if "." in text else int(text)]
        if kind == "word" and text in ("true", "false"):
            return [text == "true"]
        if kind == "variable" and text[1:] in self._variables:
            return [moment_or(value) for value in self._variables[text[1:]]]
        raise self._unexpected(back=1)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _takes(self, text: str) -> bool:
        found = self._peek() in (("word", text), ("sign", text))
        self._place += found
        return found

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise self._unexpected()

    def _next(self, kind: str) -> str:
        found, text = self._peek()
        if found != kind:
            raise self._unexpected()
        self._place += 1
        return text

    def _unexpected(self, back: int = 0) -> Malformed:
        self._place -= back
        return Malformed(f"unexpected {self._peek()[1] or 'end'!r}")
