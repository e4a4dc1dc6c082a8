"""Whose turn it is: a restock's next wave, planned in steps that a killed worker may repeat."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import now

from backinstock import alerts, lineup, polling
from backinstock.config import Policy, policy_of
from backinstock.models import Restock, SignUp, StockItem, StockLevel, Wave
from backinstock.restocks import EVERYBODY
from backinstock.rules import Choice, choose, offered, wave_size
from integration.core.errors import Failure
from integration.models import Store
from integration.pipeline.batches import Bell
from integration.pipeline.garbage import few_collections

STEP = 2_500  # people looked at in one transaction
FEWEST = 100  # people: about the suppressions of so many a destination is asked at once
FRESH = timedelta(minutes=2)  # what was told of the stock so shortly before holds for a wave
A_WHILE = timedelta(minutes=5)  # until the next try, where something is in the way
NOT_LIVE = "The store is not live: nothing is sent, and nobody loses their place."
TURN_SECONDS = 30.0


def due(at: datetime) -> list[int]:
    """Return the restocks of which a wave, or the rest of one, is to be planned."""
    return list(Restock.objects.due(at).values_list("id", flat=True))


def go(
    restock_id: int, at: datetime | None = None, may_go_on: Callable[[], bool] = lambda: True
) -> set[Bell]:
    """Plan what is due of a restock, step by step, for a turn. Return what to ring for.

    What is left of a wave is due still.
    """
    moment = at or now()
    bells: set[Bell] = set()
    due_now = Restock.objects.due(moment).select_related("item__store")
    restock = due_now.filter(id=restock_id).first()
    if restock is None or not _may_begin(restock, moment):
        return bells
    until = time.monotonic() + TURN_SECONDS
    with few_collections():
        while time.monotonic() < until and may_go_on():
            step = _step(restock_id, moment, _ask(restock_id, moment))
            if step is None:
                break
            bells |= step
    return bells


def _may_begin(restock: Restock, at: datetime) -> bool:
    """Look whether people can be told, and at the stock. Asks the shop: in no transaction."""
    store, item = restock.item.store, restock.item
    is_live = store.sending == Store.Sending.LIVE
    reason = lineup.why_nobody_takes(store, at) if is_live else NOT_LIVE
    if reason:
        _wait(restock, at, reason)
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
    """Whether nobody need be asked: a wave has begun, or it is the first one, and its stock was
    just told or a person says so.
    """
    item, waves = restock.item, restock.waves
    if waves.filter(is_planned=False).exists():
        return True
    if waves.exists():
        return False
    is_fresh = item.seen_at is not None and at - item.seen_at < FRESH
    return is_fresh or restock.source == StockLevel.Source.HAND


def _wait(restock: Restock, at: datetime, reason: str) -> None:
    Restock.objects.filter(id=restock.id, state=Restock.State.OPEN).update(
        next_wave_at=at + A_WHILE, reason=reason[:300]
    )


@dataclass(frozen=True)
class Asked:
    """The next places in line, and whom of them nothing would reach."""

    places: Sequence[lineup.Place] = ()
    suppressed: frozenset[str] = frozenset()


def _ask(restock_id: int, at: datetime) -> Asked:
    """Ask whom of the next ones nothing would reach; nobody where everybody is told anyway."""
    restock = Restock.objects.due(at).select_related("item__store").filter(id=restock_id).first()
    if restock is None:
        return Asked()
    rules = policy_of(restock.item.store)
    wave = restock.waves.filter(is_planned=False).first() or _new_wave(restock, rules, at)
    if wave.size is None:
        return Asked()
    places = _next_places(wave, rules)
    people = lineup.people(places)
    known = lineup.known_to(restock, people)
    unknown = [one for id_, one in people.items() if id_ not in known]
    return Asked(places, lineup.suppressed_of(restock.item.store, unknown))


@transaction.atomic
def _step(restock_id: int, at: datetime, asked: Asked) -> set[Bell] | None:
    """Plan for the next people in line. Return what to ring for, None if nothing is left to do."""
    due = Restock.objects.due(at).select_related("item__store").filter(id=restock_id)
    restock = due.first()
    if restock is None:
        return None
    _one_at_a_time(restock.item)
    restock = due.select_for_update(of=("self",)).first()
    if restock is None:
        return None
    rules = policy_of(restock.item.store)
    wave = restock.waves.filter(is_planned=False).first()
    if wave is None:
        wave = _new_wave(restock, rules, at)
        wave.save()
    places = _next_places(wave, rules)
    if wave.size is not None and places != asked.places:
        return set()  # somebody else did a step: ask anew
    people = lineup.held_people(places)
    known = lineup.known_to(restock, people) if wave.number > 1 else set()
    reasons = lineup.against(restock.item, people.values(), asked.suppressed, rules, at)
    line = [one for id_, one in people.items() if id_ not in known]
    choice = choose(lineup.candidates(line, reasons), _left(wave))
    bells = alerts.queue(choice, people, wave, lineup.takers(restock.item.store), at)
    is_over = choice.is_full or len(places) < _width(wave)
    if choice.last and choice.is_full:
        places = [lineup.place_of(people[choice.last.id])]  # nobody behind was looked at
    _note(wave, choice, places)
    if is_over:
        _close(wave, rules, at)
    return bells


def _one_at_a_time(item: StockItem) -> None:
    """Wait until no other variant of the product is planned for: its people may be the same."""
    key = zlib.crc32(f"{item.product_id or item.id}".encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [item.store_id, key])


def _new_wave(restock: Restock, rules: Policy, at: datetime) -> Wave:
    stock = offered(restock.item.quantity, restock.item.backorder, rules)
    by_hand = restock.source == StockLevel.Source.HAND
    return Wave(
        restock=restock,
        number=restock.waves.count() + 1,
        at=at,
        stock=stock,
        # Whoever says "alert now" of what is sold out by our count knows more than we do.
        size=None if by_hand and not stock else wave_size(stock, rules),
    )


def _next_places(wave: Wave, rules: Policy) -> list[lineup.Place]:
    item, left = wave.restock.item, _left(wave)
    return lineup.next_in_line(item, wave.cursor, rules, _width(wave), units=left)


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
    if places:
        since, id_ = places[-1]
        wave.cursor = [since.isoformat(), id_]
    wave.save()


def _close(wave: Wave, rules: Policy, at: datetime) -> None:
    """The wave is planned. The next one comes after a while, if somebody is left."""
    restock = wave.restock
    if wave.size is not None:
        more = SignUp.objects.for_item(restock.item).filter(units__gt=wave.size)
        wave.passed_over = more.count()
    wave.is_planned = True
    wave.save()
    restock.reason = ""
    if lineup.somebody_is_left(restock):
        restock.next_wave_at = at + rules.wave_every
    else:
        restock.state, restock.next_wave_at = Restock.State.DONE, None
        restock.reason = EVERYBODY
    restock.save(update_fields=["state", "reason", "next_wave_at"])
