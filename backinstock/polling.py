"""Shops are asked for the stock of what somebody waits for, so that nothing missed stays missed."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.timezone import now

from backinstock import stock
from backinstock.config import policy_of
from backinstock.models import Restock, SignUp, StockItem, StockLevel
from backinstock.models.polls import StockPoll
from integration import registry
from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.records import ProductChanged, ProductUnpublished, Record, StockChanged
from integration.models import Connection, Store
from integration.pipeline.backoff import next_try
from integration.pipeline.processing import shop_of

logger = logging.getLogger(__name__)

BATCH = 100  # variants
TURN_SECONDS = 100.0  # then the worker is somebody else's for a while
AGAIN_AFTER = timedelta(minutes=5)  # what the shop refused, or nobody may ask


def ask(store: Store, skus: Sequence[str], product_ids: Sequence[str]) -> list[Restock]:
    """Ask the store's shop for these SKUs and products, and note what it says.

    Return the restocks that open. Without a shop that can be asked, nothing is done. Raises the
    three failures. Belongs into no transaction.
    """
    connection = source_of(store)
    wares = registry.sources()[connection.kind].wares if connection else None
    if connection is None or wares is None:
        return []
    try:
        records = wares(skus, product_ids, shop_of(connection))
    except Misconfigured as exc:
        connection.pause(exc)
        raise
    return _noted(store, records)


def ask_about_new(store: Store) -> list[Restock]:
    """Ask for what somebody has just begun to wait for and nobody has told us of, so that messages
    can say what it is. Return the restocks that open.

    What the shop cannot tell now is asked for by the next poll.
    """
    new = StockItem.objects.filter(store=store, seen_at=None, sign_ups__is_announced=False)
    restocks: list[Restock] = []
    skus = sorted(set(new.values_list("sku", flat=True)))
    for start in range(0, len(skus), BATCH):
        try:
            restocks += ask(store, skus[start : start + BATCH], [])
        except Failure as exc:
            logger.info("store %s: new variants not asked for: %s", store.id, exc.code)
            return restocks
    return restocks


def poll(store: Store, at: datetime | None = None) -> list[Restock]:
    """Ask for all that somebody waits for in this store, if it is time to, for a while at most.

    Return the restocks that open. What the shop refuses, or does not answer, is asked for again a
    little later; the store's StockPoll says why.
    """
    moment = at or now()
    row, _ = StockPoll.objects.get_or_create(store=store, defaults={"not_before": moment})
    every = policy_of(store).poll_every
    if not row.is_due(moment, every) or not row.claim(moment):
        return []
    if not row.cursor:
        row.asked_for = 0
        row.save(update_fields=["asked_for"])
    restocks: list[Restock] = []
    try:
        is_over, refused = _turn(store, row, restocks)
    except Failure as exc:
        _put_off(row, exc, moment)
        return restocks
    _end_turn(row, moment, is_over, refused)
    return restocks


def due_stores(at: datetime) -> list[Store]:
    """Return the stores that alert, have a shop that can be asked, and are to ask it now."""
    stores = Store.objects.filter(connections__kind="backinstock", connections__enabled=True)
    return [store for store in stores if _is_due(store, at)]


def source_of(store: Store) -> Connection | None:
    """Return the store's connection to a shop that can be asked, None if it has none."""
    kinds = [kind for kind, source in registry.sources().items() if source.wares]
    for connection in store.connections.filter(kind__in=kinds).select_related("store"):
        if connection.works and not connection.missing():
            return connection
    return None


def _is_due(store: Store, at: datetime) -> bool:
    every = policy_of(store).poll_every
    row = StockPoll.objects.filter(store=store).first()
    return (row is None or row.is_due(at, every)) and source_of(store) is not None


def _turn(store: Store, row: StockPoll, restocks: list[Restock]) -> tuple[bool, str]:
    """Go through what is waited for. Return whether that is all, and what the shop refused."""
    deadline = time.monotonic() + TURN_SECONDS
    waited_for = StockItem.objects.filter(store=store).waited_for().order_by("id")
    refused = ""
    while batch := list(waited_for.filter(id__gt=row.cursor)[:BATCH]):
        ids = sorted({item.product_id for item in batch if item.product_id})
        refused = _ask(store, [item.sku for item in batch], ids, restocks) or refused
        row.went_on(batch[-1].id, len(batch))
        if time.monotonic() > deadline:
            return False, refused
    unknown = _products_not_known(store)
    for start in range(0, len(unknown), BATCH):
        refused = _ask(store, [], unknown[start : start + BATCH], restocks) or refused
    return True, refused


def _ask(store: Store, skus: list[str], ids: list[str], restocks: list[Restock]) -> str:
    """Ask for some. Return what the shop refused: that must not hold up all behind it."""
    try:
        restocks += ask(store, skus, ids)
    except Reject as exc:
        logger.warning("poll of store %s: %s", store.id, exc.code)
        return exc.reason
    return ""


def _products_not_known(store: Store) -> list[str]:
    """Products of which somebody waits for any variant, and nobody has told of one so far."""
    known = StockItem.objects.filter(store=store).exclude(product_id="").values("product_id")
    waiting = SignUp.objects.filter(store=store, any_variant=True, state=SignUp.State.WAITING)
    unknown = waiting.exclude(product_id="").exclude(product_id__in=known)
    return sorted(set(unknown.values_list("product_id", flat=True)))


def _noted(store: Store, records: Iterable[Record]) -> list[Restock]:
    # First what is not to be seen, then the stock, then what is: nobody hears of what is hidden.
    listed = list(records)
    for record in listed:
        if isinstance(record, ProductUnpublished):
            stock.withdraw(store, record.external_id)
    opened = [
        stock.note_stock(
            store, record.sku, record.after, StockLevel.Source.POLL, at=record.occurred_at
        )
        for record in listed
        if isinstance(record, StockChanged)
    ]
    restocks = [restock for restock in opened if restock]
    for record in listed:
        if isinstance(record, ProductChanged):
            restocks += stock.describe(store, record)
    return restocks


def _put_off(row: StockPoll, failure: Failure, at: datetime) -> None:
    logger.info("poll of store %s put off: %s", row.store_id, failure.code)
    remedy = failure.remedy if isinstance(failure, Misconfigured) else ""
    row.reason = f"{failure.reason} {remedy}".strip()[:500]
    row.not_before = at + AGAIN_AFTER
    if isinstance(failure, Retry):
        row.not_before = next_try(failure, row.attempts, at)
    row.attempts += 1
    row.save(update_fields=["reason", "not_before", "attempts"])


def _end_turn(row: StockPoll, at: datetime, is_over: bool, refused: str) -> None:
    row.reason, row.attempts = refused[:500], 0
    row.not_before = at + AGAIN_AFTER if refused else at
    if is_over:
        row.cursor = 0
        row.asked_at = row.asked_at if refused else at
    row.save(update_fields=["reason", "attempts", "not_before", "cursor", "asked_at"])
