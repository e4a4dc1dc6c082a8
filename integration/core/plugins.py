"""The two kinds of plugin, as plain data. A plugin's folder fills one of these in and stops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from integration.core.limits import Limiter, Rate
from integration.core.records import Record
from integration.core.rules import Json, Problem

Settings = Mapping[str, Any]
Read = Callable[[str], Json]  # a path in the shop -> the document there, as it is now


class Memory(Protocol):
    """A place for what is costly to fetch, shared by all workers. May forget at any time."""

    def get(self, key: str) -> str | None: ...
    def set(self, key: str, value: str, seconds: float) -> None: ...
    def delete(self, key: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a plugin gets to know of its connection."""

    config: Mapping[str, str]
    secrets: Mapping[str, str]
    memory: Memory
    limiter: Limiter


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
class Shop:
    """What a handler may use: the store's settings, and reading.

    `attempt` is how often the same message was tried before.
    """

    settings: Settings
    read: Read
    attempt: int = 0


@dataclass(frozen=True)
class Skip:
    """A handler's answer when there is knowingly nothing to do. The reason is shown to people."""

    reason: str


Handler = Callable[[Json, Shop], list[Record] | Skip]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of shop.

    `unwrap` raises Reject for what is not a notification. `verify` proves the sender.
    `ignored` maps a message type to the reason why nothing is made of it.
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    settings: Mapping[str, Json]  # a JSON schema with defaults for each group of settings
    verify: Callable[[Mapping[str, str], Mapping[str, str]], bool]  # headers, secrets
    unwrap: Callable[[Mapping[str, str], bytes], Notification]
    handlers: Mapping[str, Handler]
    ignored: Mapping[str, str]
    reader: Callable[[Access], Read]
    test: Callable[[Access], str]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One thing to be sent, exactly as it will be.

    `idempotency_key` makes two requests for the same fact one. Requests with the same `order_key`
    describe the same object: only the newest `version` matters, and they go one after the other.
    `notes` say in words what was left out and why.
    """

    operation: str
    method: str
    path: str
    body: Json
    idempotency_key: str
    order_key: str = ""
    version: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the other side said to a request it took. `notes` say what was left out on the way."""

    status: int
    body: Json = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StoreFacts:
    """What a mapper needs to know of the store."""

    locale: str
    country: str
    currency: str
    settings: Settings


Mapper = Callable[[Any, StoreFacts], list[Request]]
Send = Callable[[str, str, Json], Answer]  # method, path, body; raises the three failures


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
