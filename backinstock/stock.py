"""How stock becomes known, and how a return is found: one way for all who tell of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from backinstock.config import Policy, policy_of
from backinstock.models import Restock, SignUp, StockItem, StockLevel
from backinstock.restocks import NOBODY
from backinstock.rules import Standing, Stock, is_return, next_standing, suffices
from integration.core.records import ProductChanged, Variant
from integration.models import Store

Source = StockLevel.Source
SOLD_OUT = "Sold out again."
MIRRORED = "Klaviyo's own waiting list tells people."


@transaction.atomic
def note_stock(
    store: Store,
    sku: str,
    quantity: int | None,
    source: StockLevel.Source,
    *,
    backorder: bool | None = None,
    at: datetime | None = None,
) -> Restock | None:
    """Note how many there are of a SKU (None: nobody counts). Return the restock that opens.

    `at` is when that was so, by our clock; an older word than what is known is left alone. Two who
    tell of one return wait for each other here, and the second finds that it is noted.
    """
    moment = at or now()
    item = _held(store, sku)
    if item.seen_at and moment < item.seen_at:
        return None
    is_counted = quantity is not None
    if item.seen_at is None or (item.quantity, item.is_counted) != (quantity, is_counted):
        StockLevel.objects.create(item=item, at=moment, quantity=quantity, source=source)
    item.quantity, item.is_counted, item.seen_at = quantity, is_counted, moment
    if backorder is not None:
        item.backorder = backorder
    return _judge(item, policy_of(store), source, moment)


def describe(store: Store, product: ProductChanged) -> list[Restock]:
    """Note what a product and its variants are, for alerts to say, and that it is to be seen."""
    restocks = []
    for variant in product.variants:
        if variant.sku:
            restocks.append(_describe(store, product, variant))
    return [restock for restock in restocks if restock]


def withdraw(store: Store, product_id: str) -> None:
    """Note that shoppers do not see a product for now: nobody hears that it is back."""
    skus = StockItem.objects.filter(store=store, product_id=product_id).values_list(
        "sku", flat=True
    )
    for sku in sorted(skus):
        with transaction.atomic():
            item = _held(store, sku)
            item.published = False
            _judge(item, policy_of(store), Source.SHOP, now())


def settle_ready(at: datetime) -> list[Restock]:
    """Return the restocks of what has been there long enough by now."""
    restocks = []
    ready = StockItem.objects.filter(ready_since__lte=at).select_related("store")
    for found in ready.order_by("id"):
        rules = policy_of(found.store)
        if found.ready_since and at - found.ready_since < rules.minimum_time:
            continue
        with transaction.atomic():
            item = _held(found.store, found.sku)
            restock = _judge(item, rules, Source.SHOP, at)
        restocks += [restock] if restock else []
    return restocks


@transaction.atomic
def _describe(store: Store, product: ProductChanged, variant: Variant) -> Restock | None:
    item = _held(store, variant.sku)
    item.product_id, item.published = product.external_id, True
    item.names, item.descriptions = dict(product.name), dict(product.description)
    item.slugs = dict(product.slug)
    item.image = variant.image or product.image
    item.alternate_image = product.image if variant.image else ""
    price = variant.price or product.price
    item.price = price.amount if price else None
    item.currency = price.currency if price else ""
    first_word = item.seen_at is None
    if first_word:
        item.quantity, item.is_counted = variant.stock, variant.stock is not None
        item.seen_at = now()
        StockLevel.objects.create(item=item, quantity=variant.stock, source=Source.SHOP)
    restock = _judge(item, policy_of(store), Source.SHOP, now())
    _correct_entries(item)
    return restock


def _correct_entries(item: StockItem) -> None:
    """Who looked at this variant waits for this product, whatever the page called it."""
    entries = SignUp.objects.filter(item=item).exclude(product_id=item.product_id)
    entries.filter(any_variant=False).update(product_id=item.product_id)
    waits_already = SignUp.objects.open().filter(
        store_id=item.store_id,
        product_id=item.product_id,
        any_variant=True,
        person=OuterRef("person"),
    )
    theirs = entries.filter(any_variant=True)
    theirs.exclude(Exists(waits_already)).update(product_id=item.product_id)


def _held(store: Store, sku: str) -> StockItem:
    item, _ = StockItem.objects.select_for_update().get_or_create(store=store, sku=sku)
    return item


def _judge(
    item: StockItem, rules: Policy, source: StockLevel.Source, at: datetime
) -> Restock | None:
    """Save a held variant, with what its stock means now. Return the restock that opens."""
    before = Standing(is_available=item.is_available, ready_since=item.ready_since)
    enough = item.seen_at is not None and suffices(
        Stock(quantity=item.quantity, published=item.published, backorder=item.backorder), rules
    )
    after = before if item.seen_at is None else next_standing(before, enough, rules, at)
    waits = SignUp.objects.for_item(item).exists()
    is_told_of = item.restocks.exclude(state=Restock.State.DONE).exists()  # begun by hand
    returns = is_return(before, after, waits) and not is_told_of
    item.is_available, item.ready_since = after.is_available, after.ready_since
    item.returns += returns
    item.save()
    if before.is_available and not after.is_available:
        # What was begun by hand while it was sold out goes on: that is known.
        item.restocks.exclude(state=Restock.State.DONE).update(
            state=Restock.State.DONE, reason=SOLD_OUT, next_wave_at=None
        )
    if not returns:
        return None
    return _opened(item, rules, source, at, waits)


def _opened(
    item: StockItem, rules: Policy, source: StockLevel.Source, at: datetime, waits: bool
) -> Restock | None:
    reason = "" if rules.alerts and waits else NOBODY if rules.alerts else MIRRORED
    restock = Restock.objects.create(
        item=item,
        number=item.returns,
        at=at,
        quantity=item.quantity,
        source=source,
        state=Restock.State.DONE if reason else Restock.State.OPEN,
        next_wave_at=None if reason else at,
        reason=reason,
    )
    return None if reason else restock
