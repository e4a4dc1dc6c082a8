"""What would become of a message, without doing it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from integration import registry
from integration.core.errors import Failure
from integration.core.exchange import Request, Skip
from integration.core.plugins import Look
from integration.core.records import Record
from integration.core.rules import Json, Problem
from integration.models import Connection, InboundMessage
from integration.pipeline.outbox import requests
from integration.pipeline.processing import judge, shop_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """One request as it would go out, and what is wrong with it."""

    connection: Connection
    request: Request
    problems: list[Problem]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The requests that a message would lead to; `reason` says why there are none, or not all.

    `documents` are the source's own, as they were sent along or read now.
    """

    documents: list[Json] = field(default_factory=list)
    requests: list[Previewed] = field(default_factory=list)
    reason: str = ""


def preview(message: InboundMessage) -> Preview:
    """Return what would become of a message now. Reads the shop; writes and sends nothing."""
    connection = message.connection
    source = registry.sources()[connection.kind]
    if message.type not in source.handlers:
        return Preview(reason=message.error or "Nothing is made of messages of this type.")
    outcome = judge(message, source, shop_of(connection)).outcome
    if isinstance(outcome, Failure | Skip):
        return Preview(reason=outcome.reason)
    records = outcome.records if isinstance(outcome, Look) else outcome or []
    documents = [record.document for record in records if record.document]
    try:
        return _mapped(connection, records, documents)
    except Exception as exc:  # noqa: BLE001 - as in processing: whatever mapping does, a person reads it
        logger.exception("message %s: mapping failed in a preview", message.id)
        return Preview(documents=documents, reason=f"Mapping failed ({type(exc).__name__}).")


def _mapped(connection: Connection, records: list[Record], documents: list[Json]) -> Preview:
    found, reasons = [], []
    for destination in connection.store.connections.destinations():
        made, why_not = requests(records, destination)
        check = registry.destinations()[destination.kind].check
        found += [
            Previewed(
                connection=destination,
                request=request,
                problems=check(request.operation, request.body),
            )
            for request in made
        ]
        reasons += why_not
    return Preview(documents=documents, requests=found, reason=" ".join(dict.fromkeys(reasons)))
