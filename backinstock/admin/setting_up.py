"""How far stores are with back in stock, for pages that say what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from integration.admin.display import page
from integration.models import Connection, Store

KIND = "backinstock"


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """A store, whether back in stock is on there, and where to switch it on."""

    store: Store
    is_on: bool
    switch: str


def stores() -> list[SetUp]:
    """Return how far each store is."""
    there = {one.store_id: one for one in Connection.objects.filter(kind=KIND)}
    return [_set_up(store, there.get(store.id)) for store in Store.objects.all()]


def _set_up(store: Store, connection: Connection | None) -> SetUp:
    if connection is None:
        add = reverse("admin:integration_connection_add")
        return SetUp(store=store, is_on=False, switch=f"{add}?store={store.id}&kind={KIND}")
    return SetUp(store=store, is_on=connection.enabled, switch=page(connection))
