"""The tables, one file per idea."""

from integration.models.failures import FailedEvent
from integration.models.inbox import InboundMessage
from integration.models.outbox import Delivery, ResourceVersion
from integration.models.runs import JobRun
from integration.models.store import Connection, Store

__all__ = [
    "Connection",
    "Delivery",
    "FailedEvent",
    "InboundMessage",
    "JobRun",
    "ResourceVersion",
    "Store",
]
