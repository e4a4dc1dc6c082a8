"""Who stands in line for a variant, and what speaks against telling one of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from backinstock.config import Policy
from backinstock.models import Alert, OptOut, Restock, SignUp, StockItem
from backinstock.models.signups import SignUpQuerySet
from backinstock.rules import Candidate
from integration import registry
from integration.core.errors import Failure
from integration.core.records import RestockNotice
from integration.models import Connection, Store
from integration.pipeline.access import access

logger = logging.getLogger(__name__)


def in_line(item: StockItem, rules: Policy, at: datetime) -> SignUpQuerySet:
    """Return who waits for a variant, in the store's order, with `opted_out` and `cooling_down`."""
    opted_out = OptOut.objects.filter(store_id=item.store_id, person=OuterRef("person"))
    same = Q(item=item)
    if item.product_id:
        same |= Q(product_id=item.product_id)
    told = SignUp.objects.filter(same, store_id=item.store_id, person=OuterRef("person")).filter(
        Q(alerted_at__gt=at - rules.cool_down) | Q(state=SignUp.State.ALERTING)
    )
    direction = "-" if rules.newest_first else ""
    return (
        SignUp.objects.for_item(item)
        .annotate(opted_out=Exists(opted_out), cooling_down=Exists(told))
        .order_by(f"{direction}waiting_since", f"{direction}id")
    )


def not_told_of(line: SignUpQuerySet, restock: Restock) -> SignUpQuerySet:
    """Return those in line of whom a restock knows nothing yet."""
    return line.exclude(Exists(Alert.objects.filter(restock=restock, sign_up=OuterRef("pk"))))


def after(line: SignUpQuerySet, cursor: Sequence[str | int], rules: Policy) -> SignUpQuerySet:
    """Return those in line behind a place: the moment since when somebody waits, and their id."""
    if not cursor:
        return line
    since, id_ = cursor
    if rules.newest_first:
        behind = Q(waiting_since__lt=since) | Q(waiting_since=since, id__lt=id_)
    else:
        behind = Q(waiting_since__gt=since) | Q(waiting_since=since, id__gt=id_)
    return line.filter(behind)


def place_of(sign_up: SignUp) -> list[str | int]:
    """Return somebody's place in line."""
    return [sign_up.waiting_since.isoformat(), sign_up.id]


def candidate(sign_up: SignUp, suppressed: frozenset[str]) -> Candidate:
    """Return somebody in line as the rules see them."""
    return Candidate(
        id=sign_up.id,
        units=sign_up.units,
        bought=sign_up.bought_at is not None,
        opted_out=sign_up.opted_out,  # type: ignore[attr-defined]  # annotated
        suppressed=sign_up.email.lower() in suppressed,
        cooling_down=sign_up.cooling_down,  # type: ignore[attr-defined]  # annotated
    )


def suppressed_of(store: Store, people: Iterable[SignUp]) -> frozenset[str]:
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


def takers(store: Store) -> list[Connection]:
    """Return the destinations of a store that tell people of restocks."""
    plugins = registry.destinations()
    connections = store.connections.destinations().select_related("store")
    return [one for one in connections if RestockNotice in plugins[one.kind].mappers]
