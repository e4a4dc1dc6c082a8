"""Who stands in line for a variant, and what speaks against telling one of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from backinstock.config import Policy
from backinstock.models import Alert, OptOut, Restock, SignUp, StockItem
from backinstock.models.signups import SignUpQuerySet
from backinstock.rules import Candidate, InLine
from integration import registry
from integration.core.errors import Failure
from integration.core.records import RestockNotice
from integration.models import Connection, Store
from integration.pipeline.access import access
from integration.pipeline.outbox import requests

logger = logging.getLogger(__name__)

NO_TAKER = "No connection of the store tells people: connect Klaviyo."

Place = tuple[datetime, int]  # in line: since when somebody waits, and the sign-up's id


@dataclass(frozen=True)
class Against:
    """What speaks against telling people: whom nothing reaches, who wants nothing, who was told."""

    suppressed: frozenset[str] = frozenset()  # e-mail addresses
    opted_out: frozenset[str] = frozenset()  # persons
    just_told: frozenset[str] = frozenset()


def next_in_line(
    item: StockItem,
    cursor: Sequence[str | int],
    rules: Policy,
    most: int | None,
    units: int | None = None,
) -> list[Place]:
    """Return the places behind a place in the store's order, so many at the most, of who wants no
    more than so many units.

    Two short walks along an index, put together here: one query for both would sort all who wait,
    again for each step of a wave.
    """
    lines = [SignUp.objects.filter(item=item)]
    if item.product_id:
        any_of = SignUp.objects.filter(
            store_id=item.store_id, product_id=item.product_id, any_variant=True
        )
        lines = [lines[0].filter(any_variant=False), any_of]
    direction = "-" if rules.newest_first else ""
    fits = {} if units is None else {"units__lte": units}
    found: list[Place] = []
    for line in lines:
        waiting = line.filter(state=SignUp.State.WAITING, **fits)
        ordered = _behind(waiting, cursor, rules).order_by(
            f"{direction}waiting_since", f"{direction}id"
        )
        found += ordered.values_list("waiting_since", "id")[:most]
    found.sort(reverse=rules.newest_first)
    return found[:most]


def people(places: Sequence[Place]) -> dict[int, SignUp]:
    """Return who waits at these places, in their order, by the ids of the sign-ups."""
    return _ordered(_at(places), places)


def held_people(places: Sequence[Place]) -> dict[int, SignUp]:
    """Return the same, held until the end of the transaction: nobody cancels meanwhile.

    Waits for who is being changed by somebody else right now: they keep their place.
    """
    return _ordered(_at(places).order_by("id").select_for_update(of=("self",)), places)


def known_to(restock: Restock, sign_ups: Iterable[int]) -> set[int]:
    """Return those of these sign-ups that a restock has dealt with."""
    alerts = Alert.objects.filter(restock=restock, sign_up_id__in=list(sign_ups))
    return set(alerts.values_list("sign_up_id", flat=True))


def somebody_is_left(restock: Restock) -> bool:
    """Return whether anybody waits with whom a restock has not dealt."""
    waiting = SignUp.objects.for_item(restock.item).count()
    return waiting > restock.alerts.filter(sign_up__state=SignUp.State.WAITING).count()


def against(
    item: StockItem,
    sign_ups: Iterable[InLine],
    suppressed: frozenset[str],
    rules: Policy,
    at: datetime,
) -> Against:
    """Return what speaks against telling these people of a variant."""
    persons = {one.person for one in sign_ups}
    opted_out = OptOut.objects.filter(store_id=item.store_id, person__in=persons)
    same = Q(item=item)
    if item.product_id:
        same |= Q(product_id=item.product_id)
    told = SignUp.objects.filter(same, store_id=item.store_id, person__in=persons).filter(
        Q(alerted_at__gt=at - rules.cool_down)
        | Q(state=SignUp.State.ALERTING, alerts__state=Alert.State.QUEUED)
    )
    return Against(
        suppressed=suppressed,
        opted_out=frozenset(opted_out.values_list("person", flat=True)),
        just_told=frozenset(told.values_list("person", flat=True)),
    )


def place_of(sign_up: SignUp) -> Place:
    """Return somebody's place in line."""
    return sign_up.waiting_since, sign_up.id


def candidates(sign_ups: Iterable[InLine], reasons: Against) -> list[Candidate]:
    """Return people in line as the rules see them, each person once: who waits for this variant and
    for any of the product hears of it by the first entry.
    """
    found = []
    seen: set[str] = set()
    for one in sign_ups:
        rests = one.person in reasons.just_told or one.person in seen
        seen.add(one.person)
        found.append(
            Candidate(
                id=one.id,
                units=one.units,
                # Who stays on the list and was told of it before bought because of that.
                bought=one.bought_at is not None and not (one.keep and one.alerted_at),
                opted_out=one.person in reasons.opted_out,
                suppressed=one.email.lower() in reasons.suppressed,
                cooling_down=rests,
            )
        )
    return found


def suppressed_of(store: Store, people: Iterable[InLine]) -> frozenset[str]:
    """Ask which addresses nothing would be sent to. Asks the destinations: in no transaction.

    Where one cannot be asked, nobody is: it writes to nobody it should not, whatever we send.
    """
    emails = sorted({one.email.lower() for one in people if one.email})
    found: set[str] = set()
    for connection in takers(store) if emails else ():
        destination = registry.destinations()[connection.kind]
        try:
            found |= destination.suppressed(access(connection), emails)
        except Failure as exc:
            logger.warning("connection %s: suppressions not known: %s", connection.id, exc.code)
    return frozenset(email.lower() for email in found)


def why_nobody_takes(store: Store, at: datetime) -> str:
    """Return why no destination of a store would tell anybody, "" if one does."""
    sample = RestockNotice(
        external_id="", occurred_at=at, signed_up_at=at, sku="sample", email="sample@storewire.app"
    )
    reasons = [NO_TAKER]
    for connection in takers(store):
        made, reasons = requests([sample], connection)
        if made:
            return ""
    return reasons[0] if reasons else NO_TAKER


def takers(store: Store) -> list[Connection]:
    """Return the destinations of a store that tell people of restocks."""
    plugins = registry.destinations()
    connections = store.connections.destinations().select_related("store")
    return [one for one in connections if RestockNotice in plugins[one.kind].mappers]


def _behind(line: SignUpQuerySet, cursor: Sequence[str | int], rules: Policy) -> SignUpQuerySet:
    if not cursor:
        return line
    since, id_ = cursor
    if rules.newest_first:
        return line.filter(Q(waiting_since__lt=since) | Q(waiting_since=since, id__lt=id_))
    return line.filter(Q(waiting_since__gt=since) | Q(waiting_since=since, id__gt=id_))


def _at(places: Sequence[Place]) -> SignUpQuerySet:
    ids = [id_ for _, id_ in places]
    return SignUp.objects.filter(id__in=ids, state=SignUp.State.WAITING)


def _ordered(found: SignUpQuerySet, places: Sequence[Place]) -> dict[int, SignUp]:
    by_id = {one.id: one for one in found}
    return {id_: by_id[id_] for _, id_ in places if id_ in by_id}
