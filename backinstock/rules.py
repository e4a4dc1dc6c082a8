"""When a variant is back, and whose turn it is. Plain Python: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from backinstock.config import Policy

BOUGHT, OPTED_OUT = "bought", "opted_out"
SUPPRESSED, COOLING_DOWN = "suppressed", "cooling_down"


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What was told of a variant. `quantity` is None where nobody counts it."""

    quantity: int | None
    published: bool = True
    backorder: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether a variant is to be had. `is_available` is None as long as nobody has said anything.

    `ready_since` is the moment from which on there was enough, while that is not long enough.
    """

    is_available: bool | None = None
    ready_since: datetime | None = None


def suffices(stock: Stock, policy: Policy) -> bool:
    """Return whether there is enough to sell."""
    if not stock.published:
        return False
    if stock.quantity is None or (stock.backorder and policy.backorder):
        return True
    return stock.quantity >= policy.minimum_stock


def offered(quantity: int | None, backorder: bool, policy: Policy) -> int | None:
    """Return how many there are to offer, None where there is no end of them."""
    return None if backorder and policy.backorder else quantity


def next_standing(before: Standing, enough: bool, policy: Policy, at: datetime) -> Standing:
    """Return how a variant stands at a moment. There must be enough for a while, to be back."""
    if not enough:
        return Standing(is_available=False)
    if before.is_available:
        return Standing(is_available=True)
    since = before.ready_since or at
    if at - since >= policy.minimum_time:
        return Standing(is_available=True)
    return Standing(is_available=before.is_available, ready_since=since)


def is_return(before: Standing, after: Standing, somebody_waits: bool) -> bool:
    """Return whether it has come back between the two.

    What nobody had said anything about is back if somebody waits for it: they saw it sold out.
    """
    if not after.is_available or before.is_available:
        return False
    return before.is_available is False or somebody_waits


def wave_size(stock: int | None, policy: Policy) -> int | None:
    """Return how many units to offer to people in a wave; None for everyone."""
    if policy.rate == 0 or stock is None:
        return None
    return max(stock, 0) * policy.rate


class InLine(Protocol):
    """What the rules look at of a sign-up: a rehearsal reads no more of it than that."""

    @property
    def id(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def units(self) -> int: ...
    @property
    def keep(self) -> bool: ...
    @property
    def bought_at(self) -> datetime | None: ...
    @property
    def alerted_at(self) -> datetime | None: ...


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody whose turn it may be."""

    id: int
    units: int = 1
    bought: bool = False
    opted_out: bool = False
    suppressed: bool = False
    cooling_down: bool = False

    @property
    def reason_against(self) -> str:
        """Why they are not told, "" if nothing speaks against it."""
        reasons = (
            (BOUGHT, self.bought),
            (OPTED_OUT, self.opted_out),
            (SUPPRESSED, self.suppressed),
            (COOLING_DOWN, self.cooling_down),
        )
        return next((reason for reason, holds in reasons if holds), "")


@dataclass
class Choice:
    """Whose turn it is: in `told`, who is `skipped` and why, and who wants more than is left.

    `last` is the last one looked at. `is_full` says that nothing is left to offer.
    """

    told: list[Candidate] = field(default_factory=list)
    skipped: list[tuple[Candidate, str]] = field(default_factory=list)
    passed_over: list[Candidate] = field(default_factory=list)
    units: int = 0
    last: Candidate | None = None
    is_full: bool = False


def choose(candidates: Iterable[Candidate], left: int | None) -> Choice:
    """Go through the candidates in their order, as long as units are left to offer (None: always).

    Who wants more than is left stays on the list; the next one may want less.
    """
    choice = Choice()
    for candidate in candidates:
        if left is not None and choice.units >= left:
            choice.is_full = True
            return choice
        choice.last = candidate
        reason = candidate.reason_against
        if reason:
            choice.skipped.append((candidate, reason))
        elif left is not None and choice.units + candidate.units > left:
            choice.passed_over.append(candidate)
        else:
            choice.told.append(candidate)
            choice.units += candidate.units
    choice.is_full = left is not None and choice.units >= left
    return choice


def waiting_days(since: datetime, at: datetime) -> int:
    """Return the full days of waiting."""
    return max(0, (at - since) // timedelta(days=1))
