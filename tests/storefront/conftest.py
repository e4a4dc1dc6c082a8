"""A store whose pages tell something, and the work that follows, as if no time passed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils.timezone import now

from integration.models import Connection, Delivery, Store
from integration.pipeline import delivery, processing
from integration.public import limiting
from storefront import doors, sightings
from tests.storefront.telling import SHOP


@pytest.fixture(autouse=True)
def _looked_up_anew():
    """No test finds a store that another one had, nor believes Redis to be away."""
    doors.forget()
    sightings.forget()
    limiting.forget()


@pytest.fixture
def pages(store: Store) -> Connection:
    """The store's connection for its pages, which are those of one origin."""
    store.origins = [SHOP]
    store.save()
    return Connection.objects.create(store=store, kind="storefront")


@pytest.fixture
def choose(store: Store, pages: Connection) -> Callable[..., None]:
    """The store decides something about its pages."""

    def choose(**choices: object) -> None:
        store.settings = {**store.settings, "storefront": choices}
        store.save()
        doors.forget()

    return choose


@pytest.fixture
def work(pages: Connection, klaviyo: Connection) -> Callable[[], None]:
    """Workers do all that is due, as far as Klaviyo is up."""

    def work(*, is_up: bool = True) -> None:
        for _ in processing.drain(pages.id):
            pass
        if not is_up:
            return
        Delivery.objects.update(not_before=now())
        for operation in sorted(set(klaviyo.deliveries.values_list("operation", flat=True))):
            delivery.drain(klaviyo.id, operation)

    return work
