"""A shop, and what it is connected to."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.timezone import now

from integration import registry, secrets
from integration.core.errors import Misconfigured
from integration.core.plugins import StoreFacts

if TYPE_CHECKING:
    from integration.core.rules import Json


ORIGIN = re.compile(r"https?://[^/\s]+")

logger = logging.getLogger(__name__)


def check_settings(value: Any) -> None:
    """Refuse settings that no plugin knows, naming the path."""
    problems = registry.settings_schema().problems(value)
    if problems:
        raise ValidationError([f"settings{problem}" for problem in problems])


def check_timezone(value: str) -> None:
    """Refuse what is not a time zone."""
    if value not in available_timezones():
        raise ValidationError("Write it like Europe/Berlin.")


def check_origins(value: Any) -> None:
    """Refuse what is not a list of origins."""
    if not isinstance(value, list) or not all(isinstance(origin, str) for origin in value):
        raise ValidationError("Write a list of addresses.")
    wrong = [origin for origin in value if not ORIGIN.fullmatch(origin)]
    if wrong:
        raise ValidationError(
            f"“{wrong[0]}” is no origin. Write it like https://www.my-shop.com, without a path."
        )


class Store(models.Model):
    """A shop."""

    class Sending(models.TextChoices):
        LIVE = "live", "Live: everything is sent"
        DRY_RUN = "dry_run", "Dry run: everything is prepared and checked, nothing is sent"
        PAUSED = "paused", "Paused: everything is kept until you set it live again"

    slug = models.SlugField(
        "short name",
        max_length=50,
        unique=True,
        help_text="Part of the addresses of this store's doors.",
    )
    name = models.CharField(max_length=100)
    sending = models.CharField(
        max_length=10,
        choices=Sending.choices,
        default=Sending.DRY_RUN,
        help_text="Start with a dry run, look at the deliveries, then go live.",
    )
    locale = models.CharField(
        max_length=20,
        default="en",
        help_text="The language of product and category names, for example en-GB or de.",
        validators=[RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Write it like en-GB.")],
    )
    currency = models.CharField(
        max_length=3,
        default="EUR",
        help_text="Three letters, for example EUR.",
        validators=[RegexValidator(r"^[A-Z]{3}$", "Write three capital letters, like EUR.")],
    )
    country = models.CharField(
        max_length=2,
        default="DE",
        help_text="Two letters. Phone numbers without a country code are read as this country's.",
        validators=[RegexValidator(r"^[A-Z]{2}$", "Write two capital letters, like DE.")],
    )
    timezone = models.CharField(
        max_length=50,
        default="UTC",
        help_text="For example Europe/Berlin. A day begins at midnight there.",
        validators=[check_timezone],
    )
    origins = models.JSONField(
        default=list,
        blank=True,
        validators=[check_origins],
        help_text="The addresses of the storefront, for example [“https://shop.example”].",
    )
    settings = models.JSONField(
        default=dict,
        blank=True,
        validators=[check_settings],
        help_text="What becomes of orders and customers. Empty is a good start: see the docs.",
    )
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def facts(self) -> StoreFacts:
        """Return what mappers need to know, with every setting filled in."""
        return StoreFacts(
            locale=self.locale,
            country=self.country,
            currency=self.currency,
            settings=registry.complete_settings(self.settings),
        )


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

    def resume(self) -> None:
        """A person has acted: go on with what waits."""
        self.paused_reason = ""
        self.save(update_fields=["paused_reason"])
