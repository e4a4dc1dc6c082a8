"""When shops were asked for the stock of what people wait for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F
from django.utils.timezone import now

from integration.models import Store


class StockPoll(models.Model):
    """When a store's shop was last asked for all that somebody waits for, and what came of it."""

    LEASE = timedelta(minutes=10)  # longer than any job may take: a worker that died is over then

    store = models.OneToOneField(Store, models.CASCADE, related_name="stock_poll")
    asked_at = models.DateTimeField(null=True, blank=True)  # for all of it, to the end
    asked_for = models.PositiveIntegerField("variants", default=0)  # so far, or the last time
    cursor = models.BigIntegerField(default=0)  # the last variant asked for; 0: none is under way
    not_before = models.DateTimeField(default=now)  # backoff and lease in one
    attempts = models.PositiveIntegerField(default=0)  # that failed, one after the other
    reason = models.CharField(max_length=500, blank=True)  # why it did not go well

    class Meta:
        verbose_name = "stock poll"

    def __str__(self) -> str:
        return f"Poll of store {self.store_id}"

    def is_due(self, at: datetime, every: timedelta) -> bool:
        """Whether the shop is to be asked now: again, or for the rest."""
        if at < self.not_before:
            return False
        return bool(self.cursor) or self.asked_at is None or at >= self.asked_at + every

    def claim(self, at: datetime) -> bool:
        """Take it for a while. Return whether nobody else has."""
        same = StockPoll.objects.filter(
            id=self.id, not_before=self.not_before, cursor=self.cursor, asked_at=self.asked_at
        )
        self.not_before = at + self.LEASE
        return bool(same.update(not_before=self.not_before))

    def went_on(self, cursor: int, count: int) -> None:
        """Remember how far it is."""
        self.cursor, self.asked_for = cursor, self.asked_for + count
        StockPoll.objects.filter(id=self.id).update(cursor=cursor, asked_for=F("asked_for") + count)
