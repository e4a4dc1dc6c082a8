"""What has piled up goes in bulk; a few go at once."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import redis
import requests
from django.utils.timezone import now

from integration.bulk import following
from integration.core.limits import Limiter, Rate
from integration.models import Delivery, FailedEvent, RemoteJob, ResourceVersion
from integration.pipeline import delivery
from integration.pipeline.access import access


@pytest.fixture(autouse=True)
def _jobs_are_done_at_once(sandbox):
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/jobs", json={"seconds": 0}, timeout=5
    ).raise_for_status()


def event(number: int) -> dict:
    return {
        "data": {
            "type": "event",
            "attributes": {
                "properties": {"number": number},
                "time": "2026-11-20T08:00:00+00:00",
                "unique_id": f"event-{number}",
                "metric": {"data": {"type": "metric", "attributes": {"name": "Tested"}}},
                "profile": {
                    "data": {
                        "type": "profile",
                        "attributes": {"email": f"p{number}@storewire-demo.com"},
                    }
                },
            },
        }
    }


def profile(number: int) -> dict:
    attributes = {"email": f"p{number}@storewire-demo.com", "external_id": f"c-{number}"}
    return {"data": {"type": "profile", "attributes": attributes}}


def wait_for(klaviyo, operation: str, bodies: list[dict], path: str) -> None:
    """So many deliveries wait."""
    Delivery.objects.bulk_create(
        Delivery(
            connection=klaviyo,
            operation=operation,
            request={"method": "POST", "path": path, "body": body},
            idempotency_key=str(uuid.uuid4()),
            order_key="" if operation == "create_event" else f"customer:{number}",
        )
        for number, body in enumerate(bodies)
    )


def groups(request: dict) -> list[dict]:
    """The events of a bulk request."""
    return request["body"]["data"]["attributes"]["events-bulk-create"]["data"]


def asked(sandbox) -> list[str]:
    return [request["operation"] for request in sandbox.requests()]


def test_a_few_events_go_at_once_one_by_one(sandbox, klaviyo):
    wait_for(klaviyo, "create_event", [event(n) for n in range(20)], "/api/events")

    delivery.drain(klaviyo.id, "create_event")

    assert asked(sandbox) == ["create_event"] * 20


def test_many_events_go_in_one_request(sandbox, klaviyo):
    wait_for(klaviyo, "create_event", [event(n) for n in range(300)], "/api/events")

    accepted = delivery.drain(klaviyo.id, "create_event")

    assert accepted == 300
    assert asked(sandbox) == ["bulk_create_events"]
    assert len(sandbox.state()["events"]) == 300
    assert Delivery.objects.filter(state="sent", settled_at__isnull=False).count() == 300


def test_an_event_that_klaviyo_refuses_fails_alone(sandbox, klaviyo):
    bodies = [event(n) for n in range(300)]
    bodies[7]["data"]["attributes"]["profile"]["data"]["attributes"]["email"] = "no address"
    wait_for(klaviyo, "create_event", bodies, "/api/events")

    accepted = delivery.drain(klaviyo.id, "create_event")

    assert accepted == 299
    failed = FailedEvent.objects.get()
    assert failed.delivery.request["body"] == bodies[7]
    assert failed.status == 400


def test_many_profiles_are_confirmed_when_their_job_is_done(sandbox, klaviyo):
    wait_for(klaviyo, "profile_import", [profile(n) for n in range(250)], "/api/profile-import")

    delivery.drain(klaviyo.id, "profile_import")
    assert Delivery.objects.filter(state="sent").count() == 250
    RemoteJob.objects.update(not_before=now())
    following.follow(klaviyo.id)

    assert asked(sandbox)[0] == "bulk_import_profiles"
    assert Delivery.objects.filter(state="confirmed").count() == 250
    assert len(sandbox.state()["profiles"]) == 250


def test_a_profile_that_its_job_refuses_goes_again_alone(sandbox, klaviyo):
    wait_for(klaviyo, "profile_import", [profile(n) for n in range(2)], "/api/profile-import")
    delivery.drain(klaviyo.id, "profile_import")
    Delivery.objects.all().delete()
    bodies = [profile(n) for n in range(250)]
    bodies[3]["data"]["attributes"] = {"email": "p0@storewire-demo.com", "external_id": "c-1"}
    bodies[0], bodies[1] = profile(998), profile(999)
    wait_for(klaviyo, "profile_import", bodies, "/api/profile-import")

    delivery.drain(klaviyo.id, "profile_import")
    RemoteJob.objects.update(not_before=now())
    following.follow(klaviyo.id)
    again = Delivery.objects.get(order_key="customer:3")

    assert Delivery.objects.filter(state="confirmed").count() == 249
    assert again.state == "ready"


def test_who_was_erased_meanwhile_stays_erased_when_a_job_is_lost(sandbox, klaviyo):
    wait_for(klaviyo, "profile_import", [profile(n) for n in range(250)], "/api/profile-import")
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/jobs", json={"cancel": 1}, timeout=5
    ).raise_for_status()
    delivery.drain(klaviyo.id, "profile_import")
    ResourceVersion.objects.create(
        connection=klaviyo, key="customer:3", version=9, deleted=True, digest="of the erasure"
    )

    RemoteJob.objects.update(not_before=now())
    following.follow(klaviyo.id)

    assert FailedEvent.objects.filter(code="lost").count() == 250
    assert ResourceVersion.objects.deleted(klaviyo, ["customer:3"]) == {"customer:3"}


def test_a_klaviyo_that_is_down_leaves_all_of_them_due(sandbox, klaviyo):
    sandbox.fail("503", operation="bulk_create_events")
    wait_for(klaviyo, "create_event", [event(n) for n in range(300)], "/api/events")

    assert delivery.drain(klaviyo.id, "create_event") == 0

    assert Delivery.objects.due().count() == 300
    assert asked(sandbox) == ["bulk_create_events"]


def test_a_pack_that_never_gets_through_goes_in_smaller_ones(sandbox, klaviyo, settings):
    client = redis.Redis.from_url(settings.REDIS_URL)
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/requests", json={"keep_all": True}, timeout=5
    ).raise_for_status()
    sandbox.fail("503", operation="bulk_create_events")
    wait_for(klaviyo, "create_event", [event(n) for n in range(300)], "/api/events")

    for _ in range(13):
        assert delivery.drain(klaviyo.id, "create_event") == 0
        for key in client.scan_iter("*"):
            if not key.startswith(b"streak:"):  # time passes, and it never works
                client.delete(key)

    sizes = [len(groups(request)) for request in sandbox.requests()]
    assert sizes == [300, 300, 300, 300, 300, 250, 125, 62, 31, 15, 7, 3, 1]
    alone = Delivery.objects.get(attempts=1)
    assert (alone.state, alone.answer["status"]) == ("ready", 503)
    Delivery.objects.filter(attempts=1).update(not_before=now() + timedelta(hours=1))
    sandbox.recover()  # it waits by itself, and the others go on
    assert delivery.drain(klaviyo.id, "create_event") == 299
    assert [len(groups(request)) for request in sandbox.requests()][13:] == [1, 298]


def test_a_wrong_key_pauses_the_connection_and_nothing_fails(sandbox, klaviyo):
    klaviyo.set_secrets(private_key="pk_wrong")
    klaviyo.save()
    wait_for(klaviyo, "create_event", [event(n) for n in range(300)], "/api/events")

    delivery.drain(klaviyo.id, "create_event")

    klaviyo.refresh_from_db()
    assert "refused the key" in klaviyo.paused_reason
    assert Delivery.objects.filter(state="ready").count() == 300


def test_an_import_leaves_a_share_of_the_limits_to_real_time(settings):
    limiter = Limiter(settings.REDIS_URL)
    rates = (Rate(10, 1), Rate(150, 60))

    assert limiter.take("bulk", rates, 150, share=0.97) == 9
    assert limiter.take("bulk", rates, 1, share=0.97) == 0
    assert limiter.wait("bulk", rates, share=0.97) > 0
    assert limiter.take("bulk", rates, 1) == 1


def test_a_share_of_a_small_rate_is_never_nothing(settings):
    assert Limiter(settings.REDIS_URL).take("bulk", (Rate(1, 1),), 1, share=0.5) == 1


def test_real_time_takes_all_of_the_limits(klaviyo):
    assert access(klaviyo).share == 1
