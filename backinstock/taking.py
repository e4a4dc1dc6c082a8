"""Taking a sign-up, whichever way it comes: the API, the hosted page and the template tag."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backinstock import challenges, signups
from backinstock.doors import Door
from backinstock.forms import SignUpForm
from backinstock.models import SignUp
from backinstock.people import person_of
from integration.public import limiting
from integration.public.limiting import Limit

logger = logging.getLogger(__name__)

# Three sizes in a row, each with a slip, are six tries. A family or an office share an address.
CLIENT = Limit("sign-up client", 10, 30)
MAILBOX = Limit("sign-up mailbox", 6, 180)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of it: `state` is "waiting" or "confirm" and the same for everybody, known or
    not. Where it is "", `wrong` says what to correct by field, or `wait` for how many seconds to.

    `sign_up` is for us alone: the new entry, if there is one.
    """

    state: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0
    sign_up: SignUp | None = None


def take(door: Door, entered: Mapping[str, Any], client: str, at: datetime | None = None) -> Taken:
    """Put somebody on a waiting list, if what they entered is right and they are no machine."""
    form = SignUpForm(door, entered, at)
    machine = form.why_no_person()
    if machine:
        return _refused(door, machine, _accepted(door))  # it learns nothing
    wish = form.wish() if form.is_valid() else None
    mailbox = person_of(door.store.id, wish.email, wish.phone) if wish else ""
    too_often = limiting.count([(CLIENT, client), (MAILBOX, mailbox)])
    if too_often:
        return _refused(door, too_often.limit, Taken(wait=too_often.seconds))
    if wish is None:
        return Taken(wrong=form.messages())
    # Last, as a puzzle is solved for one sign-up only.
    if door.policy.challenge and not challenges.is_solved(form.cleaned_data["altcha"]):
        return _refused(door, "challenge", Taken(wrong=form.unsolved()))
    return _accepted(door, signups.sign_up(door.store, wish, at))


def _accepted(door: Door, sign_up: SignUp | None = None) -> Taken:
    return Taken(state="confirm" if door.policy.confirm else "waiting", sign_up=sign_up)


def _refused(door: Door, reason: str, taken: Taken) -> Taken:
    logger.info("sign-up not taken, store %s: %s", door.store.id, reason)
    return taken
