"""Sending a pack to its end: what is refused is taken out, the rest goes."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Self, TypeVar

from integration.core.bulk import BulkAnswer, Pack, Taken
from integration.core.errors import THROTTLED, Failure, Misconfigured, Reject, Retry
from integration.core.exchange import Request
from integration.core.rules import Json

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds between two tries
LONGEST_NAP = 0.5  # seconds until the next look whether to go on
MOST_TRIES = 8  # of one request, about half a minute

NO_WORD = Reject("It was neither taken nor refused.", code="no_word")

SendBulk = Callable[[str, Sequence[bytes]], BulkAnswer]


@dataclass(frozen=True, kw_only=True)
class Packed:
    """One request on its way in a pack: `content` is its part of the bulk request.

    Thousands wait at a time: the request's own body is left out, as the content says it. What has
    the same `apart` may not be in one pack. `notes` say what it goes without.
    """

    request: Request
    content: bytes
    apart: str = ""
    notes: tuple[str, ...] = ()

    def whole(self, pack: Pack) -> Request:
        """Return the request with its body."""
        return self.request.with_body(pack.body(self.content))

    def instead(self, body: Json, pack: Pack, note: str) -> Self:
        """Return it with another body, and a note on what it is without."""
        content = pack.piece(self.request.with_body(body))
        return replace(self, content=content, notes=(*self.notes, note))

    def noting(self, note: str) -> Self:
        """Return it with one more note, if there is one."""
        return replace(self, notes=(*self.notes, note)) if note else self


def without_body(request: Request) -> Request:
    """Return the request as it waits in a pack, once its content and `apart` are known."""
    return request.with_body({})


Row = TypeVar("Row", bound=Packed)


@dataclass
class Sent(Generic[Row]):
    """What came of a pack. `halted_by` is why some of it was not tried to the end."""

    operation: str
    taken: list[tuple[Taken, list[Row]]] = field(default_factory=list)
    refused: list[tuple[Row, Reject]] = field(default_factory=list)
    untried: list[Row] = field(default_factory=list)
    halted_by: Failure | None = None


@dataclass
class _Some(Generic[Row]):
    rows: list[Row]
    refusals: int = 0  # how often something of it was refused


class Sender(Generic[Row]):
    """Sends packs, in any number of threads, until told to halt."""

    def __init__(
        self,
        send: SendBulk,
        packs: Mapping[str, Pack],
        *,
        tries: int = MOST_TRIES,
        until: float = math.inf,
    ) -> None:
        self._send = send
        self._packs = packs
        # Of one request that may work later. The rate alone does not count, but is waited for
        # until this time (time.monotonic()) only.
        self._tries, self._until = tries, until
        self._halt = threading.Event()

    def halt(self) -> None:
        """Finish the requests under way and begin no other."""
        self._halt.set()

    def deliver(self, operation: str, rows: list[Row]) -> Sent[Row]:
        """Send a pack. Raises nothing but what is a bug."""
        sent: Sent[Row] = Sent(operation)
        waiting = [_Some(rows)]
        while waiting:
            some = waiting.pop()
            try:
                answer = self._patiently(operation, some.rows)
            except Reject as exc:
                if len(some.rows) > 1:
                    waiting += _halves(some)
                else:
                    sent.refused.append((some.rows[0], exc))
            except (Retry, Misconfigured) as exc:
                sent.halted_by = exc
                sent.untried += [row for one in [some, *waiting] for row in one.rows]
                return sent
            else:
                if answer is None:  # told to halt
                    sent.untried += [row for one in [some, *waiting] for row in one.rows]
                    return sent
                waiting += self._sorted_out(some, answer, sent)
        return sent

    def _patiently(self, operation: str, rows: list[Row]) -> BulkAnswer | None:
        """One request, again and again while it may work later; None if told to halt meanwhile."""
        tries = 0
        while not self._halt.is_set():
            try:
                return self._send(operation, [row.content for row in rows])
            except Retry as exc:
                tries += exc.code != THROTTLED
                if tries >= self._tries or time.monotonic() > self._until:
                    raise
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** max(tries - 1, 0))
                self._nap(exc.after if exc.after is not None else wait)
        return None

    def _nap(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._halt.is_set() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LONGEST_NAP))

    def _sorted_out(
        self, some: _Some[Row], answer: BulkAnswer, sent: Sent[Row]
    ) -> list[_Some[Row]]:
        """Write down what was taken and refused. Return what is to be sent once more."""
        rows = some.rows
        again = dict(enumerate(rows))
        for taken in answer.taken:
            settled = [again.pop(place).noting(taken.note) for place in taken.places]
            sent.taken.append((taken, settled))
        repaired = []
        for refused in answer.refused:
            row = again.pop(refused.place, None)
            if row is None:
                continue  # two things were wrong with it
            if refused.instead is not None and refused.note not in row.notes:
                pack = self._packs[sent.operation]
                repaired.append(row.instead(refused.instead, pack, refused.note))
            else:
                sent.refused.append((row, refused.failure))
        rest = [*again.values(), *repaired]
        if not rest:
            return []
        if len(rows) == 1 and not repaired:
            sent.refused.append((rows[0], NO_WORD))
            return []
        left = _Some(rest, some.refusals + 1)
        return [left] if left.refusals < 2 or len(rest) < 2 else _halves(left)


def _halves(some: _Some[Row]) -> list[_Some[Row]]:
    middle = len(some.rows) // 2
    return [_Some(half, some.refusals + 1) for half in (some.rows[:middle], some.rows[middle:])]
