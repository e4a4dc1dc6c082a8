"""The waiting list: who waits for what, and who wants to hear nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from backinstock.models.items import StockItem
from integration.models import Store


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def for_item(self, item: StockItem) -> Self:
        """Who waits for this variant, or for any of its product."""
        mine = Q(item=item)  # of a variant without a known product also who would take any
        if item.product_id:
            mine = Q(item=item, any_variant=False)
            mine |= Q(store_id=item.store_id, product_id=item.product_id, any_variant=True)
        return self.filter(mine, state=SignUp.State.WAITING)

    def open(self) -> Self:
        """Entries that are not over."""
        return self.filter(state__in=SignUp.OPEN)

    def expired(self, at: datetime) -> Self:
        """Open entries whose time is over, but those whose alert is being sent."""
        return self.open().filter(~Q(alerts__state="queued"), expires_at__lte=at)

    def same(self, entry: SignUp) -> Self:
        """The open entry of the same person for the same thing: there is one at most."""
        mine = self.open().filter(
            store_id=entry.store_id, person=entry.person, any_variant=entry.any_variant
        )
        if entry.any_variant:
            return mine.filter(product_id=entry.product_id)
        return mine.filter(item_id=entry.item_id)


class SignUp(models.Model):
    """One person who waits for one variant, or for any variant of a product."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "To be confirmed"
        WAITING = "waiting", "Waiting"
        ALERTING = "alerting", "Alert on its way"
        ALERTED = "alerted", "Alerted"
        BOUGHT = "bought", "Bought it meanwhile"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"

    OPEN = ("unconfirmed", "waiting", "alerting")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    store = models.ForeignKey(Store, models.CASCADE, related_name="sign_ups")
    # Of "any variant": the one that was looked at, where it is known.
    item = models.ForeignKey(
        StockItem,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sign_ups",
        db_index=False,  # sign_up_line begins with it: with two to choose from, the wrong one is
    )
    product_id = models.CharField("product", max_length=200, blank=True)
    any_variant = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    person = models.CharField(max_length=64, blank=True)  # a keyed hash of the address or number
    units = models.PositiveIntegerField("units wanted", default=1)
    locale = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    channel = models.CharField(max_length=100, blank=True)  # of the shop, as the page said it
    page = models.URLField(max_length=1000, blank=True)
    keep = models.BooleanField("stays on the list", default=False)
    newsletter = models.BooleanField(default=False)
    newsletter_text = models.TextField(blank=True)  # that was agreed to, as it was shown
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField(default=now)
    waiting_since = models.DateTimeField(default=now)  # created, or when it was confirmed
    expires_at = models.DateTimeField(null=True, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)
    bought_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_announced = models.BooleanField(default=False)  # Klaviyo's event is queued

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = "sign-up"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["item", "person"],
                condition=Q(any_variant=False, state__in=("unconfirmed", "waiting", "alerting"))
                & ~Q(person=""),
                name="waits_once_for_a_variant",
            ),
            models.UniqueConstraint(
                fields=["store", "product_id", "person"],
                condition=Q(any_variant=True, state__in=("unconfirmed", "waiting", "alerting"))
                & ~Q(person=""),
                name="waits_once_for_a_product",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | ~Q(product_id=""), name="waits_for_something"
            ),
        )
        indexes = (
            models.Index(fields=["item", "state", "waiting_since", "id"], name="sign_up_line"),
            models.Index(
                fields=["store", "product_id", "waiting_since", "id"],
                name="sign_up_product_queue",
                condition=Q(state="waiting", any_variant=True),
            ),
            models.Index(fields=["store", "person"], name="sign_up_person"),
            models.Index(
                fields=["store", "id"], name="sign_up_unannounced", condition=Q(is_announced=False)
            ),
            models.Index(
                fields=["expires_at"],
                name="sign_up_expiry",
                condition=Q(state__in=("unconfirmed", "waiting", "alerting")),
            ),
        )

    def __str__(self) -> str:
        return f"Sign-up {self.id}"


class OptOut(models.Model):
    """A person who wants no alerts from a store at all."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="opt_outs")
    person = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "opt-out"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["store", "person"], name="opts_out_once"),)

    def __str__(self) -> str:
        return f"Opt-out {self.id}"
