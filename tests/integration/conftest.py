"""What comes in, and the work that follows, as if no time passed."""

from __future__ import annotations

import json

import pytest
import redis
import requests
from django.utils.timezone import now

from integration.models import Connection, Delivery, InboundMessage
from integration.pipeline import delivery, inbox, processing
from integration.sources.commercetools import lookups
from tests.conftest import Sandbox


@pytest.fixture
def receive(shop: Connection):
    """Notifications come in."""

    def receive(*payloads: dict) -> None:
        for payload in payloads:
            inbox.receive(shop, {}, json.dumps(payload).encode())

    return receive


@pytest.fixture
def happen(sandbox: Sandbox):
    """Something happens in the shop. Return the notification of it, which nobody got yet."""

    def happen(type_: str, **options: object) -> dict:
        answer = requests.post(
            f"{sandbox.url}/commercetools/_sandbox/notify",
            json={"type": type_, "silent": True, "envelope": "platform", **options},
            timeout=5,
        )
        assert answer.ok, answer.text
        return answer.json()["payload"]

    return happen


@pytest.fixture
def stock_set(happen, shop: Connection):
    """The stock of something that shoppers can see is set. Return the notification of it."""

    def stock_set(quantity: int) -> dict:
        shown = happen("ProductPublished")["productProjection"]
        skus = [variant["sku"] for variant in (shown["masterVariant"], *shown["variants"])]
        entries = lookups.by_values(processing.shop_of(shop).read, "inventory", "sku", skus)
        entry = next(entry for entry in entries if "supplyChannel" not in entry)
        return happen("InventoryEntryQuantitySet", id=entry["id"], quantity=quantity)

    return stock_set


@pytest.fixture
def process(shop: Connection):
    """Workers make deliveries of what came in, as if every wait were over."""

    def process() -> None:
        InboundMessage.objects.update(not_before=now())
        for _ in processing.drain(shop.id):
            pass

    return process


@pytest.fixture
def send(klaviyo: Connection, settings):
    """Workers send all that is due, what needs something else first after that."""

    def send() -> None:
        client = redis.Redis.from_url(settings.REDIS_URL)
        for _ in range(5):
            Delivery.objects.update(not_before=now())
            for key in client.scan_iter("pause:*"):
                client.delete(key)
            waiting = Delivery.objects.filter(state="ready").values_list("operation", flat=True)
            for operation in sorted(set(waiting)):
                delivery.drain(klaviyo.id, operation)

    return send


@pytest.fixture
def work(process, send):
    """Workers do all that is due."""

    def work() -> None:
        process()
        send()

    return work
