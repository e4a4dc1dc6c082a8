"""What a shop is asked to tell us: the difference to what is wanted, and whether it arrives."""

from __future__ import annotations

from dataclasses import dataclass, field

from integration.core.rules import Json


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would change at a shop for it to tell us what is wanted.

    `act` is "create", "update", or "" where all is as it should be. `kept`, `added` and `removed`
    name what it tells. `goes_to` says in words where that goes now, `moves_to` where it would go
    instead; each is empty where there is no such place. The rest is for the plugin: what is
    `there` ({} for nothing), what is `wanted`, and the `destination` somebody chose ({} for none).
    """

    key: str
    act: str
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    goes_to: str = ""
    moves_to: str = ""
    there: Json = field(default_factory=dict)
    wanted: Json = field(default_factory=dict)
    destination: Json = field(default_factory=dict)

    @property
    def is_homeless(self) -> bool:
        """Whether nobody has said yet where the shop is to send what it tells."""
        return not self.goes_to and not self.moves_to


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a subscription is: a word, and a sentence of what it means and what to do about it.

    `id` is the shop's own id of it, with which it is found again; empty if it is not known.
    """

    status: str
    words: str
    id: str = ""
