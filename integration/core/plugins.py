"""The two kinds of plugin, as plain data. A plugin's folder fills one of these in and stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.core.bulk import Bulk, Collection
from integration.core.exchange import (
    Access,
    Answer,
    Lately,
    Read,
    Request,
    Skip,
    StoreFacts,
    anew,
)
from integration.core.limits import Rate
from integration.core.records import Record
from integration.core.rules import Json, Problem
from integration.core.subscriptions import Health, Plan


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to fill in on a connection."""

    name: str
    label: str
    help: str
    default: str = ""
    required: bool = True
    secret: bool = False
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A message from a shop, out of its envelope. `key` tells it from every other one."""

    key: str
    type: str
    payload: Json
    resource_type: str = ""
    resource_id: str = ""
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Knock:
    """What came to a door. `query` are the parameters of its address."""

    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a door says at once, to whoever only wanted to know whether somebody is there."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What a handler may use: what is known of the store, reading, and the time.

    `attempt` is how often the same message was tried before and failed, `looks` how often it was
    handled and asked for another look. `lately` keeps for a minute what many messages refer to and
    may be that old.
    """

    store: StoreFacts
    read: Read
    at: datetime
    lately: Lately = anew
    attempt: int = 0
    looks: int = 0


@dataclass(frozen=True)
class Look:
    """A handler's answer that may not be the last word: handle it again after some seconds."""

    records: list[Record]
    again_after: float


Handler = Callable[[Json, Shop], list[Record] | Look | Skip]


@dataclass(frozen=True)
class Handles:
    """A message type's line in a source's table: what is done, and two halves of a sentence
    for people: what it says, and what becomes of it.

    A handler that `rereads` tells of the resource as it is now, whatever the message said: of
    several messages about one resource the newest suffices.
    """

    handler: Handler
    says: str = ""
    becomes: str = ""
    rereads: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A piece of a stream, and where the next piece begins. The last one is the newest so far."""

    notifications: list[Notification]
    cursor: str
    is_last: bool


# read, since when, where to go on ("" at the start) -> the next piece, the oldest first
Stream = Callable[[Read, datetime, str], Page]


@dataclass(frozen=True, kw_only=True)
class Subscriptions:
    """How a shop is asked to tell us something. `key` is our own name for what we ask.

    `wanted` is what it takes for these message types, and no more. `plan` compares that with what
    is there, and `apply` does what a plan says. `health` never raises; the id that it told before
    helps it to find the subscription. `remove` says whether there was one.
    """

    wanted: Callable[[Iterable[str]], Json]
    plan: Callable[[Access, str, Iterable[str], Json], Plan]  # key, types, destination or {}
    apply: Callable[[Access, Plan], None]
    health: Callable[[Access, str, str], Health]  # key, id or ""
    remove: Callable[[Access, str], bool]


# SKUs and ids of products, shop -> what the shop says of them now: StockChanged for each SKU,
# ProductChanged for each product that shoppers can see, ProductUnpublished for each other one
Wares = Callable[[Sequence[str], Sequence[str], Shop], list[Record]]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of shop.

    `unwrap` raises Reject for what is not a notification. `parts` takes a batch apart. `verify`
    proves the sender, `greet` answers who only wants to know whether somebody is there.
    `ignored` maps a message type to the reason why nothing is made of it. `streams` tell what was
    missed, by name. `subscriptions` is None where a shop is set up by hand.
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    settings: Mapping[str, Json]  # a JSON schema with defaults for each group of settings
    verify: Callable[[Knock, Access], bool]
    unwrap: Callable[[Mapping[str, str], bytes], Notification]
    handlers: Mapping[str, Handles]
    ignored: Mapping[str, str]
    reader: Callable[[Access], Read]
    test: Callable[[Access], str]
    greet: Callable[[Knock, Access], Reply | None] = lambda knock, access: None
    parts: Callable[[bytes], list[bytes]] = lambda body: [body]
    # Whether a notification is about this connection's shop; the values filled in are given.
    belongs: Callable[[Notification, Mapping[str, str]], bool] = lambda notification, config: True
    off: tuple[str, ...] = ()  # what is handled only where a store switches it on
    streams: Mapping[str, Stream] = field(default_factory=dict)
    subscriptions: Subscriptions | None = None
    collections: Mapping[str, Collection] = field(default_factory=dict)  # for imports, by kind
    own_door: str = ""  # the path where it is told, if that is not the door of all sources
    wares: Wares | None = None


Mapper = Callable[[Any, StoreFacts], list[Request] | Skip]
# operation, {"method", "path", "body", "find"} -> its answer; raises the three failures
Send = Callable[[str, Json], Answer]


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where records go. `check` finds what would be refused, by operation, before it is stored."""

    kind: str
    label: str
    fields: tuple[Field, ...]
    settings: Mapping[str, Json]
    mappers: Mapping[type[Record], Mapper]
    rates: Mapping[str, tuple[Rate, ...]]  # by operation
    account: Callable[[Access], str]  # limits count per account, not per connection
    check: Callable[[str, Json], list[Problem]]
    send: Callable[[Access], Send]
    test: Callable[[Access], str]
    words: Mapping[str, str] = field(default_factory=dict)  # what each operation does, for people
    # The deletion of an object, by its order key and the version with which it went.
    removal: Callable[[str, int], Request | None] = lambda key, version: None
    bulk: Bulk | None = None
    # It writes to our own database: one request after the other, whether or not the store sends.
    in_turn: bool = False
    # Which of these e-mail addresses it would not write to, whatever we send.
    suppressed: Callable[[Access, Sequence[str]], set[str]] = lambda access, emails: set()
