"""What goes out by itself once a job is over: what it would not have, and what it overwrote."""

from __future__ import annotations

from django.utils.timezone import now

from integration import registry
from integration.core.bulk import Refused
from integration.core.rules import Json
from integration.models import Connection, Delivery, JobRun, RemoteJob, ResourceVersion
from integration.models.versions import Standing
from integration.pipeline import backlog


def send_alone(
    run: JobRun, job: RemoteJob, alone: list[tuple[Json, Refused]], connection: Connection
) -> None:
    """What a job will not have as it is goes by itself, as it may be, unless it is old by now."""
    keys = [stored["order_key"] for stored, _ in alone]
    known = ResourceVersion.objects.standings(connection, keys)
    deliveries = [
        _delivery(run, job, stored, refused)
        for stored, refused in alone
        if not _is_old(known[stored["order_key"]], job)
    ]
    after = backlog.one_after_another([delivery.order_key for delivery in deliveries])
    for delivery in deliveries:
        delivery.connection, delivery.after = connection, after[delivery.order_key]
    Delivery.objects.bulk_create(deliveries)


def _delivery(run: JobRun, job: RemoteJob, stored: Json, refused: Refused) -> Delivery:
    request = {"method": stored["method"], "path": stored["path"], "body": refused.instead}
    return Delivery(
        run=run,
        row=stored["row"][:300],
        operation=stored["operation"],
        request=request,
        idempotency_key=f"{stored['order_key']}@job{job.id}",
        order_key=stored["order_key"],
        version=stored["version"],
        notes=[refused.note] if refused.note else [],
    )


def _is_old(known: Standing | None, job: RemoteJob) -> bool:
    """Whether something newer than the job was told of an object since."""
    return known is not None and known.as_of > job.newest_as_of


def say_again(job: RemoteJob, keys: list[str], connection: Connection) -> None:
    """What went out while the job was at it may have been overwritten with what is older."""
    told = Delivery.objects.filter(
        connection=connection,
        order_key__in=keys,
        state__in=[Delivery.State.SENT, Delivery.State.CONFIRMED],
        settled_at__gte=job.as_of,
    )
    newest = {delivery.order_key: delivery for delivery in told.order_by("id")}
    known = ResourceVersion.objects.standings(connection, newest)
    destination = registry.destinations()[connection.kind]
    for key, delivery in newest.items():
        standing = known[key]
        is_news = standing is not None and standing.as_of > job.as_of
        if is_news and delivery.operation in destination.rates:
            delivery.pk, delivery.run, delivery.row = None, None, ""  # the run has counted it
            delivery.idempotency_key += f":after{job.id}"
            delivery.state, delivery.attempts, delivery.claims = Delivery.State.READY, 0, 0
            delivery.not_before, delivery.leased = now(), False
            delivery.settled_at, delivery.answer = None, {}
            delivery.created = now()
            delivery.save(force_insert=True)
