"""Product feeds: files at an address, read again and again."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.timezone import now

from backinstock.models.items import StockItem
from integration.models import Store

COLUMNS = (
    *("sku", "quantity", "backorder", "product_id", "name", "variant", "price", "currency"),
    *("url", "image", "alternate_image", "published"),
)

ADDRESS = re.compile(r"^https?://[^\s/@?#]+([/?#]\S*)?$")


def check_columns(value: Any) -> None:
    """Refuse what does not say how a feed calls our columns."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise ValidationError("Write it like {“sku”: “article number”}.")
    if unknown := sorted(set(value) - set(COLUMNS)):
        raise ValidationError(f"“{unknown[0]}” is none of ours. There are: {', '.join(COLUMNS)}.")


class FeedQuerySet(models.QuerySet["Feed"]):
    def due(self, at: datetime) -> Self:
        """Those of stores with back in stock that are to be read now."""
        every = models.F("every") * models.Value(timedelta(minutes=1))
        again = models.Q(read_at=None) | models.Q(read_at__lte=at - every)
        return self.filter(
            again,
            enabled=True,
            not_before__lte=at,
            store__connections__kind="backinstock",
            store__connections__enabled=True,
        )


class Feed(models.Model):
    """A file with the products of a store and how many there are."""

    class Format(models.TextChoices):
        AUTO = "auto", "Find out"
        CSV = "csv", "CSV"
        JSON = "json", "JSON"

    LEASE = timedelta(minutes=10)  # longer than any job may take: a worker that died is over then

    store = models.ForeignKey(Store, models.CASCADE, related_name="feeds")
    url = models.CharField(  # no URLField: that knows no host of one word
        "address",
        max_length=1000,
        validators=[RegexValidator(ADDRESS, "Write it like https://shop.example/feed.csv.")],
        help_text="Where the file is: https://… (or http://…), without a user and a password.",
    )
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.AUTO)
    columns = models.JSONField(
        default=dict,
        blank=True,
        validators=[check_columns],
        help_text="What the file calls our columns, where it calls them something else: "
        "{“sku”: “article number”, “quantity”: “stock”}.",
    )
    every = models.PositiveIntegerField(
        "read every",
        default=15,
        validators=[MinValueValidator(5)],
        help_text="So many minutes, 5 or more.",
    )
    enabled = models.BooleanField(default=True, help_text="Switched off, it is not read.")
    etag = models.CharField(max_length=500, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    taken_as = models.CharField(max_length=64, blank=True, editable=False)  # see `reading`
    read_at = models.DateTimeField("last read", null=True, blank=True, editable=False)
    taken_at = models.DateTimeField("last taken", null=True, blank=True, editable=False)
    result = models.CharField(max_length=500, blank=True, editable=False)  # in words
    is_well = models.BooleanField(null=True, blank=True, editable=False)
    rows = models.PositiveIntegerField(null=True, blank=True, editable=False)  # that were taken
    problems = models.JSONField(default=list, blank=True, editable=False)  # sentences, the first
    not_before = models.DateTimeField(default=now, editable=False)  # backoff and lease in one
    attempts = models.PositiveIntegerField(default=0, editable=False)  # without an answer in turn

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = "product feed"
        ordering = ("store", "id")

    def __str__(self) -> str:
        return f"Feed {self.id}"

    @property
    def reading(self) -> str:
        """How the file is read: one that has not changed is read anew once this has."""
        chosen = json.dumps([self.url, self.format, self.columns], sort_keys=True)
        return hashlib.sha256(chosen.encode()).hexdigest()

    def claim(self, at: datetime) -> bool:
        """Take it for a while. Return whether nobody else has."""
        same = Feed.objects.filter(id=self.id, not_before=self.not_before, read_at=self.read_at)
        self.not_before = at + self.LEASE
        return bool(same.update(not_before=self.not_before))


class FeedItem(models.Model):
    """A variant that is in a feed: what is not there any more is sold out."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items")
    item = models.ForeignKey(StockItem, models.CASCADE, related_name="feed_items")
    read_at = models.DateTimeField()  # the last reading that had it

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["feed", "item"], name="one_row_per_feed_and_item"),
        )
        indexes = (models.Index(fields=["feed", "read_at"], name="feed_item_by_reading"),)

    def __str__(self) -> str:
        return f"{self.feed_id}: {self.item_id}"
