"""What became of each page of a walk. A page counts when all of it is settled, in their order."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from integration.core.errors import Reject
from integration.core.exchange import Request
from integration.core.rules import Json
from integration.models import FailedEvent
from integration.models.versions import Standing
from integration.pipeline.packs import Packed


@dataclass(frozen=True, kw_only=True)
class RowFailure:
    """One row that will not arrive, or not all of it. `request` is None where there was none."""

    row: str
    failure: Reject
    stage: FailedEvent.Stage
    request: Request | None = None
    document: Json | None = None
    is_noted: bool = False  # it did arrive, without something


@dataclass(frozen=True, kw_only=True)
class StartedJob:
    """Work that the other side does with these rows yet."""

    operation: str
    external_id: str
    rows: list[Row]


@dataclass
class Page:
    """What became of a page so far. `cursor` is where the next one begins."""

    cursor: str
    number: int = 0
    walked: int = 0  # entries
    read: int = 0  # those of them that no other walk of the run counts
    outstanding: int = 0
    sent: int = 0
    accepted: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    failures: list[RowFailure] = field(default_factory=list)
    jobs: list[StartedJob] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)  # order keys that are not known any more
    moved: list[Row] = field(default_factory=list)  # objects that belonged to another thing before
    live: dict[str, list[str]] = field(default_factory=dict)  # left to real time: keys by row
    is_mapped: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is under way."""
        return self.is_mapped and not self.outstanding

    def fail(self, failed: RowFailure) -> None:
        """Write down a row that fails, or goes without something."""
        self.failures.append(failed)
        self.failed += not failed.is_noted


class Ledger:
    """The pages that are under way, the oldest first."""

    def __init__(self) -> None:
        self._pages: deque[Page] = deque()
        self._count = 0

    def open(self, cursor: str) -> Page:
        """Return a new page."""
        self._count += 1
        self._pages.append(Page(cursor=cursor, number=self._count))
        return self._pages[-1]

    def settled(self) -> list[Page]:
        """Return the pages, from the oldest on, that are settled. They leave the ledger."""
        found = []
        while self._pages and self._pages[0].is_settled:
            found.append(self._pages.popleft())
        return found

    def jobs(self) -> list[StartedJob]:
        """Return the jobs of the pages that are not settled."""
        return [job for page in self._pages for job in page.jobs]

    def __len__(self) -> int:
        return len(self._pages)


@dataclass(frozen=True, kw_only=True)
class Row(Packed):
    """One request on its way, of the thing in the shop with the id `entry`, read at `as_of`.

    `standing` is how new what it says of an object is, None for an event. `forget` is set where
    the object is deleted, and may come anew.
    """

    entry: str
    page: Page
    as_of: datetime
    forget: bool = False
    standing: Standing | None = None

    def on(self, page: Page) -> Row:
        """Return the row as one of another page."""
        return replace(self, page=page)
