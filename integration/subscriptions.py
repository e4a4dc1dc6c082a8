"""What shops are asked to tell: planned, applied, removed and looked after, per connection."""

from __future__ import annotations

from django.utils.timezone import now

from integration import registry
from integration.core.exchange import Settings
from integration.core.plugins import Source, Subscriptions
from integration.core.rules import Json
from integration.core.subscriptions import Plan
from integration.models import Connection, Store
from integration.pipeline.access import access


def of_store(store: Store) -> Connection | None:
    """Return the connection of a store that has subscriptions, None if none has."""
    kinds = [kind for kind, source in registry.sources().items() if source.subscriptions]
    return store.connections.filter(kind__in=kinds).select_related("store").first()


def switched_on(source: Source, settings: Settings) -> list[str]:
    """Return the message types of which something is made for a store with these settings."""
    off = settings["messages"]["off"]
    return sorted(type_ for type_ in source.handlers if type_ not in off)


def key_for(store: Store) -> str:
    """Return our own name for what a store's shop is asked to tell."""
    return f"storewire-{store.slug}"


def plan(connection: Connection, destination: Json) -> Plan:
    """Return what would change at the shop. Raises the three failures.

    `destination` is a document in the shop's own words, {} to leave it as it is.
    """
    source, subscriptions = _plugin(connection)
    types = switched_on(source, connection.store.facts().settings)
    return subscriptions.plan(access(connection), key_for(connection.store), types, destination)


def apply(connection: Connection, plan: Plan) -> None:
    """Do what the plan says, and look how it is now. Raises the three failures."""
    _, subscriptions = _plugin(connection)
    subscriptions.apply(access(connection), plan)
    check_health(connection)


def remove(connection: Connection) -> bool:
    """Remove what we made at the shop, nothing else. Return whether there was something."""
    _, subscriptions = _plugin(connection)
    removed = subscriptions.remove(access(connection), key_for(connection.store))
    check_health(connection)
    return removed


def check_health(connection: Connection) -> None:
    """Ask whether what the shop tells arrives, and keep the answer on the connection.

    Does nothing for what has no subscriptions, or is not filled in yet.
    """
    source = registry.sources().get(connection.kind)
    if source is None or source.subscriptions is None or connection.missing():
        return
    health = source.subscriptions.health(
        access(connection), key_for(connection.store), connection.health.get("id", "")
    )
    connection.health = {
        "status": health.status,
        "words": health.words,
        "id": health.id,
        "checked_at": now().isoformat(),
    }
    connection.save(update_fields=["health"])


def _plugin(connection: Connection) -> tuple[Source, Subscriptions]:
    source = registry.sources()[connection.kind]
    assert source.subscriptions is not None  # noqa: S101 - for mypy: of_store() chose it
    return source, source.subscriptions
