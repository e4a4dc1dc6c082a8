"""Is it well? What waits, for how long, and who works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection as database
from django.db.models import Min, Q
from django.utils.timezone import localtime, now
from django_rq import get_connection
from rq import Worker

from integration import registry
from integration.models import Connection, Delivery, InboundMessage, Store
from integration.models.connection import WORKS
from integration.models.inbox import InboundMessageQuerySet
from integration.models.outbox import DeliveryQuerySet

LATE_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What an operator's probe wants to know. Raises nothing; it was all reached."""

    workers: int
    oldest_message_seconds: float
    oldest_delivery_seconds: float

    @property
    def is_ready(self) -> bool:
        """Whether somebody works, and what is due is not late."""
        oldest = max(self.oldest_message_seconds, self.oldest_delivery_seconds)
        return self.workers > 0 and oldest < LATE_SECONDS


def readiness() -> Readiness:
    """Look at the database, Redis, the workers and the age of what is due.

    Raises DatabaseError or RedisError if one of them cannot be reached.
    """
    database.ensure_connection()
    due = _movable_messages().aggregate(oldest=Min("not_before"))["oldest"]
    ready = _movable_deliveries().aggregate(oldest=Min("not_before"))["oldest"]
    return Readiness(
        workers=Worker.count(connection=get_connection("realtime")),
        oldest_message_seconds=_age(due),
        oldest_delivery_seconds=_age(ready),
    )


@dataclass(frozen=True, kw_only=True)
class Shop:
    """How a shop is doing today."""

    store: Store
    messages: int
    sent: int
    waiting: int
    failed: int
    stopped: list[Connection]
    incomplete: list[Connection]


def shops() -> list[Shop]:
    """Return how each shop is doing since midnight in its own time."""
    return [_shop(store) for store in Store.objects.prefetch_related("connections")]


def _shop(store: Store) -> Shop:
    midnight = localtime(now(), ZoneInfo(store.timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    deliveries = Delivery.objects.filter(connection__store=store)
    sent = Q(state__in=[Delivery.State.SENT, Delivery.State.CONFIRMED])
    connections = [connection for connection in store.connections.all() if connection.enabled]
    return Shop(
        store=store,
        messages=InboundMessage.objects.filter(
            connection__store=store, received_at__gte=midnight
        ).count(),
        sent=deliveries.filter(sent, settled_at__gte=midnight).count(),
        waiting=deliveries.filter(state=Delivery.State.READY).count(),
        failed=store.failures.unresolved().count(),
        stopped=[connection for connection in connections if connection.paused_reason],
        incomplete=[connection for connection in connections if connection.missing()],
    )


def waiting_messages() -> list[int]:
    """Return the connections for which messages are due."""
    return list(_movable_messages().order_by().values_list("connection_id", flat=True).distinct())


def waiting_deliveries() -> list[tuple[int, str]]:
    """Return the connections and operations for which deliveries are due."""
    due = _movable_deliveries().order_by()
    return list(due.values_list("connection_id", "operation").distinct())


def waiting_operations(connection_id: int) -> set[str]:
    """Return the operations for which deliveries of a connection are due."""
    due = _movable_deliveries().filter(connection_id=connection_id).order_by()
    return set(due.values_list("operation", flat=True).distinct())


def subscribed() -> list[Connection]:
    """Return the connections that may be used and whose shop knows subscriptions."""
    kinds = [kind for kind, source in registry.sources().items() if source.subscriptions]
    working = Connection.objects.filter(kind__in=kinds, enabled=True, paused_reason="")
    return list(working.select_related("store"))


def _movable_messages() -> InboundMessageQuerySet:
    return InboundMessage.objects.due().filter(WORKS)


def _movable_deliveries() -> DeliveryQuerySet:
    due = Delivery.objects.due().filter(WORKS)
    ends_here = [kind for kind, one in registry.destinations().items() if one.in_turn]
    is_paused = Q(connection__store__sending=Store.Sending.PAUSED)
    return due.filter(~is_paused | Q(connection__kind__in=ends_here))


def _age(moment: datetime | None) -> float:
    return (now() - moment).total_seconds() if moment else 0.0
