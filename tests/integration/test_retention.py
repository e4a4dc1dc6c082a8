"""What is deleted after a while, and what never by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from integration import jobs, retention
from integration.models import Connection, Delivery, FailedEvent, InboundMessage

LONG_AGO, LATELY = now() - timedelta(days=31), now() - timedelta(days=29)


@pytest.fixture
def message(shop: Connection):
    """A message that came at some time, in some state."""

    def message(state: str = "done", at=LONG_AGO) -> InboundMessage:
        number = InboundMessage.objects.count()
        return shop.messages.create(dedupe_key=str(number), state=state, received_at=at)

    return message


@pytest.fixture
def delivery(klaviyo: Connection):
    """A delivery that was settled at some time, in some state."""

    def delivery(state: str = "sent", at=LONG_AGO, message=None) -> Delivery:
        settled = None if state in ("ready", "rejected") else at
        return klaviyo.deliveries.create(
            operation="create_event",
            request={},
            idempotency_key=str(Delivery.objects.count()),
            state=state,
            created=at,
            settled_at=settled,
            message=message,
        )

    return delivery


@pytest.fixture
def failure(klaviyo: Connection):
    """A failure of something."""

    def failure(resolution: str = "open", at=LONG_AGO, **about: object) -> FailedEvent:
        return klaviyo.failures.create(
            store=klaviyo.store,
            stage="sending",
            reason="Refused.",
            resolution=resolution,
            last_at=LONG_AGO,
            resolved_at=at if resolution == "discarded" else None,
            **about,
        )

    return failure


def test_what_was_done_long_ago_goes_and_the_rest_stays(message, delivery):
    for state in ("done", "ignored"):
        message(state)
    kept = [message(state) for state in ("new", "parked", "unknown", "failed")]
    kept += [message("done", LATELY)]
    for state in ("sent", "confirmed", "discarded", "rejected"):
        delivery(state)
    kept += [delivery("ready"), delivery("sent", LATELY), delivery("rejected", LATELY)]

    assert retention.purge(now()) == 6

    assert [*InboundMessage.objects.order_by("id"), *Delivery.objects.order_by("id")] == kept


def test_what_failed_stays_with_all_that_it_is_about_until_somebody_resolved_it(
    message, delivery, failure
):
    source = message()
    failed = failure(delivery=delivery("rejected", message=source), message=source)

    assert retention.purge(now()) == 0
    failed.resolution, failed.resolved_at = "discarded", LONG_AGO
    failed.save()
    assert retention.purge(now()) == 3

    assert not FailedEvent.objects.exists()
    assert not Delivery.objects.exists()
    assert not InboundMessage.objects.exists()


def test_what_somebody_has_resolved_lately_stays_on_record(failure):
    kept = failure("discarded", LATELY)
    failure("discarded")
    failure("noted")

    assert retention.purge(now()) == 2
    assert FailedEvent.objects.get() == kept


def test_a_message_stays_as_long_as_something_of_it_is_there(message, delivery):
    delivery("ready", message=message())

    assert retention.purge(now()) == 0


def test_much_goes_piece_by_piece(message, monkeypatch):
    monkeypatch.setattr(retention, "PIECE", 2)
    for _ in range(5):
        message()

    assert retention.purge(now()) == 5


def test_one_turn_follows_another_until_nothing_is_left(message, monkeypatch):
    rung = []
    monkeypatch.setattr(jobs, "ring", rung.append)
    message()

    jobs.purge()
    jobs.purge()

    assert rung == [jobs.purge]


def test_everything_can_be_kept(message, settings):
    settings.RETENTION_DAYS = 0
    message()

    assert retention.purge(now()) == 0
