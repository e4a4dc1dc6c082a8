"""RQ entry points: doorbells, as in `integration.jobs`."""

from __future__ import annotations

from django.utils.timezone import now

from backinstock import alerts, feeds, polling, restocks, signups, stock, waves
from backinstock.models import Restock
from integration.jobs import answered, deliver, ring, turn
from integration.models import Store
from integration.pipeline.batches import Bell


def ring_for(restock: Restock) -> None:
    """Wake a worker for the waves of a restock."""
    ring(alert_wave, restock.id)


def alert_wave(restock_id: int) -> None:
    """Plan what is due of a restock, and have it sent."""
    answered(alert_wave, restock_id)
    _ring_deliveries(waves.go(restock_id, may_go_on=turn()))
    if restock_id in waves.due(now()):
        ring(alert_wave, restock_id)


def announce(store_id: int) -> None:
    """Tell the destinations of new sign-ups."""
    answered(announce, store_id)
    store = Store.objects.get(id=store_id)
    for restock in [*polling.ask_about_new(store), *restocks.reopen_for_newcomers(store)]:
        ring_for(restock)
    _ring_deliveries(signups.announce(store_id))


def poll_stock(store_id: int) -> None:
    """Ask a shop for the stock of what somebody waits for."""
    answered(poll_stock, store_id)
    for restock in polling.poll(Store.objects.get(id=store_id)):
        ring_for(restock)


def read_feed(feed_id: int) -> None:
    """Read a product feed."""
    answered(read_feed, feed_id)
    for restock in feeds.read(feed_id):
        ring_for(restock)


def tick() -> None:
    """Do what the clock asks for, and ring for what was forgotten."""
    moment = now()
    alerts.settle(moment)
    for restock in stock.settle_ready(moment):
        ring_for(restock)
    for restock_id in waves.due(moment):
        ring(alert_wave, restock_id)
    for store_id in signups.unannounced():
        ring(announce, store_id)
    for store in polling.due_stores(moment):
        ring(poll_stock, store.id)
    for feed_id in feeds.due(moment):
        ring(read_feed, feed_id)


def tidy() -> None:
    """End sign-ups whose time is over, and forget the people of those that ended long ago."""
    moment = now()
    signups.expire(moment)
    signups.forget(moment)


def _ring_deliveries(bells: set[Bell]) -> None:
    for connection_id, operation in sorted(bells):
        ring(deliver, connection_id, operation)
