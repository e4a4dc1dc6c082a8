"""What needs a person: everything that failed for good, from any path."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from integration.models.connection import Connection
from integration.models.inbox import InboundMessage
from integration.models.outbox import Delivery
from integration.models.runs import JobRun
from integration.models.store import Store


class FailedEventQuerySet(models.QuerySet["FailedEvent"]):
    def unresolved(self) -> Self:
        """What still waits for a person."""
        return self.filter(resolution=FailedEvent.Resolution.OPEN)


class FailedEvent(models.Model):
    """One failure. A retry that fails again opens the same one, it does not make another."""

    class Stage(models.TextChoices):
        UNDERSTANDING = "understanding", "Understanding the message"
        CHECKING = "checking", "Checking the request"
        SENDING = "sending", "Sending"

    class Resolution(models.TextChoices):
        OPEN = "open", "Open"
        RETRIED = "retried", "Retried"
        DISCARDED = "discarded", "Discarded"
        OVERTAKEN = "overtaken", "Overtaken"
        NOTED = "noted", "Only noted"  # sent without something, or in a dry run

    store = models.ForeignKey(Store, models.CASCADE, related_name="failures")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="failures")
    message = models.ForeignKey(
        InboundMessage, models.SET_NULL, null=True, blank=True, related_name="failures"
    )
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="failures"
    )
    run = models.ForeignKey(JobRun, models.SET_NULL, null=True, blank=True, related_name="failures")
    row = models.CharField("row", max_length=300, blank=True)  # the shop's id of it, in a run
    stage = models.CharField(max_length=20, choices=Stage.choices)
    payload = models.JSONField(
        null=True,
        blank=True,
        help_text="What failed. You may correct it here, save, and then retry.",
    )
    code = models.CharField(max_length=100, blank=True)
    reason = models.TextField()
    pointer = models.CharField("where", max_length=500, blank=True)
    status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    attempts = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)
    resolution = models.CharField(
        max_length=10, choices=Resolution.choices, default=Resolution.OPEN
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = FailedEventQuerySet.as_manager()

    class Meta:
        ordering = ("-last_at",)
        permissions = (
            ("retry_failedevent", "Can retry failed events"),
            ("discard_failedevent", "Can discard failed events"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["delivery"],
                condition=Q(delivery__isnull=False),
                name="one_failure_per_delivery",
            ),
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(stage="understanding", message__isnull=False),
                name="one_failure_per_message",
            ),
        )
        indexes = (
            models.Index(fields=["resolution", "-last_at"], name="failure_by_resolution"),
            models.Index(
                fields=["run", "id"], name="failure_by_run", condition=Q(run__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"Failed event {self.id}"
