"""What an import will do, told before it does it."""

from __future__ import annotations

from dataclasses import dataclass, field

from integration import registry
from integration.bulk.wishes import Wishes
from integration.core.bulk import Bulk, Collection, Flow
from integration.core.errors import Failure, Reject
from integration.models import Connection, JobRun, ResourceVersion, Store
from integration.pipeline.access import access

USUAL_RATE = 150.0  # entries a second, where nothing was measured yet


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What would happen. `count` and `seconds` are None where they are not known.

    `metrics` are the events that it makes, `flows` those that these start live. `deletions` is how
    many objects a deletion would remove at most.
    """

    count: int | None = None
    seconds: float | None = None
    metrics: list[str] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    deletions: int = 0
    problems: list[str] = field(default_factory=list)  # why something could not be found out


def sides(store: Store, kind: str) -> tuple[Connection, Connection]:
    """Return where an import reads and where it sends to. Raises Reject ("not_ready")."""
    connections = list(store.connections.filter(enabled=True).select_related("store"))
    sources, destinations = registry.sources(), registry.destinations()
    reads = [c for c in connections if c.kind in sources and kind in sources[c.kind].collections]
    sends = [c for c in connections if c.kind in destinations and destinations[c.kind].bulk]
    if not reads:
        raise Reject("No shop of this store can be imported from.", code="not_ready")
    if not sends:
        raise Reject("This store is connected to nothing to send to.", code="not_ready")
    return reads[0], sends[0]


def collection(source: Connection, kind: str) -> Collection:
    """Return the collection of a kind."""
    return registry.sources()[source.kind].collections[kind]


def bulk_of(destination: Connection) -> Bulk:
    """Return how a destination takes many at a time; `sides` found one that does."""
    bulk = registry.destinations()[destination.kind].bulk
    assert bulk is not None  # noqa: S101 - for mypy
    return bulk


def look(store: Store, kind: str, wishes: Wishes) -> Outlook:
    """Return what an import would do. Asks the shop and the other side; raises Reject as `sides`.

    What cannot be found out just now is said among the problems.
    """
    source, destination = sides(store, kind)
    problems: list[str] = []
    count = None
    try:
        read = registry.sources()[source.kind].reader(access(source))
        count = collection(source, kind).count(read, wishes.scope())
    except Failure as exc:
        problems.append(f"How many there are could not be asked: {exc.reason}")
    if count is not None and wishes.limit:
        count = min(count, wishes.limit)
    names = metrics(store, kind)
    flows: list[Flow] = []
    try:
        flows = live_flows(store, kind) if names else []
    except Failure as exc:
        problems.append(f"Which flows would start could not be asked: {exc.reason}")
    return Outlook(
        count=count,
        seconds=estimate(store, kind, count) if count is not None else None,
        metrics=names,
        flows=flows,
        deletions=deletions(store, kind) if wishes.delete_all else 0,
        problems=problems,
    )


def metrics(store: Store, kind: str) -> list[str]:
    """Return the names of the metrics that an import of this kind records."""
    _, destination = sides(store, kind)
    return bulk_of(destination).metrics(kind, store.facts())


def live_flows(store: Store, kind: str) -> list[Flow]:
    """Return the live flows that these metrics start. Raises the three failures."""
    _, destination = sides(store, kind)
    names = metrics(store, kind)
    found = bulk_of(destination).flows(access(destination), names)
    return [flow for flow in found if flow.is_live]


def estimate(store: Store, kind: str, count: int) -> float:
    """Return about how many seconds it takes: the measured pace, or the other side's ceiling."""
    _, destination = sides(store, kind)
    measured = JobRun.objects.filter(store=store, kind=kind, worked__gt=5, read__gt=500).first()
    pace = measured.read / measured.worked if measured else USUAL_RATE
    return count / min(pace, bulk_of(destination).ceiling(kind) / 60) + 1


def deletions(store: Store, kind: str) -> int:
    """Return how many objects we know to have sent, which a deletion would remove."""
    _, destination = sides(store, kind)
    return ResourceVersion.objects.there(destination, keys_of(destination, kind)).count()


def keys_of(destination: Connection, kind: str) -> tuple[str, ...]:
    """Return what the order keys of the objects of a kind begin with, if it can be deleted."""
    return bulk_of(destination).keys.get(kind, ())


def demand_confirmation(store: Store, kind: str, wishes: Wishes, confirmed: str) -> None:
    """Refuse what cannot be undone unless it was affirmed in so many letters.

    Raises Reject ("unconfirmed"); its pointer names the field, its reason says what would happen.
    """
    if wishes.delete_all and confirmed != kind:
        count, where = deletions(store, kind), sides(store, kind)[1].label
        raise Reject(
            f"This deletes from {where} what this store has sent there: {count:,} objects that we "
            f"know of. To do it, confirm with “{kind}”.",
            code="unconfirmed",
            pointer="/confirmDeletion",
        )
    if wishes.backfill or wishes.dry_run:
        return
    names = metrics(store, kind)
    if names and confirmed != names[0]:
        raise Reject(
            f"{_flows_in_words(store, kind)} To do it, confirm with the name of the metric, "
            f"“{names[0]}”.",
            code="unconfirmed",
            pointer="/confirmFlows",
        )


def _flows_in_words(store: Store, kind: str) -> str:
    try:
        flows = live_flows(store, kind)
    except Failure as exc:
        return f"Every order may start flows. Which, could not be asked: {exc.reason}"
    if not flows:
        return "Every order may start flows. None is live at the moment."
    listed = ", ".join(f"“{flow.name}” (on {flow.metric})" for flow in flows)
    return f"Every order would start these live flows, and people would get mail: {listed}."
