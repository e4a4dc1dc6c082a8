"""Walking a collection: read ahead, understand, pack, send, and save how far it got."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

from integration.bulk.pages import Ledger, Page, Row, StartedJob
from integration.bulk.settling import settle, tried
from integration.core.bulk import Pack, Portion, Walk
from integration.core.errors import Failure, Retry
from integration.pipeline.packing import Packer
from integration.pipeline.packs import Sender, Sent

THREADS = 4  # requests in flight
MOST_PACKS = 4  # packed and not yet settled: 20 MB, and as much again for their rows
LOOK_SECONDS = 1.0  # between two looks whether to go on
MOST_READS, FIRST_WAIT = 6, 0.5  # tries of one page, and seconds between them at first


class Understands(Protocol):
    """Makes rows of pages."""

    def rows(self, portion: Portion, stage: int, page: Page, most: int | None) -> list[Row]: ...


@dataclass(frozen=True, kw_only=True)
class Control:
    """What a walk asks of its run: to save settled pages, to keep the jobs of others at its end,
    whether to go on, and how long to read.
    """

    save: Callable[[list[Page]], None]
    keep: Callable[[list[StartedJob]], None]
    may_go_on: Callable[[], bool]
    until: float  # time.monotonic()


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where a walk begins, of which stage the requests are, and after how many entries it ends."""

    stage: int
    cursor: str
    prefix: str  # of the cursors that are saved
    limit: int | None


@dataclass
class Walked:
    """How a walk went. `failure` is why it could not go on; `is_shops` if the shop would not."""

    is_over: bool = False
    failure: Failure | None = None
    is_shops: bool = False


class Walker:
    """One walk. `sender` is None for a try, which sends nothing."""

    def __init__(
        self,
        walk: Walk,
        understanding: Understands,
        sender: Sender[Row] | None,
        packs: Mapping[str, Pack],
        control: Control,
    ) -> None:
        self._walk = walk
        self._understanding = understanding
        self._sender = sender
        self._packs = packs
        self._packers: dict[str, Packer[Row]] = {name: Packer(pack) for name, pack in packs.items()}
        self._control = control
        self._ledger = Ledger()
        self._under_way: set[Future[Sent[Row]]] = set()
        self._walked = Walked()
        self._halted = threading.Event()
        self._looked_at = 0.0

    def go(self, course: Course) -> Walked:
        """Walk until the end, a failure, or until it may not go on."""
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(THREADS) as senders:
            try:
                self._go(course, reader, senders)
            except BaseException:
                self._halt()
                raise
        return self._walked

    def _go(self, course: Course, reader: ThreadPoolExecutor, senders: ThreadPoolExecutor) -> None:
        left = course.limit
        reading: Future[Portion] | None = reader.submit(self._patiently, course.cursor)
        while reading and self._goes_on():
            portion = self._read(reading)
            if portion is None:
                break
            is_last = portion.is_last or (left is not None and portion.count >= left)
            stops = is_last or time.monotonic() > self._control.until
            reading = None if stops else reader.submit(self._patiently, portion.cursor)
            page = self._ledger.open(f"{course.prefix}{portion.cursor}")
            for row in self._understanding.rows(portion, course.stage, page, left):
                self._pack(row, senders)
            page.is_mapped = True
            left = None if left is None else left - page.walked
            self._walked.is_over = is_last
            self._settle()
        self._finish(senders)

    def _patiently(self, cursor: str) -> Portion:
        """Read a page, in the reader's thread, again and again while it may work later."""
        tries = 0
        while True:
            try:
                return self._walk(cursor)
            except Retry as exc:
                tries += 1
                if tries >= MOST_READS or self._halted.is_set():
                    raise
                usual = FIRST_WAIT * 2.0 ** (tries - 1)
                self._halted.wait(usual if exc.after is None else min(exc.after, 30.0))

    def _read(self, reading: Future[Portion]) -> Portion | None:
        while not reading.done():
            futures: list[Future[Any]] = [reading, *self._under_way]
            wait(futures, LOOK_SECONDS, FIRST_COMPLETED)
            self._settle()
            if not self._goes_on():
                return None
        try:
            return reading.result()
        except Failure as exc:
            self._walked.failure, self._walked.is_shops = exc, True
            return None

    def _pack(self, row: Row, senders: ThreadPoolExecutor) -> None:
        row.page.outstanding += 1
        for rows in self._packers[row.request.operation].add(row):
            self._submit(row.request.operation, rows, senders)

    def _submit(self, operation: str, rows: list[Row], senders: ThreadPoolExecutor) -> None:
        if self._sender is None:
            tried(rows, self._packs[operation])
            return
        while len(self._under_way) >= MOST_PACKS and self._goes_on():
            self._await_one()
        if self._goes_on():
            self._under_way.add(senders.submit(self._sender.deliver, operation, rows))

    def _finish(self, senders: ThreadPoolExecutor) -> None:
        """Send what is packed, unless it has to stop now, and wait for all that is under way."""
        for operation, packer in self._packers.items():
            for rows in packer.flush():
                self._submit(operation, rows, senders)
        while self._under_way:
            self._await_one()
        self._settle()
        if len(self._ledger):  # something was not sent: it is not over
            self._walked.is_over = False
            self._control.keep(self._ledger.jobs())

    def _await_one(self) -> None:
        wait(self._under_way, LOOK_SECONDS, FIRST_COMPLETED)
        self._settle()
        self._goes_on()

    def _goes_on(self) -> bool:
        """Whether to send anything else. Looks at the run once a second."""
        if not self._halted.is_set() and time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = time.monotonic()
            if not self._control.may_go_on():
                self._halt()
        return not self._halted.is_set()

    def _halt(self) -> None:
        self._halted.set()
        if self._sender:
            self._sender.halt()

    def _settle(self) -> None:
        """Write down what has come back."""
        for future in [one for one in self._under_way if one.done()]:
            self._under_way.remove(future)
            failure = settle(future.result(), self._packs)
            if failure:
                if self._walked.failure is None:
                    self._walked.failure = failure
                self._halt()
        settled = self._ledger.settled()
        if settled:
            self._control.save(settled)
