"""How far the reading of what was missed has got."""

from __future__ import annotations

from django.db import models

from integration.models.connection import Connection


class SyncState(models.Model):
    """One stream of a source: how far it was read, and when it last was.

    The stream is known up to `read_until`. While a reading is under way, `cursor` says where it
    goes on and `since` where it began.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="streams")
    stream = models.CharField(max_length=40)
    since = models.DateTimeField(null=True, blank=True)
    cursor = models.CharField(max_length=500, blank=True)
    read_until = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField("last time something came", null=True, blank=True)
    last_success = models.DateTimeField("last read to the end", null=True, blank=True)

    class Meta:
        ordering = ("connection", "stream")
        constraints = (
            models.UniqueConstraint(fields=["connection", "stream"], name="state_per_stream"),
        )

    def __str__(self) -> str:
        return f"{self.connection}: {self.stream}"
