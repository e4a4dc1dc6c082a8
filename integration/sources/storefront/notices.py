"""From what a page told to a message of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from integration.core.errors import Reject
from integration.core.plugins import Notification
from integration.core.rules import Json, Schema

KIND = "storefront"
IDENTIFY, TRACK = "identify", "track"
# The events that have names: each is a type of message, to be switched on and off by itself.
VIEWED_PRODUCT = "Viewed Product"
VIEWED_CATEGORY = "Viewed Category"
SEARCHED_SITE = "Searched Site"
ADDED_TO_CART = "Added to Cart"
STARTED_CHECKOUT = "Started Checkout"
COMPLETED_SIGNUP = "Completed Signup"
CANCELLED_ACCOUNT = "Cancelled Account"
SUBMITTED_CONTACT_FORM = "Submitted Contact Form"
NAMED = (
    VIEWED_PRODUCT,
    VIEWED_CATEGORY,
    SEARCHED_SITE,
    ADDED_TO_CART,
    STARTED_CHECKOUT,
    COMPLETED_SIGNUP,
    CANCELLED_ACCOUNT,
    SUBMITTED_CONTACT_FORM,
)

_TEXT: Json = {"type": "string"}
_TIME: Json = {"type": "string", "format": "date-time"}
# As our own door writes it: whoever sends something is told there what is wrong.
PAYLOAD = Schema(
    {
        "type": "object",
        "required": ["type", "id", "person", "who", "properties", "occurred_at", "received_at"],
        "properties": {
            "type": {"enum": [TRACK, IDENTIFY]},
            "id": {**_TEXT, "minLength": 1},
            "name": _TEXT,
            "person": {"type": "object", "additionalProperties": _TEXT},
            "who": _TEXT,
            "properties": {"type": "object"},
            "occurred_at": _TIME,
            "received_at": _TIME,
            "page": _TEXT,
            "notes": {"type": "array", "items": _TEXT},
        },
    }
)


def notification(payload: Json) -> Notification:
    """Return the message of one event, or of one word about who somebody is.

    `who` stands for the person: of two people with the same id each has an event. Whoever was
    nobody then does not stand in the way of who they are by now.
    """
    name = payload["name"] if payload["type"] == TRACK else IDENTIFY
    return Notification(
        key=f"{name}:{payload['who']}:{payload['id']}",
        type=name if name in NAMED or payload["type"] == IDENTIFY else TRACK,
        payload=payload,
        resource_type="visitor",
        resource_id=payload["who"],
    )


def unwrap(headers: Mapping[str, str], body: bytes) -> Notification:
    """Return the message that was stored. Raises Reject for anything else."""
    try:
        payload: Any = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Reject("The body is not JSON.", code="not_json") from exc
    problems = PAYLOAD.problems(payload)
    if not problems and payload["type"] == TRACK and not payload.get("name"):
        raise Reject("This event has no name.", code="not_an_event", pointer="/name")
    if problems:
        reason = f"This is nothing that a page told: {problems[0].reason}."
        raise Reject(reason, code="not_an_event", pointer=problems[0].pointer)
    return notification(payload)
