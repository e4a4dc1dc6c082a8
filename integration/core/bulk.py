"""Many at a time: how a shop's collections are read, and how requests are packed and followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from integration.core.errors import Reject
from integration.core.exchange import Access, Read, Request, Skip, StoreFacts
from integration.core.records import Record
from integration.core.rules import Json

# --- Reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What of a collection is wanted; nothing said is all of it.

    `ids` are the only ones, if there are any. `start_id` is the first of a walk by id. `since`
    (with it) and `until` (without it) bound the time that a collection goes by.
    """

    ids: tuple[str, ...] = ()
    start_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing of a collection and what it means: records, a reason for none, or what is wrong.

    `document` is the source's own, for who has to look into what is wrong.
    """

    id: str
    meaning: list[Record] | Skip | Reject
    document: Json | None = None


@dataclass(frozen=True, kw_only=True)
class Portion:
    """A page as it was read at `as_of`, and where the next one begins ("" has no meaning here).

    `entries` understands it without asking the shop again; it takes its time, and raises nothing.
    """

    as_of: datetime
    count: int
    cursor: str
    is_last: bool
    entries: Callable[[], Iterator[Entry]]


# Where to go on ("" at the start) -> the next page. Raises the three failures. One walk remembers
# what it looked up on the way, within bounds. Called by one thread at a time.
Walk = Callable[[str], Portion]


@dataclass(frozen=True, kw_only=True)
class Collection:
    """All things of one kind in a shop.

    `count` is how many a scope has, None where the shop does not say. `known_by` says by which
    time `since` and `until` go, for people. `first` names the collections that have to be there
    before.
    """

    title: str
    known_by: str
    count: Callable[[Read, Scope], int | None]
    walk: Callable[[Read, StoreFacts, Scope], Walk]
    first: tuple[str, ...] = ()


# --- Sending ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pack:
    """How requests of one operation go together.

    Not more than `most` of them, nor `most_bytes` in all. `piece` is a request's part of the bulk
    request, `body` what the single request's body was by its piece. What has a higher `stage`
    refers to what has a lower one: it may only begin when all of that has arrived. Pieces with the
    same `apart` (a text, "" has no meaning) may not be in one bulk request.
    """

    most: int
    most_bytes: int
    piece: Callable[[Request], bytes]
    body: Callable[[bytes], Json]
    stage: int = 0
    apart: Callable[[Request], str] = lambda request: ""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Pieces (by their places) that the other side has taken.

    `job` is its name for the work that it does with them yet, "" if that is all it will ever say;
    `operation` is what to ask it about, `note` what people are to know of each.
    """

    places: tuple[int, ...]
    job: str = ""
    operation: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A piece (by its place) that the other side will not have, and why.

    `instead` is a body that the single request may have in its place, `note` what it is without.
    """

    place: int
    failure: Reject
    instead: Json | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class BulkAnswer:
    """What came of a bulk request. A piece in neither list was not looked at: send it again."""

    taken: tuple[Taken, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JobAnswer:
    """How a job on the other side is doing.

    `refused` are complete when it is "done"; a "lost" one will never say more.
    """

    state: Literal["going", "done", "lost"]
    completed: int = 0
    failed: int = 0
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Something that begins by itself on the other side when a metric is recorded."""

    metric: str
    name: str
    is_live: bool


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """How a destination takes many requests at a time.

    `packs` by the operation of the single requests; of `piled_up` ones a backlog may go in bulk,
    as nothing waits for their end. `send` takes an operation and contents; it
    looks after the limits by itself. It raises Retry and
    Misconfigured, and Reject for all of it where no piece is named. `follow` takes what a Taken
    said and the contents that went with it. `there` returns which of these objects, by order key,
    exist. `historic` marks a request as one about the past, which must start nothing. `flows`
    are what metrics of these names start; `metrics` are their names for a collection by the
    store's settings. `stages` are those of the requests that the things of a collection become,
    where that is not only the lowest. `keys` are what the order keys of the objects of a
    collection begin with, what belongs to others before these; only they can be deleted. `ceiling`
    is about how many things of a collection are taken in a minute at the most.
    """

    packs: Mapping[str, Pack]
    piled_up: tuple[str, ...]
    send: Callable[[Access], Callable[[str, Sequence[bytes]], BulkAnswer]]
    follow: Callable[[Access, str, str, Sequence[bytes]], JobAnswer]
    there: Callable[[Access, Iterable[str]], set[str]]
    historic: Callable[[Request], Request]
    flows: Callable[[Access, Iterable[str]], list[Flow]]
    metrics: Callable[[str, StoreFacts], list[str]]
    ceiling: Callable[[str], float]
    stages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
