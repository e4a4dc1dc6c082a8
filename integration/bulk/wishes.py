"""What a person, a script or a schedule wants of an import, and whether that makes sense."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from integration import registry
from integration.core.bulk import Scope
from integration.core.errors import Reject
from integration.core.rules import Json

MOST_IDS = 10_000


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How an import is to be run. Nothing said: all of it, for real, starting no flow."""

    ids: tuple[str, ...] = ()
    start_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    dry_run: bool = False
    backfill: bool = True  # recorded as history: no flow starts
    delete_all: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether the whole collection is walked, so that what is not met is gone."""
        return not (self.ids or self.start_id or self.since or self.until or self.limit)

    def scope(self) -> Scope:
        """Return what of the collection is wanted."""
        return Scope(ids=self.ids, start_id=self.start_id, since=self.since, until=self.until)

    def parameters(self) -> Json:
        """Return it for the run's row: what was said, and nothing else."""
        said = {name: value for name, value in asdict(self).items() if value not in (None, "", ())}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in said.items()
        }

    @classmethod
    def of(cls, parameters: Json) -> Wishes:
        """Return what `parameters` returned."""
        known = {field.name for field in fields(cls)}
        found: dict[str, Any] = {name: v for name, v in parameters.items() if name in known}
        for name in ("since", "until"):
            if name in found:
                found[name] = datetime.fromisoformat(found[name])
        return cls(**{**found, "ids": tuple(found.get("ids", ()))})


def deletable() -> set[str]:
    """Return the kinds of which all can be deleted where they were sent to."""
    bulks = [destination.bulk for destination in registry.destinations().values()]
    return {kind for bulk in bulks if bulk for kind in bulk.keys}


def check(kind: str, wishes: Wishes) -> None:
    """Refuse what makes no sense. Raises Reject; its pointer names the field."""
    if len(wishes.ids) > MOST_IDS:
        _refuse("ids", f"Give at most {MOST_IDS:,} ids, or none for all.")
    if wishes.ids and wishes.start_id:
        _refuse("start_id", "Give either ids or the id to start with, not both.")
    if wishes.start_id and kind != "orders":
        _refuse("start_id", "Only orders can start at an id.")
    if wishes.since and wishes.until and wishes.since >= wishes.until:
        _refuse("until", "“until” has to be later than “since”.")
    if wishes.limit is not None and wishes.limit < 1:
        _refuse("limit", "Give a number from 1 on, or none for all.")
    if not wishes.backfill and kind != "orders":
        _refuse("backfill", "Only orders become events, which may start flows.")
    if wishes.delete_all and kind not in deletable():
        _refuse("deleteAll", f"Only these can be deleted: {', '.join(sorted(deletable()))}.")
    narrowed = wishes.ids or wishes.since or wishes.until or wishes.limit
    if wishes.delete_all and narrowed:
        _refuse("deleteAll", "Deleting is about everything: leave ids, since, until and limit out.")


def _refuse(field: str, reason: str) -> None:
    raise Reject(reason, code="invalid", pointer=f"/{field}")
