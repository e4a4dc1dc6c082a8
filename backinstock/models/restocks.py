"""What came back, in which waves people hear of it, and what became of each alert."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from backinstock.models.items import StockItem, StockLevel
from backinstock.models.signups import SignUp
from integration.models import Delivery


class RestockQuerySet(models.QuerySet["Restock"]):
    def due(self, at: datetime) -> Self:
        """Whose next wave is to be planned now."""
        return self.filter(
            state=Restock.State.OPEN, next_wave_at__lte=at, item__alerts_paused=False
        )


class Restock(models.Model):
    """A variant came back: an edge from "not to be had" to "to be had"."""

    class State(models.TextChoices):
        OPEN = "open", "People are being told"
        PAUSED = "paused", "Paused"
        DONE = "done", "Done"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    item = models.ForeignKey(StockItem, models.CASCADE, related_name="restocks")
    number = models.PositiveIntegerField()  # the first, second, … return of this item
    at = models.DateTimeField(default=now)
    quantity = models.IntegerField(null=True)  # None: nobody counts
    source = models.CharField(max_length=10, choices=StockLevel.Source.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    next_wave_at = models.DateTimeField(null=True, blank=True, default=now)
    reason = models.CharField(max_length=300, blank=True)  # why it waits, or why it is over

    objects = RestockQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["item", "number"], name="one_restock_per_edge"),
        )
        indexes = (
            models.Index(fields=["next_wave_at"], name="restock_due", condition=Q(state="open")),
        )

    def __str__(self) -> str:
        return f"Restock {self.id}"


class Wave(models.Model):
    """Those who hear of a restock at the same time. Planned in steps: the cursor is how far."""

    restock = models.ForeignKey(Restock, models.CASCADE, related_name="waves")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)
    stock = models.IntegerField(null=True)  # when it began; None: nobody counts
    size = models.PositiveIntegerField(null=True)  # units to offer; None: everyone
    units = models.PositiveIntegerField(default=0)  # offered
    alerted = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveIntegerField(default=0)  # who want more than is left
    cursor = models.JSONField(default=list, blank=True)  # the last one looked at
    is_planned = models.BooleanField(default=False)

    class Meta:
        ordering = ("restock", "number")
        constraints = (
            models.UniqueConstraint(fields=["restock", "number"], name="one_wave_per_number"),
        )

    def __str__(self) -> str:
        return f"Wave {self.number} of restock {self.restock_id}"


class AlertQuerySet(models.QuerySet["Alert"]):
    def answered(self) -> Self:
        """Alerts of whose delivery is known what became, and that do not say it yet."""
        sent = Q(delivery__state__in=["sent", "confirmed"], state__in=["queued", "failed"])
        failed = Q(delivery__state="rejected", state="queued")
        dropped = Q(delivery__state="discarded", state__in=["queued", "failed"])
        return self.filter(sent | failed | dropped)


class Alert(models.Model):
    """What became of one person in one restock."""

    class State(models.TextChoices):
        QUEUED = "queued", "On its way"
        SENT = "sent", "Klaviyo has it"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

    class Reason(models.TextChoices):
        BOUGHT = "bought", "Bought it meanwhile"
        OPTED_OUT = "opted_out", "Wants no alerts"
        SUPPRESSED = "suppressed", "Suppressed in Klaviyo"
        COOLING_DOWN = "cooling_down", "Was alerted about this product a short while ago"
        NOT_SENT = "not_sent", "It was discarded before it was sent"

    sign_up = models.ForeignKey(SignUp, models.CASCADE, related_name="alerts")
    restock = models.ForeignKey(Restock, models.CASCADE, related_name="alerts")
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="alerts")
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["sign_up", "restock"], name="one_alert_per_restock"),
        )
        indexes = (
            models.Index(
                fields=["state", "id"],
                name="alert_open",
                condition=Q(state__in=("queued", "failed")),
            ),
            models.Index(fields=["restock", "state"], name="alert_by_restock"),
        )

    def __str__(self) -> str:
        return f"Alert {self.id}"
