"""A shop."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.timezone import now

from integration import registry
from integration.core.exchange import StoreFacts

ORIGIN = re.compile(r"https?://[^/\s]+")


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
