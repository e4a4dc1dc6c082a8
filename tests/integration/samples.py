"""Notifications for tests, made from the recorded ones."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path

import integration.sources.commercetools as commercetools

FOLDER = Path(commercetools.__file__).parent / "samples"
MARA = "mara.lindqvist@storewire-demo.com"


def sample(name: str) -> dict:
    """Return a recorded message."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def customer_created(number: int = 1, version: int = 1, **changes: object) -> dict:
    """Return a message about a customer of this number."""
    message = sample("customer_created")
    customer_id = f"customer-{number}"
    message |= {"id": f"message-{number}-{version}", "resourceVersion": version}
    message["resource"] = {"typeId": "customer", "id": customer_id}
    message["customer"] |= {
        "id": customer_id,
        "version": version,
        "email": f"shopper-{number}@storewire-demo.com",
    }
    message["customer"]["addresses"][1]["mobile"] = f"0151 234{number:05}"
    message["customer"] |= changes
    return message


def order_created(number: int = 1, **changes: object) -> dict:
    """Return a message about an order of this number, with two lines."""
    message = copy.deepcopy(sample("order_created"))
    order_id = f"order-{number}"
    message["id"] = f"order-message-{number}"
    message["resource"] = {"typeId": "order", "id": order_id}
    message["order"] |= {"id": order_id, **changes}
    for place, line in enumerate(message["order"]["lineItems"] or []):
        line["id"] = f"{order_id}-line-{place}"
    return message


def pubsub(payload: dict) -> dict:
    """Return the payload as Google Pub/Sub pushes it."""
    text = base64.b64encode(json.dumps(payload).encode()).decode()
    return {
        "message": {"data": text, "messageId": "1"},
        "subscription": "projects/p/subscriptions/s",
    }


def cloudevent(payload: dict) -> dict:
    """Return the payload as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": payload["id"],
        "type": f"com.commercetools.{payload['resource']['typeId']}.message.{payload['type']}",
        "source": "/demo-shop",
        "time": payload["createdAt"],
        "data": payload,
    }
