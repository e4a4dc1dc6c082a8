"""Work that the other side does with what it took, and that has to be asked after."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

import orjson
from django.db import models
from django.utils.timezone import now

from integration.core.exchange import Request
from integration.core.rules import Json
from integration.models.connection import Connection
from integration.models.runs import JobRun

PATIENCE = timedelta(hours=6)  # then a job counts as lost
FIRST_LOOK, LONGEST_WAIT = 1.0, 30.0  # seconds


class RemoteJobQuerySet(models.QuerySet["RemoteJob"]):
    def going(self) -> Self:
        """Those whose end is not known."""
        return self.filter(state=RemoteJob.State.GOING)

    def due(self) -> Self:
        """Those to be asked after now."""
        return self.going().filter(not_before__lte=now())


class RemoteJob(models.Model):
    """A job on the other side, with the requests that went into it, in their order."""

    class State(models.TextChoices):
        GOING = "going", "Going on"
        DONE = "done", "Done"
        LOST = "lost", "Lost"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="remote_jobs")
    run = models.ForeignKey(JobRun, models.CASCADE, null=True, related_name="remote_jobs")
    operation = models.CharField(max_length=60)  # what to ask it about
    external_id = models.CharField(max_length=200)
    count = models.PositiveIntegerField()
    packed = models.BinaryField()  # the requests, until it is done
    as_of = models.DateTimeField()  # how old what they say is at most,
    newest_as_of = models.DateTimeField()  # and at least
    state = models.CharField(max_length=5, choices=State.choices, default=State.GOING)
    looks = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    created = models.DateTimeField(default=now)
    finished = models.DateTimeField(null=True, blank=True)

    objects = RemoteJobQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["connection", "operation", "external_id"], name="one_row_per_remote_job"
            ),
        )
        indexes = (
            models.Index(
                fields=["not_before"],
                name="remote_job_due",
                condition=models.Q(state="going"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.external_id}"

    @staticmethod
    def pack(requests: Sequence[Json]) -> bytes:
        """Return what `requests` reads back."""
        return zlib.compress(orjson.dumps(requests), 1)

    @staticmethod
    def stored(request: Request, content: bytes, row: str | int) -> Json:
        """Return a request as it is kept, with the row, or the delivery, that it is about.

        `content` is its part of the bulk request, in the place of its body.
        """
        return {
            "row": row,
            "content": orjson.Fragment(content),
            "operation": request.operation,
            "method": request.method,
            "path": request.path,
            "order_key": request.order_key,
            "idempotency_key": request.idempotency_key,
            "version": request.version,
            "deletes": request.deletes,
        }

    def requests(self) -> list[Json]:
        """Return the requests that went into it."""
        found: list[Json] = orjson.loads(zlib.decompress(self.packed))
        return found

    def look_again(self) -> None:
        """Wait a little longer each time."""
        wait = min(LONGEST_WAIT, FIRST_LOOK * 1.6 ** min(self.looks, 20))
        self.later(now() + timedelta(seconds=wait), looks=self.looks + 1)

    def later(self, until: datetime, **fields: int) -> None:
        """Do not ask before this time."""
        RemoteJob.objects.going().filter(id=self.id).update(not_before=until, **fields)

    def end(self, state: State) -> bool:
        """Write down its end and let go of the requests. Return whether it was not over yet."""
        going = RemoteJob.objects.going().filter(id=self.id)
        return bool(going.update(state=state, finished=now(), packed=b""))
