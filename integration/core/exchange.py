"""What passes between us and the plugins, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from integration.core.limits import Limiter
from integration.core.rules import Json

Found = TypeVar("Found")
Settings = Mapping[str, Any]
Read = Callable[[str], Json]  # a path in the shop -> the document there, as it is now


class Memory(Protocol):
    """A place for what is costly to fetch, shared by all workers. May forget at any time."""

    def get(self, key: str) -> str | None: ...
    def set(self, key: str, value: str, seconds: float) -> None: ...
    def delete(self, key: str) -> None: ...


class Lately(Protocol):
    """What was looked up a moment ago by this process, by name. Threads share it."""

    def __call__(self, name: str, make: Callable[[], Found]) -> Found: ...


def anew(name: str, make: Callable[[], Found]) -> Found:
    """Remember nothing."""
    return make()


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a plugin gets to know of its connection.

    `share` is how much of the limits it may take: who can wait leaves something to the others.
    """

    config: Mapping[str, str]
    secrets: Mapping[str, str]
    memory: Memory
    limiter: Limiter
    share: float = 1
    store_id: int = 0


@dataclass(frozen=True, kw_only=True)
class StoreFacts:
    """What handlers and mappers need to know of the store."""

    locale: str
    country: str
    currency: str
    settings: Settings


@dataclass(frozen=True)
class Skip:
    """An answer when there is knowingly nothing to do. The reason is shown to people."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One thing to be sent, exactly as it will be.

    `idempotency_key` makes two requests for the same fact one; objects need none. Requests with
    the same `order_key` describe the same object: only the newest `version` matters, and they go
    one after the other. One that `deletes` its object wins over an upsert of the same version.

    Where several objects are made of one thing in the shop, that is their `owner`, to which the
    version belongs; who `completes` the owner says that these are all: what was sent of it before
    and is not among them is removed. `after` are order keys that must go first, `overwrites` those
    of which this request changes a part. An event is not sent where what it is `about`, by its
    order key, was deleted before. `find` says by what the other side's own id of the thing is to
    be looked up before. `notes` say in words what was left out and why, `remarks` how something
    was chosen.

    Where `parts` are named, by JSON pointers into the body and "" for that the object is there,
    a request says no more of its object: it takes nobody's place, but of two words about a part
    the later one stays.
    """

    operation: str
    method: str
    path: str
    body: Json
    idempotency_key: str = ""
    order_key: str = ""
    version: int = 0
    deletes: bool = False
    owner: str = ""
    completes: str = ""
    after: tuple[str, ...] = ()
    overwrites: tuple[str, ...] = ()
    about: str = ""
    parts: tuple[str, ...] = ()
    find: Json = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def with_body(self, body: Json) -> Request:
        """Return the same request with another body: an import makes hundreds of thousands."""
        other = object.__new__(Request)
        other.__dict__.update(self.__dict__, body=body)  # five times as fast as `replace`
        return other


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the other side said to a request it took. `notes` say what was left out on the way."""

    status: int
    body: Json = field(default_factory=dict)
    notes: tuple[str, ...] = ()
