"""Getting off the list: by one's own will, because the time is over, or without a trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from backinstock.config import policy_of
from backinstock.models import OptOut, SignUp
from backinstock.signups.recalling import blank, recall
from integration.models import Store
from integration.pipeline import consent

AT_ONCE = 5_000  # rows in one statement
NOBODY: dict[str, Any] = {"email": "", "phone": "", "person": "", "page": ""}


def cancel(sign_up: SignUp, at: datetime | None = None) -> bool:
    """Take somebody off the list for what an entry is about, also if they are on it by a newer one.
    Return whether they were.
    """
    return bool(_cancel(SignUp.objects.same(sign_up), at or now()))


@transaction.atomic
def opt_out(store: Store, person: str, at: datetime | None = None) -> int:
    """Let somebody hear nothing from a store any more. Return how many entries that ends.

    It holds until they take it back by a link that only they have: anybody could sign them up.
    """
    moment = at or now()
    OptOut.objects.bulk_create(
        [OptOut(store=store, person=person, at=moment)], ignore_conflicts=True
    )
    return _cancel(SignUp.objects.open().filter(store=store, person=person), moment)


def opt_in(store: Store, person: str) -> bool:
    """Take that back. Return whether they had opted out."""
    return bool(OptOut.objects.filter(store=store, person=person).delete()[0])


def expire(at: datetime) -> int:
    """End the entries whose time is over. Return how many."""
    over = SignUp.objects.expired(at).order_by()
    return _in_steps(over, at, state=SignUp.State.EXPIRED, ended_at=at)


def forget(at: datetime) -> int:
    """Forget who was behind the entries that ended long enough ago. Return how many."""
    return sum(
        _forget(store, at) for store in Store.objects.filter(sign_ups__isnull=False).distinct()
    )


@transaction.atomic
def erase(store: Store, person: str, at: datetime | None = None) -> int:
    """Forget a person at once, also in what was to be sent. Return how many entries were theirs.

    What stays is that somebody waited, what they agreed to, and, if they had said so, that they
    want no alerts: as a hash, so that it can be kept.
    """
    moment = at or now()
    mine = SignUp.objects.filter(store=store, person=person).exclude(person="")
    mine.open().update(state=SignUp.State.CANCELLED, ended_at=moment)
    blank(store, list(mine.only("public_id")), moment)
    consent.forget(store, person)
    return mine.update(**NOBODY)


def _forget(store: Store, at: datetime) -> int:
    before = at - policy_of(store).forget_after
    ended = SignUp.objects.filter(store=store, ended_at__lte=before)
    known = ended.exclude(state__in=SignUp.OPEN).exclude(person="").order_by()
    return _in_steps(known, at, **NOBODY)


@transaction.atomic
def _cancel(mine: QuerySet[SignUp], at: datetime) -> int:
    """Return how many entries that ends."""
    ids = list(mine.order_by("id").select_for_update().values_list("id", flat=True))
    ended = SignUp.objects.open().filter(id__in=ids)
    done = ended.update(state=SignUp.State.CANCELLED, ended_at=at)
    recall(ids, at)
    return done


def _in_steps(chosen: QuerySet[SignUp], at: datetime, **values: Any) -> int:
    """Update them a few thousand at a time, so that nobody waits long for a lock."""
    done = 0
    while True:
        some = list(chosen.values_list("id", flat=True)[:AT_ONCE])
        with transaction.atomic():
            done += chosen.filter(id__in=some).update(**values)
            recall(some, at)
        if len(some) < AT_ONCE:
            return done
