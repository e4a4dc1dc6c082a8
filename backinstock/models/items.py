"""What is known of each variant: what it is, how many there are, and how that came about."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Aggregate, Count, DecimalField, F, Min, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from integration.models import Store

WAITING = Q(sign_ups__state="waiting")


class StockItemQuerySet(models.QuerySet["StockItem"]):
    def with_demand(self) -> Self:
        """With `people`, `units_wanted`, `money_waiting` and `oldest` of those who wait for it."""
        return self.annotate(
            people=Coalesce(self._of_waiting(Count("sign_ups")), 0),
            units_wanted=Coalesce(self._of_waiting(Sum("sign_ups__units")), 0),
            oldest=self._of_waiting(Min("sign_ups__waiting_since")),
            money_waiting=Coalesce(F("units_wanted") * F("price"), 0, output_field=DecimalField()),
        )

    def waited_for(self) -> Self:
        """For which somebody waits, or of whose product somebody waits for any."""
        # Not by the variants of the product: who waits for any need not have looked at one.
        waits_for_any = Store.objects.filter(
            WAITING,
            id=models.OuterRef("store_id"),
            sign_ups__product_id=models.OuterRef("product_id"),
            sign_ups__any_variant=True,
        )
        return self.filter(
            models.Exists(self.model.objects.filter(WAITING, id=models.OuterRef("id")))
            | (~Q(product_id="") & models.Exists(waits_for_any))
        )

    def _of_waiting(self, aggregate: Aggregate) -> Subquery:
        # One by one, by an index: to join the history of all who ever waited takes seconds.
        mine = self.model.objects.filter(WAITING, id=models.OuterRef("id")).order_by().values("id")
        return Subquery(mine.annotate(value=aggregate).values("value"))


class StockItem(models.Model):
    """A variant of a product, by its SKU."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="stock_items")
    sku = models.CharField("SKU", max_length=200)
    product_id = models.CharField("product", max_length=200, blank=True)
    names = models.JSONField(default=dict, blank=True)  # of the product, by locale
    descriptions = models.JSONField(default=dict, blank=True)
    slugs = models.JSONField(default=dict, blank=True)
    variant_name = models.CharField(max_length=300, blank=True)  # "Blue, 42"
    image = models.URLField(max_length=1000, blank=True)
    alternate_image = models.URLField(max_length=1000, blank=True)
    url = models.URLField("address", max_length=1000, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    published = models.BooleanField(default=True)
    backorder = models.BooleanField(default=False)  # it can be ordered without stock
    quantity = models.IntegerField(null=True, blank=True)  # None: nobody counts, or nobody said
    is_counted = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # when its stock was last told
    # Whether it is to be had, by the store's rules. None: nobody has said so far.
    is_available = models.BooleanField(null=True, blank=True)
    ready_since = models.DateTimeField(null=True, blank=True)  # enough of it, but not long enough
    returns = models.PositiveIntegerField(default=0)  # how often it came back: the edges
    alerts_paused = models.BooleanField(
        default=False, help_text="Nobody is told of it until you switch this off again."
    )

    objects = StockItemQuerySet.as_manager()

    class Meta:
        verbose_name = "variant"
        ordering = ("sku",)
        constraints = (models.UniqueConstraint(fields=["store", "sku"], name="one_item_per_sku"),)
        indexes = (
            models.Index(fields=["store", "product_id"], name="item_by_product"),
            models.Index(
                fields=["ready_since"], name="item_ready", condition=Q(ready_since__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.sku


class StockLevel(models.Model):
    """How many there were from a moment on. One row for each change."""

    class Source(models.TextChoices):
        SHOP = "shop", "The shop told of it"
        POLL = "poll", "The shop was asked"
        FEED = "feed", "The product feed"
        API = "api", "The API"
        HAND = "hand", "By hand"
        IMPORT = "import", "An import in the admin"

    item = models.ForeignKey(StockItem, models.CASCADE, related_name="levels")
    at = models.DateTimeField(default=now)
    quantity = models.IntegerField(null=True)  # None: nobody counts
    source = models.CharField(max_length=10, choices=Source.choices)

    class Meta:
        verbose_name = "stock level"
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["item", "-at"], name="level_by_item"),)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity}"
