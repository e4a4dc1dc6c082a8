"""Which walks an import takes, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from integration.bulk.preflight import collection
from integration.bulk.wishes import Wishes
from integration.core.bulk import Bulk
from integration.models import Connection

FOREIGN = "/"  # between the name of a collection and an id, in the row of what was brought along
WORDS = {1: "{}: the main entries", 2: "{}: their variants"}


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One walk of a run: over a collection, for the requests of a stage."""

    collection: str
    stage: int
    words: str
    row_prefix: str = ""
    is_first: bool = True  # of its collection: what is wrong with an entry is said once
    counts: bool = False  # its entries are what the run has read: one walk of its own kind


def planned(kind: str, source: Connection, bulk: Bulk, wishes: Wishes) -> list[Pass]:
    """Return the walks of an import: what has to be there before, then each stage of its own.

    Where only a part is wanted, what that needs comes with it, and not all of its collection.
    """
    one, stages = collection(source, kind), bulk.stages.get(kind, (0,))
    before = one.first if wishes.is_everything else ()
    if one.first and not before:
        stages = (0, *stages)
    brought = [_pass(name, 0, source, row_prefix=f"{name}{FOREIGN}") for name in before]
    first, *others = [_pass(kind, stage, source, is_first=stage == stages[0]) for stage in stages]
    return [*brought, replace(first, counts=True), *others]


def _pass(
    name: str, stage: int, source: Connection, *, row_prefix: str = "", is_first: bool = True
) -> Pass:
    title = collection(source, name).title
    return Pass(
        collection=name,
        stage=stage,
        words=WORDS.get(stage, "{}").format(title),
        row_prefix=row_prefix,
        is_first=is_first,
    )
