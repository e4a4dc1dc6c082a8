"""Orders: who has bought what they waited for need not hear of it any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backinstock.models import SignUp, StockItem


def note_purchase(
    store_id: int,
    persons: Collection[str],
    skus: Collection[str],
    product_ids: Collection[str],
    at: datetime,
) -> int:
    """Note that a person bought these. Return how many of their sign-ups that is about."""
    variants = StockItem.objects.filter(store_id=store_id, sku__in=skus)
    products = {*product_ids, *variants.values_list("product_id", flat=True)} - {""}
    # Who waits for any variant, and looked at the one they bought, has got theirs, too.
    bought = Q(item__sku__in=skus) | Q(any_variant=True, product_id__in=products)
    wanted = SignUp.objects.filter(
        bought, store_id=store_id, person__in=persons, bought_at=None, created__lte=at
    ).exclude(state__in=[SignUp.State.CANCELLED, SignUp.State.EXPIRED])
    return wanted.update(bought_at=at)
