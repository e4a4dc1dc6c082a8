"""Tokens: who may use the REST API, for which stores and for what."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from integration.models.store import Store

PREFIX = "sw_"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> Self:
        """Those that open the door now."""
        return self.filter(Q(expires=None) | Q(expires__gt=now()), revoked=None)

    def find(self, secret: str) -> ApiToken | None:
        """Return the usable token with this secret, None if there is none."""
        return self.usable().filter(digest=digest(secret)).first()


class ApiToken(models.Model):
    """A token. Its secret is shown once and kept as a hash only."""

    class Scope(models.TextChoices):
        READ = "read", "See imports and their results"
        RUN = "run", "Start and stop imports, too"

    name = models.CharField(
        max_length=100, help_text="What it is for, for example “Nightly import of our ERP”."
    )
    stores = models.ManyToManyField(
        Store, related_name="tokens", help_text="The stores that it may be used for."
    )
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    shown = models.CharField("ends with", max_length=4, editable=False)  # to tell it from others
    created = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    expires = models.DateTimeField(
        null=True, blank=True, help_text="After this time it opens nothing. Empty: never."
    )
    last_used = models.DateTimeField(null=True, blank=True, editable=False)
    revoked = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def renew(self) -> str:
        """Give it a new secret and return that. Does not save."""
        secret = PREFIX + secrets.token_urlsafe(32)
        self.digest, self.shown = digest(secret), secret[-4:]
        return secret

    def revoke(self) -> None:
        """Let it open nothing from now on, for good."""
        ApiToken.objects.filter(id=self.id, revoked=None).update(revoked=now())

    def used(self, at: datetime) -> None:
        """Remember when it was used last, to the minute."""
        if self.last_used is None or (at - self.last_used).total_seconds() >= 60:
            ApiToken.objects.filter(id=self.id).update(last_used=at)


def digest(secret: str) -> str:
    """Return what is kept of a secret. It is long and random: a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
