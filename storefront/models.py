"""What was seen of a shop's pages, so that people know whether the script works there."""

from __future__ import annotations

from django.db import models

from integration.models import InboundMessage, Store

SCRIPT, IDENTIFY = "script", "identify"  # what can be seen besides events, which go by their names


class Sighting(models.Model):
    """That something was heard from a store's pages: the script, somebody's identity, an event."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="sightings")
    what = models.CharField(max_length=127)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    page = models.CharField(max_length=1000, blank=True)  # the last one that it came from

    class Meta:
        ordering = ("store", "what")
        constraints = (models.UniqueConstraint(fields=["store", "what"], name="sighting_once"),)

    def __str__(self) -> str:
        return self.what


class BrowserEvent(InboundMessage):
    """What a shop's page told, as it stands among the messages: a list of its own in the admin."""

    class Meta:
        proxy = True
        verbose_name = "browser event"
        default_permissions = ("view",)
