"""The ledger of consent: who agreed to marketing, or took that back, when, where, and to what."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.timezone import now

from integration.models.store import Store


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, store: Store, person: str) -> Self:
        """What somebody said, by what tells them from others."""
        return self.filter(store=store, person=person)

    def forget(self) -> int:
        """Take the addresses and numbers away; what was said, and when, stays as the proof.

        Return how many rows had any.
        """
        named = self.exclude(email="", phone="")
        return named.update(email="", phone="")


class Consent(models.Model):
    """One explicit word of somebody. Rows are added and never changed, but for being forgotten."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="consents")
    person = models.CharField(
        "known by",
        max_length=64,
        help_text="Tells this person from others, also when the address is forgotten.",
    )
    email = models.EmailField("e-mail address", blank=True)
    phone = models.CharField("phone number", max_length=20, blank=True)  # E.164
    granted = models.BooleanField("agreed")
    list_id = models.CharField("list", max_length=40, blank=True)  # the destination's id of it
    text = models.TextField("what was shown", blank=True)
    where = models.CharField(max_length=1000, blank=True)
    source = models.CharField("by way of", max_length=100)
    at = models.DateTimeField("when")
    created = models.DateTimeField("written down", default=now)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["store", "person"], name="consent_by_person"),)

    def __str__(self) -> str:
        return f"Consent {self.id}"
