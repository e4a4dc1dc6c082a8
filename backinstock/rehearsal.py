"""What would happen if a variant came back now: by the rules of the real run, sending nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from backinstock import lineup
from backinstock.config import policy
from backinstock.models import SignUp, StockItem
from backinstock.rules import Candidate, choose, wave_size
from integration.models import Store

MOST_WAVES = 100
NAMED = 100  # people of a wave who are listed


@dataclass(frozen=True, kw_only=True)
class RehearsedWave:
    """Who would hear at a moment: how many, and the first of them."""

    at: datetime
    count: int
    units: int
    people: list[SignUp]


@dataclass
class Rehearsal:
    """What would happen. `skipped` are people and why; `waiting_on` want more than there is.

    Nobody is taken to buy anything between two waves: this is the earliest that anybody hears.
    `more` is how many would be left after as many waves as are shown.
    """

    waves: list[RehearsedWave] = field(default_factory=list)
    skipped: list[tuple[SignUp, str]] = field(default_factory=list)
    waiting_on: list[SignUp] = field(default_factory=list)
    told: int = 0
    more: int = 0
    is_live: bool = True


def rehearse(item: StockItem, units: int, at: datetime) -> Rehearsal:
    """Return who would hear of it when, and who would not and why, if so many units came now."""
    rules = policy(item.store.facts().settings)
    people = lineup.people(lineup.next_in_line(item, [], rules, None))
    size = wave_size(units, rules)
    asked = [] if size is None else list(people.values())[: max(size, NAMED)]
    suppressed = lineup.suppressed_of(item.store, asked)
    reasons = lineup.against(item, people.values(), suppressed, rules, at)
    left = [lineup.candidate(one, reasons) for one in people.values()]
    found = Rehearsal(is_live=item.store.sending == Store.Sending.LIVE)
    moment = at
    while left and len(found.waves) < MOST_WAVES:
        choice = choose(left, size)
        seen = {one.id for one in choice.told} | {one.id for one, _ in choice.skipped}
        found.skipped += [(people[one.id], reason) for one, reason in choice.skipped]
        if choice.told:
            found.waves.append(_wave(moment, choice.told, people, choice.units))
            found.told += len(choice.told)
        left = [one for one in left if one.id not in seen]
        if not choice.told:  # whoever is left wants more than there is
            found.waiting_on = [people[one.id] for one in left]
            return found
        moment += rules.wave_every
    found.more = len(left)
    return found


def _wave(
    at: datetime, told: list[Candidate], people: dict[int, SignUp], units: int
) -> RehearsedWave:
    first = [people[one.id] for one in told[:NAMED]]
    return RehearsedWave(at=at, count=len(told), units=units, people=first)
