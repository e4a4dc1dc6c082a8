"""What a page's rows mean, each for itself: a bad one stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from integration.core.bulk import Entry
from integration.core.errors import Reject
from integration.core.exchange import Skip
from integration.core.records import Record
from integration.core.rules import Json, Schema
from integration.sources.commercetools.documents import check

logger = logging.getLogger(__name__)

Understand = Callable[[Json], list[Record] | Skip]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a collection, and what is wrong with it, if anything.

    `records` are what it means where the document does not say it.
    """

    id: str
    document: Json | None
    failure: Reject | None = None
    records: tuple[Record, ...] = ()


def row_of(document: Any, schema: Schema) -> Row:
    """Return the row that a document is; it fails if it has not what we rely on."""
    kept = document if isinstance(document, dict) else None
    try:
        check(document, schema)
    except Reject as exc:
        return Row(id=id_of(document), document=kept, failure=exc)
    return Row(id=id_of(document), document=kept)


def missing(id_: str, thing: str) -> Row:
    """Return the row of a thing that the shop does not have."""
    reason = f"The shop has no {thing} with the id “{id_}” (any more)."
    return Row(id=id_, document=None, failure=Reject(reason, code="not_found"))


def id_of(document: Any) -> str:
    """Return the id of a document, "" if it has none."""
    id_ = document.get("id") if isinstance(document, dict) else None
    return id_ if isinstance(id_, str) else ""


def entries(rows: Iterable[Row], understand: Understand, thing: str) -> Iterator[Entry]:
    """Return what each row means. Raises nothing."""
    for row in rows:
        meaning = row.failure or list(row.records) or _meaning(row, understand, thing)
        document = row.document if isinstance(meaning, Reject) else None
        yield Entry(id=row.id, meaning=meaning, document=document)


def _meaning(row: Row, understand: Understand, thing: str) -> list[Record] | Skip | Reject:
    try:
        return understand(row.document or {})
    except Reject as exc:
        return exc
    except Exception as exc:  # noqa: BLE001 - the top of reading: a bug must not stop the rest
        # Without the traceback: its last line can quote somebody's address.
        logger.error("%s %s: %s", thing, row.id, type(exc).__name__)
        reason = f"Storewire could not read this {thing} ({type(exc).__name__})."
        return Reject(reason, code="unexpected")
