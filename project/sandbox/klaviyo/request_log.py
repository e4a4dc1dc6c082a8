"""What was asked of the account, word for word, as far as there is room for it."""

from __future__ import annotations

from collections import deque
from typing import Any

import orjson

from project.sandbox.klaviyo.schemas import Json

KEPT_REQUESTS = 2_000
LONGEST_BODY = 100_000  # bytes; of a longer one only its length is kept, if not told otherwise
MOST_BYTES = 100_000_000  # of all bodies together


def parsed(raw: bytes) -> Any:
    """Return what a body says, None if it is no JSON."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


class RequestLog:
    """The newest requests. Set `keep_all` to have long bodies too."""

    def __init__(self) -> None:
        self.keep_all = False
        self._kept: deque[tuple[Json, bytes | int]] = deque()
        self._bytes = 0

    def add(self, request: Json, raw: bytes) -> None:
        """Keep a request and its body, and for that as few of the oldest less as will do."""
        short = self.keep_all or len(raw) <= LONGEST_BODY
        self._kept.append((request, raw if short else len(raw)))
        self._bytes += len(raw) if short else 0
        while len(self._kept) > KEPT_REQUESTS or self._bytes > MOST_BYTES:
            _, gone = self._kept.popleft()
            self._bytes -= len(gone) if isinstance(gone, bytes) else 0

    def all(self) -> list[Json]:
        """Return them, the oldest first."""
        return [
            {**request, "body": {"bytes": kept} if isinstance(kept, int) else parsed(kept)}
            for request, kept in self._kept
        ]
