"""How an import begins, ends early, goes on, and is repeated for what failed."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from integration import registry
from integration.bulk import preflight
from integration.bulk.planning import FOREIGN
from integration.bulk.wishes import Wishes, check
from integration.core.errors import Reject
from integration.models import FailedEvent, JobRun, Store

State = JobRun.State


def kinds() -> dict[str, str]:
    """Return what can be imported: the kinds with their titles."""
    sources = registry.sources().values()
    return {name: one.title for source in sources for name, one in source.collections.items()}


def waiting() -> list[int]:
    """Return the imports that somebody should take up now."""
    return JobRun.objects.waiting(kinds())


def start(
    store: Store,
    kind: str,
    wishes: Wishes,
    *,
    user: AbstractBaseUser | None = None,
    started_with: str = "",
    confirmed: str = "",
) -> JobRun:
    """Return a new import. The caller rings.

    `confirmed` is what was typed to affirm what cannot be undone: the kind for a deletion, the name
    of the first metric where flows may start. Raises Reject: "invalid" with a pointer to the
    field, "unconfirmed", "not_ready" or "runs_already".
    """
    check(kind, wishes)
    preflight.demand_confirmation(store, kind, wishes, confirmed)
    _demand_ready(store, kind)
    if store.sending == Store.Sending.DRY_RUN:  # for all of it, whatever is set meanwhile
        wishes = replace(wishes, dry_run=True)
    try:
        with transaction.atomic():
            return _created(store, kind, wishes, user, started_with)
    except IntegrityError as exc:
        raise _runs_already(kind) from exc


def _demand_ready(store: Store, kind: str, *, sends: bool = False) -> None:
    """Refuse what could not begin: no shop, nowhere to send to, a paused store, or one in a dry run
    where something is to be sent.

    Raises Reject ("not_ready"), in words for a person.
    """
    source, destination = preflight.sides(store, kind)
    for connection in (source, destination):
        if connection.missing():
            what = ", ".join(connection.missing())
            raise _not_ready(f"{connection.label} is not connected yet: {what} is missing.")
        if connection.paused_reason:
            raise _not_ready(connection.paused_reason)
    if store.sending == Store.Sending.PAUSED:
        raise _not_ready("The store is paused: set it live, or to a dry run.")
    if sends and store.sending == Store.Sending.DRY_RUN:
        raise _not_ready("The store is set to a dry run, and this is to be sent: set it live.")


def active(store: Store, kind: str) -> JobRun | None:
    """Return the import of this kind that is not over, if there is one."""
    return JobRun.objects.active().filter(store=store, kind=kind).first()


def stop(run: JobRun) -> bool:
    """Stop after what is under way. Return whether there was something to stop."""
    return JobRun.objects.stop(run.id)


def resume(run: JobRun) -> None:
    """Let a run that was stopped or failed go on from its cursor. The caller rings.

    Raises Reject ("not_over", "not_ready", "runs_already").
    """
    _demand_ready(run.store, run.kind, sends=not Wishes.of(run.parameters).dry_run)
    ended = JobRun.objects.filter(id=run.id, state__in=[State.STOPPED, State.FAILED])
    fresh = {"heartbeat": None, "finished": None, "wait_until": None, "tries": 0, "reason": ""}
    try:
        with transaction.atomic():
            if not ended.update(state=State.QUEUED, **fresh):
                raise Reject("Only what was stopped or has failed can go on.", code="not_over")
    except IntegrityError as exc:
        raise _runs_already(run.kind) from exc
    run.refresh_from_db()


def retry(run: JobRun, *, user: AbstractBaseUser | None = None, started_with: str = "") -> JobRun:
    """Return a new import of the rows that failed, read anew from the shop. The caller rings.

    The failures count as retried; what fails again is a failure of the new run. Raises Reject
    ("nothing_failed", "not_over", "not_ready", "runs_already").
    """
    if run.is_active:
        raise Reject("Wait for its end, or stop it first.", code="not_over")
    failed = FailedEvent.objects.unresolved().filter(run=run).exclude(row="")
    kind, rows = _of_one_kind(run.kind, set(failed.values_list("row", flat=True)))
    if not rows:
        raise Reject("Nothing of it waits to be retried.", code="nothing_failed")
    before = Wishes.of(run.parameters)
    ids = tuple(row.rpartition(FOREIGN)[2] for row in rows)
    wishes = Wishes(ids=ids, backfill=before.backfill)
    if before.delete_all:
        wishes = Wishes(delete_all=True)
    _demand_ready(run.store, kind, sends=True)
    try:
        with transaction.atomic():
            again = _created(run.store, kind, wishes, user, started_with)
            failed.filter(row__in=rows).update(
                resolution=FailedEvent.Resolution.RETRIED,
                resolved_at=now(),
                resolved_by_id=user.pk if user else None,
            )
    except IntegrityError as exc:
        raise _runs_already(kind) from exc
    return again


def _created(
    store: Store, kind: str, wishes: Wishes, user: AbstractBaseUser | None, started_with: str
) -> JobRun:
    return JobRun.objects.create(
        store=store,
        kind=kind,
        parameters=wishes.parameters(),
        started_by_id=user.pk if user else None,
        started_with=started_with,
    )


def _of_one_kind(kind: str, rows: set[str]) -> tuple[str, list[str]]:
    """The run's own rows, or else those of one of the collections that it brought along."""
    own = sorted(row for row in rows if FOREIGN not in row)
    if own or not rows:
        return kind, own
    other = min(rows).partition(FOREIGN)[0]
    return other, sorted(row for row in rows if row.startswith(f"{other}{FOREIGN}"))


def _runs_already(kind: str) -> Reject:
    return Reject(
        f"An import of {kind} runs already for this store: wait for its end, or stop it.",
        code="runs_already",
    )


def _not_ready(reason: str) -> Reject:
    return Reject(reason, code="not_ready")
