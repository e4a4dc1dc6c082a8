"""The tables, one file per idea."""

from integration.models.connection import Connection
from integration.models.consent import Consent
from integration.models.failures import FailedEvent
from integration.models.inbox import InboundMessage
from integration.models.outbox import Delivery
from integration.models.remote_jobs import RemoteJob
from integration.models.runs import JobRun
from integration.models.store import Store
from integration.models.sync import SyncState
from integration.models.tokens import ApiToken
from integration.models.versions import ResourceVersion

__all__ = [
    "ApiToken",
    "Connection",
    "Consent",
    "Delivery",
    "FailedEvent",
    "InboundMessage",
    "JobRun",
    "RemoteJob",
    "ResourceVersion",
    "Store",
    "SyncState",
]
