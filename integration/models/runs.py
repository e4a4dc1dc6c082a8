"""Long work: an import of everything, a schedule's turn."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.timezone import now

from integration.models.store import Store

ABANDONED = timedelta(seconds=20)  # without a heartbeat: its worker died


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def active(self) -> Self:
        """What is not over."""
        return self.filter(state__in=JobRun.ACTIVE)

    def free(self) -> Self:
        """What is not over and nobody works on."""
        dead = Q(heartbeat=None) | Q(heartbeat__lt=now() - ABANDONED)
        return self.active().filter(dead)

    def waiting(self, kinds: Iterable[str]) -> list[int]:
        """Return the runs of these kinds that somebody should take up now."""
        due = self.free().filter(Q(wait_until=None) | Q(wait_until__lte=now()))
        return list(due.filter(kind__in=list(kinds)).values_list("id", flat=True))

    def newest_of_each(self) -> Self:
        """For each store and kind the one that is active, else the newest."""
        is_over = Case(When(state__in=JobRun.ACTIVE, then=0), default=1)
        ordered = self.order_by("store_id", "kind", is_over, "-id")
        return ordered.distinct("store_id", "kind")

    def claim(self, run_id: int) -> int | None:
        """Return the number of our claim to the run; None if it is over, or somebody else's."""
        claimed = self.free().filter(id=run_id)
        if not claimed.update(heartbeat=now(), claims=F("claims") + 1):
            return None
        claims: int = self.values_list("claims", flat=True).get(id=run_id)
        return claims

    def ours(self, run_id: int, claims: int) -> Self:
        """The run, unless it is over or another worker has claimed it since."""
        return self.active().filter(id=run_id, claims=claims)

    def release(self, run_id: int, claims: int) -> None:
        """Let anybody take it up."""
        self.ours(run_id, claims).update(heartbeat=None)

    def stop(self, run_id: int) -> bool:
        """Stop a run as soon as what is under way is done. Return whether it was still active."""
        if self.free().filter(id=run_id).update(state=JobRun.State.STOPPED, finished=now()):
            return True
        going = self.filter(id=run_id, state__in=[JobRun.State.QUEUED, JobRun.State.RUNNING])
        return bool(going.update(state=JobRun.State.STOPPING))

    def end(self, run_id: int, state: JobRun.State, reason: str = "") -> None:
        """Write down how it ended, unless it has."""
        active = self.active().filter(id=run_id)
        active.update(state=state, reason=reason, finished=now(), wait_until=None)

    def accepted(self, run_id: int, count: int = 1) -> None:
        """Count requests of a run that went by themselves in the end."""
        self.filter(id=run_id).update(accepted=F("accepted") + count)

    def held(self, run_id: int) -> JobRun | None:
        """Return the run, locked until the transaction ends; None if it is not active."""
        return self.active().filter(id=run_id).select_for_update().first()


class JobRun(models.Model):
    """One run, with how far it got. At most one of a kind is active for a store.

    A heartbeat says that a worker is at it; none, that anybody may take it up.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        STOPPING = "stopping", "Stopping"
        STOPPED = "stopped", "Stopped"
        SUCCEEDED = "succeeded", "Finished"
        FAILED = "failed", "Failed"

    ACTIVE = (State.QUEUED, State.RUNNING, State.STOPPING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    store = models.ForeignKey(Store, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    parameters = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)
    read = models.PositiveIntegerField(default=0)  # entries of the shop
    sent = models.PositiveIntegerField(default=0)  # requests that went out
    accepted = models.PositiveIntegerField(default=0)  # those of them that the other side has done
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)  # what was skipped, left out, failed: why
    cursor = models.CharField(max_length=200, blank=True)
    left = models.JSONField(default=dict, blank=True)  # to real time, and since when
    worked = models.FloatField(default=0)  # seconds
    created = models.DateTimeField(default=now)
    started = models.DateTimeField(null=True, blank=True)
    heartbeat = models.DateTimeField(null=True, blank=True)
    claims = models.PositiveIntegerField(default=0)  # tells a claim from the ones before it
    tries = models.PositiveIntegerField(default=0)  # that failed in a row
    wait_until = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_with = models.CharField(max_length=100, blank=True)  # a token, a command
    reason = models.TextField(blank=True)  # why it ended, or waits

    objects = JobRunQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        permissions = (("run_jobrun", "Can start and stop imports"),)
        constraints = (
            models.UniqueConstraint(
                fields=["store", "kind"],
                condition=Q(state__in=["queued", "running", "stopping"]),
                name="one_active_run_per_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_active(self) -> bool:
        """Whether it is not over."""
        return self.state in self.ACTIVE

    @property
    def who(self) -> str:
        """Who started it, in words."""
        return self.started_with or (str(self.started_by) if self.started_by else "itself")
