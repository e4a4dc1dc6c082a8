"""What a store is connected to, and whether that may be used."""

from __future__ import annotations

import logging
from typing import Self

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q

from integration import registry, secrets
from integration.core.errors import Misconfigured
from integration.core.rules import Json
from integration.models.store import Store

logger = logging.getLogger(__name__)


# As Connection.works, of what belongs to a connection.
WORKS = Q(connection__enabled=True, connection__paused_reason="")


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def destinations(self) -> Self:
        """What collects deliveries: paused ones too, only the switched off do not."""
        return self.filter(enabled=True, kind__in=registry.destinations())

    def at_door(self, kind: str, slug: str) -> Self:
        """The connection that notifications of this kind for this store belong to."""
        if kind not in registry.sources():
            return self.none()
        return self.filter(enabled=True, kind=kind, store__slug=slug)


class Connection(models.Model):
    """One plugin of a store, with what it needs to get in."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=40, choices=registry.kinds)
    config = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True, editable=False)  # the secrets, encrypted
    enabled = models.BooleanField(
        default=True, help_text="Switched off, nothing is taken in or collected for it."
    )
    paused_reason = models.CharField(max_length=300, blank=True, editable=False)
    health = models.JSONField(default=dict, blank=True, editable=False)  # of its subscription

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ("store", "kind")
        constraints = (
            models.UniqueConstraint(fields=["store", "kind"], name="one_connection_per_kind"),
        )

    def __str__(self) -> str:
        return f"{self.store} · {self.label}"

    @property
    def label(self) -> str:
        """The plugin's name for people."""
        plugin = registry.plugins().get(self.kind)
        return plugin.label if plugin else self.kind

    @property
    def works(self) -> bool:
        """Whether it may be used now: a person's choice and the machine's together."""
        return self.enabled and not self.paused_reason

    def secrets(self) -> dict[str, str]:
        """Return the secrets, decrypted. Never show or log them.

        Where the key they were written with is lost there are none: they can be entered anew.
        """
        try:
            return secrets.unseal(self.sealed)
        except ImproperlyConfigured:
            logger.exception("connection %s: the secrets cannot be decrypted", self.id)
            return {}

    def set_secrets(self, **values: str) -> None:
        """Put these secrets in the place of the ones with the same names. Does not save."""
        self.sealed = secrets.seal({**self.secrets(), **values})

    def values(self) -> Json:
        """Return the configuration with defaults for what was left open."""
        defaults = {f.name: f.default for f in registry.plugins()[self.kind].fields if not f.secret}
        return {**defaults, **{name: value for name, value in self.config.items() if value}}

    def missing(self) -> list[str]:
        """Return the labels of required fields that are still empty."""
        filled = {**self.values(), **self.secrets()}
        return [
            field.label
            for field in registry.plugins()[self.kind].fields
            if field.required and not filled.get(field.name)
        ]

    def pause(self, failure: Misconfigured) -> None:
        """Stop until a person acts, and say so once, however many meet the same wall."""
        does = "Reading" if self.kind in registry.sources() else "Sending"
        self.paused_reason = f"{failure.reason} {does} is paused. {failure.remedy}"[:300]
        running = Connection.objects.filter(id=self.id, paused_reason="")
        if running.update(paused_reason=self.paused_reason):
            logger.error("connection %s paused: %s", self.id, failure.code)
