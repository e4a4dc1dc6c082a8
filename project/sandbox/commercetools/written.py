"""Documents that are kept as JSON, so that a hundred thousand of them fit and are soon told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from project.sandbox.commercetools.documents import Json

# What `born` gives every document, as it begins in JSON: enough to say when it was changed.
HEAD = frozenset({"id", "createdAt", "lastModifiedAt"})
LONGEST_HEAD = 400  # bytes, a type before it included
_HEAD = re.compile(
    rb'"id":"(?P<id>[^"\\]+)","version":\d+,"lastMessageSequenceNumber":\d+,'
    rb'"versionModifiedAt":"[^"]+","createdAt":"(?P<createdAt>[^"]+)",'
    rb'"lastModifiedAt":"(?P<lastModifiedAt>[^"]+)"'
)


class Pattern:
    """What many documents have in common: JSON with gaps.

    A gap is the whole of a text between its quotes, or whole fields with their values.
    """

    def __init__(self, text: bytes, gaps: Sequence[bytes], summary: Pattern | None = None) -> None:
        """In the text, `gaps[n]` stands wherever the n-th value will; none is part of another.

        `summary` is a second pattern for the same values: the document in short.
        """
        match = _HEAD.search(text, 0, LONGEST_HEAD)
        shorter = match is not None and match.end() < len(text)  # else this is its own beginning
        self.beginning = Pattern(text[: match.end()], gaps) if match and shorter else None
        for number, gap in enumerate(gaps):
            text = text.replace(gap, b"\0%d\0" % number)  # which nothing in JSON looks like
        pieces = re.split(rb"\0(\d+)\0", text)
        self._pieces = pieces[::2]
        self._frame = b"%b".join(piece.replace(b"%", b"%%") for piece in self._pieces)
        self._pick: itemgetter[Any] = itemgetter(*map(int, pieces[1::2]))
        self.summary = summary

    def filled(self, values: Sequence[bytes]) -> bytes:
        """Return the JSON with these values in its gaps."""
        filled: bytes = self._frame % self._pick(values)
        return filled

    def says(self, text: bytes) -> bool:
        """Return whether this JSON text, with its quotes, is there whatever is in the gaps."""
        return any(text in piece for piece in self._pieces)


class Written(NamedTuple):
    """One document: a pattern, and what is in its gaps."""

    pattern: Pattern
    values: tuple[bytes, ...]

    def text(self) -> bytes:
        """Return its JSON."""
        return self.pattern.filled(self.values)

    def head(self) -> Json | None:
        """Return its HEAD fields, None if it does not begin with them."""
        beginning = self.pattern.beginning or self.pattern
        match = _HEAD.search(beginning.filled(self.values), 0, LONGEST_HEAD)
        if match is None:
            return None
        return {name: value.decode() for name, value in match.groupdict().items()}


Kept = Json | Written
_WHOLE = Pattern(b"*", [b"*"])


def written(document: Json) -> Written:
    """Return a document that is like no other one, to be kept as JSON."""
    return Written(_WHOLE, (orjson.dumps(document),))


def text(kept: Kept) -> bytes:
    """Return a document as JSON, however it is kept."""
    return kept.text() if isinstance(kept, Written) else orjson.dumps(kept)


def document(kept: Kept) -> Json:
    """Return a document as such, however it is kept."""
    if not isinstance(kept, Written):
        return kept
    parsed: Json = orjson.loads(kept.text())
    return parsed
