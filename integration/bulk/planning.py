"""Which walks an import takes, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

from integration.bulk.preflight import collection
from integration.bulk.wishes import Wishes
from integration.core.bulk import Bulk
from integration.models import Connection

WORDS = {1: "{}: the main entries", 2: "{}: their variants"}


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One walk of a run: over a collection, for the requests of a stage."""

    collection: str
    stage: int
    words: str


def planned(kind: str, source: Connection, bulk: Bulk, wishes: Wishes) -> list[Pass]:
    """Return the walks of an import: what has to be there before, then each stage of its own.

    Where only a part is wanted, what that needs comes with it, and not all of its collection.
    """
    one, stages = collection(source, kind), bulk.stages.get(kind, (0,))
    before = one.first if wishes.is_everything else ()
    if one.first and not before:
        stages = (0, *stages)
    return [
        *(_pass(name, 0, source) for name in before),
        *(_pass(kind, stage, source) for stage in stages),
    ]


def _pass(name: str, stage: int, source: Connection) -> Pass:
    title = collection(source, name).title
    return Pass(collection=name, stage=stage, words=WORDS.get(stage, "{}").format(title))
