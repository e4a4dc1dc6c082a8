"""What Klaviyo does later: jobs of many rows, one after the other."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from project.sandbox.klaviyo.checks import Refused
from project.sandbox.klaviyo.schemas import Json

SECONDS = 0.5  # from its arrival until a job is done, if not told otherwise
QUEUED, PROCESSING, COMPLETE, CANCELLED = "queued", "processing", "complete", "cancelled"
STATUSES = (QUEUED, PROCESSING, COMPLETE, CANCELLED)

Work = Callable[[Json], object]


@dataclass
class Job:
    """Rows, and what became of them. `where` is the pointer to them in the body."""

    type: str
    rows: list[Json]
    where: str
    work: Work
    created_at: float
    lists: list[Json] = field(default_factory=list)
    id: str = field(default_factory=lambda: uuid.uuid4().hex.upper()[:26])
    total: int = 0
    completed: int = 0
    errors: list[Json] = field(default_factory=list)
    completed_at: float | None = None
    cancelled: bool = False

    def __post_init__(self) -> None:
        """Count the rows, which are given away when they are done."""
        self.total = len(self.rows)

    def finish(self, now: float) -> None:
        """Do it row by row. One that is refused does not stop the others."""
        for place, row in enumerate(self.rows):
            try:
                self.work(row)
            except Refused as exc:
                source = {"pointer": f"{self.where}/{place}"}
                self.errors.append({**exc.error, "source": source, "original_payload": row})
            else:
                self.completed += 1
        self.rows, self.completed_at = [], now

    def cancel(self, now: float) -> None:
        """Give it up with nothing done."""
        self.rows, self.completed_at, self.cancelled = [], now, True


class Jobs:
    """All jobs by id, the oldest first.

    Each is done `seconds` after its arrival, as soon as somebody looks; half of the time it is
    queued. The next `to_cancel` are not done at all.
    """

    def __init__(self) -> None:
        self.seconds = SECONDS
        self.to_cancel = 0
        self.by_id: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()

    def add(self, job: Job) -> None:
        """Take a job, to be done later."""
        self.by_id[job.id] = job
        self._waiting.append(job)
        self.run_due(job.created_at)

    def run_due(self, now: float) -> None:
        """Do all whose time has come, in the order in which they arrived."""
        while self._waiting and self._waiting[0].created_at + self.seconds <= now:
            job = self._waiting.popleft()
            if self.to_cancel:
                self.to_cancel -= 1
                job.cancel(now)
            else:
                job.finish(now)

    def in_progress(self, type_: str) -> int:
        """Return how many of a type are not done yet."""
        return sum(job.type == type_ for job in self._waiting)

    def status(self, job: Job, now: float) -> str:
        """Return what Klaviyo says of a job."""
        if job.completed_at is not None:
            return CANCELLED if job.cancelled else COMPLETE
        return QUEUED if now < job.created_at + self.seconds / 2 else PROCESSING
