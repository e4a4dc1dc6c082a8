"""What is on its way from records to deliveries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integration.core.exchange import Request
from integration.core.records import Record
from integration.models import Connection, Delivery, InboundMessage
from integration.models.versions import Standing

OLDER = "A newer version of the same object had come before."
SAME = "Nothing has changed since the last time it was sent."

Bell = tuple[int, str]  # a connection and an operation for which something waits


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The records of one message, or of none, as the shop was at a moment.

    Who queues them without a message may give a `token`, to be told the keys of their deliveries.
    """

    records: Sequence[Record]
    as_of: datetime
    origin: InboundMessage | None = None
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One request on its way to becoming a delivery."""

    request: Request
    batch: Batch
    delivery: Delivery

    @property
    def is_resent(self) -> bool:
        """Whether a person had it sent again."""
        return bool(self.batch.origin and self.batch.origin.resends)

    def standing(self) -> Standing:
        """Return how new what it says is."""
        return Standing(
            version=self.request.version,
            deleted=self.request.deletes,
            as_of=self.batch.as_of,
            owner=self.request.owner,
            digest=digest([self.request.operation, self.request.body]),
        )


@dataclass
class Queued:
    """What to ring for, and why something was not queued for a message (by its id).

    `unwanted` are the reasons for which the store's settings make nothing of a message. `keys` are
    the connections and idempotency keys of the deliveries, by the token of a batch, `set_aside` the
    ids of those that would be refused.
    """

    bells: set[Bell] = field(default_factory=set)
    queued_for: set[int] = field(default_factory=set)
    left_out: dict[int, str] = field(default_factory=dict)
    unwanted: dict[int, str] = field(default_factory=dict)
    keys: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)

    def note(self, batch: Batch, reason: str) -> None:
        """Say why something that a message said was not queued."""
        if batch.origin:
            self.left_out[batch.origin.id] = reason


def wanted(request: Request, batch: Batch, connection: Connection) -> Wanted:
    """Return a request with the delivery that it would be."""
    delivery = Delivery.of(request, connection, _key(request, batch))
    delivery.message = batch.origin
    return Wanted(request=request, batch=batch, delivery=delivery)


def digest(content: object) -> str:
    """Return what tells one content from another."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _key(request: Request, batch: Batch) -> str:
    if request.order_key:  # an object may come back to what it was before: that is news, too
        return (
            f"{request.operation}:{request.order_key}@{request.version}:{batch.as_of.isoformat()}"
        )
    # A fact goes out once; a person may want it once more, and that is a fact of its own.
    again = f":again{batch.origin.resends}" if batch.origin and batch.origin.resends else ""
    return request.idempotency_key + again
