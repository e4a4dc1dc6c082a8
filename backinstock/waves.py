"""Whose turn it is: a restock's next wave, planned in steps that a killed worker may repeat."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from backinstock import alerts, lineup, polling
from backinstock.config import Policy, policy
from backinstock.models import Restock, StockItem, StockLevel, Wave
from backinstock.rules import Choice, choose, wave_size
from integration.core.errors import Failure
from integration.models import Store
from integration.pipeline.batches import Bell

STEP = 1_000  # people looked at in one transaction
FEWEST = 100  # people: about the suppressions of so many a destination is asked at once
FRESH = timedelta(minutes=2)  # what was told of the stock so shortly before holds for a wave
A_WHILE = timedelta(minutes=5)  # until the next try, where something is in the way
EVERYBODY = "Everybody who waited was told."
NOT_LIVE = "The store is not live: nothing is sent, and nobody loses their place."
NO_TAKER = "No connection of the store tells people: connect Klaviyo."


def due(at: datetime) -> list[int]:
    """Return the restocks of which a wave, or the rest of one, is to be planned."""
    return list(Restock.objects.due(at).values_list("id", flat=True))


def go(restock_id: int, at: datetime | None = None) -> set[Bell]:
    """Plan what is due of a restock, step by step. Return what to ring for."""
    moment = at or now()
    bells: set[Bell] = set()
    due_now = Restock.objects.due(moment).select_related("item__store")
    restock = due_now.filter(id=restock_id).first()
    if restock is None or not _may_begin(restock, moment):
        return bells
    while True:
        suppressed = _suppressed(restock_id, moment)
        step = _step(restock_id, moment, suppressed)
        if step is None:
            return bells
        bells |= step


def _may_begin(restock: Restock, at: datetime) -> bool:
    """Look whether people can be told, and at the stock. Asks the shop: in no transaction."""
    store, item = restock.item.store, restock.item
    if store.sending != Store.Sending.LIVE or not lineup.takers(store):
        _wait(restock, at, NOT_LIVE if store.sending != Store.Sending.LIVE else NO_TAKER)
        return False
    if _is_known(restock, at):
        return True
    try:
        polling.ask(store, [item.sku], [])
    except Failure as exc:
        _wait(restock, at, f"The stock could not be looked at: {exc.reason}")
        return False
    return True


def _is_known(restock: Restock, at: datetime) -> bool:
    """Whether nobody need be asked: it was just told, a wave has begun, or a person says so."""
    seen_at, waves = restock.item.seen_at, restock.waves
    if seen_at and at - seen_at < FRESH or waves.filter(is_planned=False).exists():
        return True
    return restock.source == StockLevel.Source.HAND and not waves.exists()


def _wait(restock: Restock, at: datetime, reason: str) -> None:
    Restock.objects.filter(id=restock.id, state=Restock.State.OPEN).update(
        next_wave_at=at + A_WHILE, reason=reason[:300]
    )


def _suppressed(restock_id: int, at: datetime) -> frozenset[str]:
    """Whom of the next ones nothing would reach. Not asked where everybody is told anyway."""
    restock = Restock.objects.due(at).select_related("item__store").filter(id=restock_id).first()
    if restock is None:
        return frozenset()
    rules = policy(restock.item.store.facts().settings)
    wave = restock.waves.filter(is_planned=False).first() or _new_wave(restock, rules, at)
    if wave.size is None:
        return frozenset()
    next_ones = lineup.people(_next_places(wave, rules))
    return lineup.suppressed_of(restock.item.store, next_ones.values())


@transaction.atomic
def _step(restock_id: int, at: datetime, suppressed: frozenset[str]) -> set[Bell] | None:
    """Plan for the next people in line. Return what to ring for, None if nothing is left to do."""
    held = Restock.objects.due(at).select_for_update(of=("self",), skip_locked=True)
    restock = held.select_related("item__store").filter(id=restock_id).first()
    if restock is None:
        return None
    rules = policy(restock.item.store.facts().settings)
    wave = restock.waves.filter(is_planned=False).first()
    if wave is None:
        wave = _new_wave(restock, rules, at)
        wave.save()
    places = _next_places(wave, rules)
    people = lineup.held_people(places)
    known = lineup.known_to(restock, people)
    reasons = lineup.against(restock.item, people.values(), suppressed, rules, at)
    line = [lineup.candidate(one, reasons) for id_, one in people.items() if id_ not in known]
    choice = choose(line, _left(wave))
    bells = alerts.queue(choice, people, wave, lineup.takers(restock.item.store), at)
    is_over = choice.is_full or len(places) < _width(wave)
    if choice.last and choice.is_full:
        places = [lineup.place_of(people[choice.last.id])]  # nobody behind was looked at
    _note(wave, choice, places)
    if is_over:
        _close(wave, rules, at)
    return bells


def _new_wave(restock: Restock, rules: Policy, at: datetime) -> Wave:
    stock = _offered(restock.item, rules)
    by_hand = restock.source == StockLevel.Source.HAND
    return Wave(
        restock=restock,
        number=restock.waves.count() + 1,
        at=at,
        stock=stock,
        # Whoever says "alert now" of what is sold out by our count knows more than we do.
        size=None if by_hand and not stock else wave_size(stock, rules),
    )


def _offered(item: StockItem, rules: Policy) -> int | None:
    """How many there are to offer, None where there is no end of them."""
    return None if item.backorder and rules.backorder else item.quantity


def _next_places(wave: Wave, rules: Policy) -> list[lineup.Place]:
    return lineup.next_in_line(wave.restock.item, wave.cursor, rules, _width(wave))


def _left(wave: Wave) -> int | None:
    return None if wave.size is None else max(0, wave.size - wave.units)


def _width(wave: Wave) -> int:
    """How many people to look at in a step: in a small wave, not many more than it has room for."""
    left = _left(wave)
    return STEP if left is None else min(STEP, max(FEWEST, left))


def _note(wave: Wave, choice: Choice, places: list[lineup.Place]) -> None:
    wave.units += choice.units
    wave.alerted += len(choice.told)
    wave.skipped += len(choice.skipped)
    wave.passed_over += len(choice.passed_over)
    if places:
        since, id_ = places[-1]
        wave.cursor = [since.isoformat(), id_]
    wave.save()


def _close(wave: Wave, rules: Policy, at: datetime) -> None:
    """The wave is planned. The next one comes after a while, if somebody is left."""
    Wave.objects.filter(id=wave.id).update(is_planned=True)
    restock = wave.restock
    restock.reason = ""
    if lineup.somebody_is_left(restock):
        restock.next_wave_at = at + rules.wave_every
    else:
        restock.state, restock.next_wave_at = Restock.State.DONE, None
        restock.reason = EVERYBODY
    restock.save(update_fields=["state", "reason", "next_wave_at"])
