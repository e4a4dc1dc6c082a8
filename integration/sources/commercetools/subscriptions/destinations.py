"""Where notifications go: the documents that commercetools calls destinations."""

from __future__ import annotations

from integration.core.errors import Reject
from integration.core.rules import Json

# type: what it cannot do without
DESTINATIONS = {
    "AzureServiceBus": ("connectionString",),
    "EventBridge": ("region", "accountId"),
    "EventGrid": ("uri", "accessKey"),
    "GoogleCloudPubSub": ("projectId", "topic"),
    "SNS": ("topicArn",),
    "SQS": ("queueUrl", "region"),
}
# All else may be a secret, or have one in it.
SHOWN = (
    "projectId",
    "topic",
    "queueUrl",
    "topicArn",
    "region",
    "accountId",
    "uri",
    "authenticationMode",
)
CLOUD_EVENTS = {"type": "CloudEvents", "cloudEventsVersion": "1.0"}


def check(destination: Json) -> None:
    """Raise Reject for what is no destination that notifications can reach us through."""
    type_ = destination.get("type")
    needed = DESTINATIONS.get(type_) if isinstance(type_, str) else None
    if needed is None:
        known = ", ".join(DESTINATIONS)
        raise _refusal(f"The destination's type is not one of {known}.")
    for name in needed:
        if not destination.get(name):
            raise _refusal(f"The destination lacks “{name}”, which {type_} needs.")
    for name, value in destination.items():
        if not isinstance(value, str):
            raise _refusal(f"The destination's “{name}” should be text: put it in quotes.")


def in_words(destination: Json, instead_of: Json | None = None) -> str:
    """Return where a destination is, without its secrets; "" for none."""
    if not destination:
        return ""
    parts = [f"{name} {destination[name]}" for name in SHOWN if destination.get(name)]
    words = f"{destination['type']} ({', '.join(parts)})" if parts else str(destination["type"])
    is_same = instead_of is not None and words == in_words(instead_of)
    return f"{words}, with its keys set anew" if is_same else words


def is_elsewhere(chosen: Json, there: Json) -> bool:
    """Whether a chosen destination is not the one that is there.

    Only what was chosen is compared: commercetools adds its defaults. It also hides parts of
    keys, so that one with a key always counts as another one, and the key is set again.
    """
    return any(there.get(name) != value for name, value in chosen.items())


def format_for(destination: Json) -> Json:
    """Return the format that goes with a new subscription's destination."""
    # Event Grid takes nothing else: https://docs.commercetools.com/api/projects/subscriptions
    return CLOUD_EVENTS if destination["type"] == "EventGrid" else {"type": "Platform"}


def _refusal(reason: str) -> Reject:
    return Reject(reason, code="destination")
