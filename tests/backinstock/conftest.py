"""A store with waiting lists, somebody on them, and the work that follows, as if no time passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from backinstock import alerts, doors, waves
from backinstock.models import Restock, SignUp, StockItem
from backinstock.people import person_of
from backinstock.signups import joining
from integration.models import Connection, Delivery, Store
from integration.pipeline import delivery
from integration.public import limiting

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stores_looked_up_anew():
    """No test finds a store that another one had, nor believes Redis to be away."""
    doors.forget()
    limiting.forget()
    joining.forget_items()


@pytest.fixture
def lists(store: Store) -> Connection:
    """The store's connection for waiting lists."""
    return Connection.objects.create(store=store, kind="backinstock")


@pytest.fixture
def choose_settings(store: Store):
    """The store decides something about its waiting lists."""

    def choose_settings(**choices: object) -> None:
        store.settings = {**store.settings, "back_in_stock": choices}
        store.save()

    return choose_settings


@pytest.fixture
def item(store: Store, lists: Connection) -> StockItem:
    """A variant that is sold out."""
    return StockItem.objects.create(
        store=store,
        sku="BLUE-42",
        product_id="shoe",
        names={"en": "Shoe", "de": "Schuh"},
        price="49.90",
        currency="EUR",
        quantity=0,
        is_available=False,
        seen_at=NOON,
    )


@pytest.fixture
def wait(store: Store, item: StockItem):
    """People wait for the variant: one for each of these numbers, in their order."""

    def wait(*numbers: int, **values: object) -> list[SignUp]:
        about: dict = {"item": item, "product_id": item.product_id, **values}
        return SignUp.objects.bulk_create(
            SignUp(
                store=store,
                email=f"p{number}@klaviyo-demo.com",
                person=person_of(store.id, f"p{number}@klaviyo-demo.com", ""),
                created=NOON + timedelta(seconds=number),
                waiting_since=NOON + timedelta(seconds=number),
                is_announced=True,
                **about,
            )
            for number in numbers
        )

    return wait


@pytest.fixture
def plan():
    """Workers plan what is due of all restocks at a moment."""

    def plan(at: datetime | None = None) -> None:
        for restock_id in waves.due(at or now()):
            waves.go(restock_id, at or now())

    return plan


@pytest.fixture
def deliver(klaviyo: Connection):
    """Workers send what is due, and alerts are marked."""

    def deliver() -> None:
        Delivery.objects.update(not_before=now())
        for operation in sorted(set(klaviyo.deliveries.values_list("operation", flat=True))):
            delivery.drain(klaviyo.id, operation)
        alerts.settle()

    return deliver


@pytest.fixture
def numbers() -> Callable[[str], list[int]]:
    """The numbers of those whose sign-ups are in a state."""

    def numbers(state: str) -> list[int]:
        emails = SignUp.objects.filter(state=state).order_by("id").values_list("email", flat=True)
        return [int(email.partition("@")[0][1:]) for email in emails]

    return numbers


def only_restock() -> Restock:
    """Return the one restock that there is."""
    return Restock.objects.get()
