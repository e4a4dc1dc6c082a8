"""How a run begins: for which stores, and from when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils.timezone import now

from integration import registry
from integration.catch_up.runs import KIND
from integration.core.errors import Reject
from integration.core.rules import Json
from integration.models import Connection, JobRun, Store, SyncState

OVERLAP = timedelta(minutes=2)  # for clocks that differ, and rows that a shop shows late
KEPT = timedelta(hours=1)  # a run by the clock that found nothing
FIRST = timedelta(hours=24)  # how far back, where nothing has ever come in


def start(store: Store, since: datetime | None, user: AbstractBaseUser | None) -> JobRun:
    """Return a new run from `since`, or from where each stream was. The caller rings.

    Raises Reject, in words for a person, if it cannot be.
    """
    connections = readable(store)
    if not connections:
        reason = "No shop of this store can be read: fill in its connection, or end its pause."
        raise Reject(reason, code="nothing_to_read")
    if since and since > now():
        raise Reject("This time has not come yet: choose one that is over.", code="future")
    try:
        return _created(store, connections, since, user)
    except IntegrityError as exc:
        reason = "A catch-up of this store runs already: wait for its end, or stop it."
        raise Reject(reason, code="runs_already") from exc


def readable(store: Store) -> list[Connection]:
    """Return the store's connections that have streams and work."""
    kinds = [kind for kind, source in registry.sources().items() if source.streams]
    working = store.connections.filter(kind__in=kinds, enabled=True, paused_reason="")
    return [connection for connection in working if not connection.missing()]


def due_stores() -> list[Store]:
    """Return the live stores that can be read and of which no run is active."""
    busy = JobRun.objects.active().filter(kind=KIND).values("store_id")
    live = Store.objects.filter(sending=Store.Sending.LIVE).exclude(id__in=busy)
    return [store for store in live if readable(store)]


def moment(text: str, timezone: str) -> datetime:
    """Return the time that a person wrote, in this zone unless the text names one.

    Raises Reject, saying how to write it.
    """
    try:
        written = datetime.fromisoformat(text.strip())
        return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(timezone))
    except ValueError as exc:
        reason = f"“{text}” is not a date and a time. Write it like 2026-11-21T08:00."
        raise Reject(reason, code="not_a_time") from exc


@transaction.atomic
def _created(
    store: Store,
    connections: list[Connection],
    since: datetime | None,
    user: AbstractBaseUser | None,
) -> JobRun:
    run = JobRun.objects.create(store=store, kind=KIND, started_by_id=user.pk if user else None)
    if user is None:
        _forget_dull_runs(store)
    streams = [
        _line(connection, name, since)
        for connection in connections
        for name in registry.sources()[connection.kind].streams
    ]
    run.parameters = {"since": since.isoformat() if since else None, "streams": streams}
    run.save(update_fields=["parameters"])
    return run


def _forget_dull_runs(store: Store) -> None:
    """Nobody wants to leaf through a hundred runs a day that found nothing."""
    by_clock = JobRun.objects.filter(store=store, kind=KIND, started_by=None)
    dull = by_clock.filter(state=JobRun.State.SUCCEEDED, reason="", sent=0)
    dull.filter(finished__lt=now() - KEPT).delete()


def _line(connection: Connection, name: str, since: datetime | None) -> Json:
    """Put a stream to where its reading begins. Return its line in the run."""
    known = _first_sign_of(connection)
    state, _ = SyncState.objects.get_or_create(
        connection=connection, stream=name, defaults={"read_until": known}
    )
    begins = since or (state.read_until or known) - OVERLAP
    SyncState.objects.filter(id=state.id).update(since=begins, cursor="")
    return {
        "connection": connection.id,
        "label": connection.label,
        "stream": name,
        "since": f"{begins.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "state": "waiting",
        "read": 0,
        "new": 0,
        "note": "",
    }


def _first_sign_of(connection: Connection) -> datetime:
    oldest: datetime | None = connection.messages.aggregate(at=Min("received_at"))["at"]
    return oldest or now() - FIRST
