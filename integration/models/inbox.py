"""What the shops told us, as they said it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from integration.models.connection import Connection

LEASE = timedelta(seconds=60)  # a message whose worker died is due again after this
WAITING = ("new", "parked")  # the states of what is to be processed some day


class InboundMessageQuerySet(models.QuerySet["InboundMessage"]):
    def due(self) -> Self:
        """What waits to be processed and may be now."""
        return self.filter(state__in=WAITING, not_before__lte=now())

    def claim(self, connection: Connection, most: int) -> list[InboundMessage]:
        """Take up to `most` due messages for a while, the oldest first. No two workers get one."""
        with transaction.atomic():
            # Own columns only: a claim filtered through a join is not atomic on PostgreSQL.
            due = self.due().filter(connection_id=connection.id).order_by("id")
            messages = list(due.select_for_update(skip_locked=True)[:most])
            InboundMessage.objects.filter(id__in=[message.id for message in messages]).update(
                claims=F("claims") + 1, not_before=now() + LEASE
            )
        for message in messages:
            message.claims += 1
            message.connection = connection
        return messages

    def finish(self, messages: list[InboundMessage]) -> set[int]:
        """Mark claimed messages done. Return the ids of those whose lease was still ours."""
        rows = self.filter(id__in=[message.id for message in messages])
        held = rows.filter(state__in=WAITING).order_by("id").select_for_update()
        claims = dict(held.values_list("id", "claims"))
        ours = {message.id for message in messages if claims.get(message.id) == message.claims}
        self.filter(id__in=ours).update(state=InboundMessage.State.DONE, error="")
        return ours


class InboundMessage(models.Model):
    """One message from a shop. The row is the job."""

    class State(models.TextChoices):
        NEW = "new", "Waiting"
        DONE = "done", "Done"
        IGNORED = "ignored", "Ignored"
        UNKNOWN = "unknown", "Not known"
        PARKED = "parked", "Parked"
        FAILED = "failed", "Failed"

    # Two indexes below begin with it.
    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="messages", db_index=False
    )
    dedupe_key = models.CharField(max_length=200)
    type = models.CharField(max_length=200, blank=True)
    resource_type = models.CharField(max_length=100, blank=True)
    resource_id = models.CharField(max_length=200, blank=True)
    version = models.BigIntegerField(null=True, blank=True)
    payload = models.JSONField(null=True, blank=True)
    raw = models.BinaryField(null=True, blank=True)  # only of what could not be understood
    received_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    attempts = models.PositiveIntegerField(default=0)  # tries that failed
    looks = models.PositiveIntegerField(default=0)  # handled, and to be handled once more
    resends = models.PositiveIntegerField(default=0)  # how often a person had it sent again
    claims = models.PositiveIntegerField(default=0)  # tells a claim from the ones before it
    not_before = models.DateTimeField(default=now)  # backoff and lease in one
    error = models.TextField("why", blank=True)  # or the reason why it was left alone

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["connection", "dedupe_key"], name="message_once"),
        )
        indexes = (
            models.Index(
                fields=["connection", "not_before"],
                name="message_due",
                condition=Q(state__in=WAITING),
            ),
            models.Index(fields=["resource_id"], name="message_by_resource"),
            models.Index(fields=["state", "-id"], name="message_by_state"),
            models.Index(fields=["connection", "received_at"], name="message_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.type or 'Message'} {self.id}"

    def settle(self, state: State, error: str = "") -> bool:
        """Write the outcome, unless the lease ended and another worker has taken it since."""
        self.state, self.error = state, error
        return bool(self._mine().update(state=state, error=error))

    def wait(self, until: datetime, error: str, state: State = State.NEW) -> None:
        """Put it back after a try that failed: it is due again at `until`."""
        self._mine().update(state=state, not_before=until, error=error, attempts=F("attempts") + 1)

    def look_again(self, until: datetime) -> None:
        """Put it back after it was finished: what it is about may look different at `until`."""
        InboundMessage.objects.filter(id=self.id, claims=self.claims).update(
            state=self.State.NEW,
            not_before=until,
            error="Done once; a second look follows.",
            looks=F("looks") + 1,
        )

    def release(self, error: str = "") -> None:
        """Put it back untried; `error` says why, if there is something to say."""
        self._mine().update(not_before=now(), error=error)

    def again(self) -> None:
        """Start over, as if it had just arrived, with what was changed on this instance."""
        self.state, self.attempts, self.not_before, self.error = self.State.NEW, 0, now(), ""
        self.looks = 0
        self.save()

    def _mine(self) -> InboundMessageQuerySet:
        return InboundMessage.objects.filter(id=self.id, state__in=WAITING, claims=self.claims)
