"""What would happen if units of a variant came now: the rules of the real run, nothing sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backinstock import lineup
from backinstock.config import Policy, policy_of
from backinstock.models import Restock, SignUp, StockItem
from backinstock.queue_ahead import QueueAhead
from backinstock.rules import (
    Choice,
    Standing,
    Stock,
    is_return,
    next_standing,
    offered,
    suffices,
    wave_size,
)
from integration.models import Store

MOST_UNITS = 1_000_000
MOST_WAVES = 20
NAMED = 100  # people who are listed: of each wave, and of each reason


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why nobody would hear."""

    code: str
    words: str


@dataclass(frozen=True, kw_only=True)
class RehearsedWave:
    """Who would hear at a moment: how many, and the first of them."""

    number: int
    at: datetime
    count: int
    units: int
    people: list[SignUp]

    @property
    def more(self) -> int:
        """How many are not among the people."""
        return self.count - len(self.people)


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Who would not hear for a reason: how many, and the first of them."""

    reason: str
    count: int
    people: list[SignUp]


@dataclass(kw_only=True)
class Rehearsal:
    """What would happen. Where something stands in the way (`nobody`), there are no waves.

    Nobody is taken to buy anything between two waves: this is the earliest that anybody hears.
    `stock` is how many there would be (None: nobody counts), `size` how many units a wave offers
    (None: everybody hears at once). `wants_more` want more than that. `later` have their turn after
    the waves; where only the first `looked_at` in line were looked at, also in the last of these.
    Destinations were asked about the first `asked` people only.
    """

    units: int
    stock: int | None
    waiting: int
    nobody: list[Obstacle] = field(default_factory=list)
    size: int | None = None
    begins: datetime | None = None
    waves: list[RehearsedWave] = field(default_factory=list)
    told: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    wants_more: int = 0
    too_large: list[SignUp] = field(default_factory=list)
    later: int = 0
    looked_at: int = 0
    asked: int = 0


def rehearse(item: StockItem, units: int, at: datetime) -> Rehearsal:
    """Return who would hear of it when, and who would not and why, if so many units came now."""
    rules = policy_of(item.store)
    restock = item.restocks.exclude(state=Restock.State.DONE).first()
    quantity = max(0, item.quantity or 0) + units if item.is_counted else None
    stock = Stock(quantity=quantity, published=item.published, backorder=item.backorder)
    back = _back(item, rules, at)
    waiting = SignUp.objects.for_item(item).count()
    found = Rehearsal(units=units, stock=quantity, waiting=waiting)
    found.nobody = [
        *_of_stock(stock, rules, restock, back),
        *_of_choice(item, rules, restock, waiting),
        *_of_store(item.store, at),
    ]
    if not found.nobody:
        found.begins = max(at, restock.next_wave_at or at) if restock else back
        found.size = wave_size(offered(stock.quantity, stock.backorder, rules), rules)
        _go_on(found, QueueAhead(item, restock, rules, found.size, at), rules)
    return found


def _of_stock(
    stock: Stock, rules: Policy, restock: Restock | None, back: datetime | None
) -> list[Obstacle]:
    """What makes it no return."""
    if not stock.published:
        words = "The shop does not show its product, so it is not back, however many there are."
        return [Obstacle(code="not_shown", words=words)]
    if not suffices(stock, rules):
        words = f"{stock.quantity:,} are not enough: back means at least {rules.minimum_stock:,}."
        return [Obstacle(code="not_enough", words=words)]
    if restock or back:
        return []
    words = "It is to be had already: more of it is no return. It has to be sold out in between."
    return [Obstacle(code="there_already", words=words)]


def _back(item: StockItem, rules: Policy, at: datetime) -> datetime | None:
    """When enough of it, from now on, would be a return: after a while, if it has to stay."""
    before = Standing(is_available=item.is_available, ready_since=item.ready_since)
    after, moment = next_standing(before, True, rules, at), at
    if after.ready_since:
        moment = max(at, after.ready_since + rules.minimum_time)
        after = next_standing(after, True, rules, moment)
    return moment if is_return(before, after, True) else None


def _of_choice(
    item: StockItem, rules: Policy, restock: Restock | None, waiting: int
) -> list[Obstacle]:
    """What people have decided."""
    found = {
        "nobody_waits": (not waiting, "Nobody waits for it."),
        "mirrored": (not rules.alerts, "Klaviyo's own waiting list tells people."),
        "variant_paused": (item.alerts_paused, "Alerts are paused for this variant: resume them."),
        "restock_paused": (
            restock is not None and restock.state == Restock.State.PAUSED,
            "Its return is paused: resume it under Restocks.",
        ),
    }
    return [Obstacle(code=code, words=words) for code, (holds, words) in found.items() if holds]


def _of_store(store: Store, at: datetime) -> list[Obstacle]:
    if store.sending != Store.Sending.LIVE:
        return [Obstacle(code="not_live", words="The store is not live: nothing is sent.")]
    reason = lineup.why_nobody_takes(store, at)
    return [Obstacle(code="no_taker", words=reason)] if reason else []


def _go_on(found: Rehearsal, queue: QueueAhead, rules: Policy) -> None:
    """Choose whose turn it is, wave by wave."""
    assert found.begins  # noqa: S101 - for mypy
    reasons: Counter[str] = Counter()
    first: defaultdict[str, list[int]] = defaultdict(list)
    while len(found.waves) < MOST_WAVES:
        choice = queue.next_wave()
        for one, reason in choice.skipped:
            reasons[reason] += 1
            if reasons[reason] <= NAMED:
                first[reason].append(one.id)
        if not choice.told:
            break
        found.told += len(choice.told)
        at = found.begins + len(found.waves) * rules.wave_every
        found.waves.append(_wave(choice, len(found.waves) + 1, at))
    found.skipped = [
        Skipped(reason=reason, count=count, people=_named(first[reason]))
        for reason, count in reasons.most_common()
    ]
    found.wants_more, found.too_large = queue.wants_more(), queue.first_who_want_more(NAMED)
    found.later = queue.left()
    found.looked_at, found.asked = queue.read, queue.asked


def _wave(choice: Choice, number: int, at: datetime) -> RehearsedWave:
    people = _named([one.id for one in choice.told[:NAMED]])
    return RehearsedWave(
        number=number, at=at, count=len(choice.told), units=choice.units, people=people
    )


def _named(ids: Sequence[int]) -> list[SignUp]:
    """Return these, in this order."""
    by_id = SignUp.objects.in_bulk(ids)
    return [by_id[id_] for id_ in ids if id_ in by_id]
