"""Signed links: who has one may do what it is for, and nobody can guess one.

They carry ids and hashes, no addresses. Those in alerts hold for good, as an alert may be opened
after years; one that confirms does not.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.db.models import QuerySet
from django.urls import reverse

from backinstock.models import SignUp
from integration.models import Store

CONFIRM_WITHIN = timedelta(days=3)

PLACE = "SIGNED"  # where the signed part belongs

# A salt for each purpose: a link to leave confirms nothing. Mail programs cut links at a colon.
_LEAVE = Signer(salt="backinstock.leave", sep=".")
_MINE = Signer(salt="backinstock.mine", sep=".")
_CONFIRM = TimestampSigner(salt="backinstock.confirm", sep=".")


def leave_link(sign_up: SignUp) -> str:
    """Return where one can leave the list."""
    who = f"{sign_up.public_id.hex}-{sign_up.store_id}-{sign_up.person}"
    return _absolute("back_in_stock_leave", _LEAVE.sign(who))


def mine_link(sign_up: SignUp) -> str:
    """Return where somebody sees all that they wait for."""
    return _absolute("back_in_stock_mine", _MINE.sign(f"{sign_up.store_id}-{sign_up.person}"))


def confirm_link(sign_up: SignUp) -> str:
    """Return where a sign-up is confirmed, for some days from now on."""
    return _absolute("back_in_stock_confirm", _CONFIRM.sign(sign_up.public_id.hex))


def hosted_form(store_slug: str) -> str:
    """Return where a store's own page with the form is."""
    return absolute(reverse("back_in_stock_form", args=[store_slug]))


def leaving(signed: str) -> SignUp | None:
    """Return the entry that a link to leave is about, None if the link is not ours.

    It has its person, who may leave for good also where we have forgotten or cleaned up the entry.
    """
    try:
        public_id, store_id, person = _LEAVE.unsign(signed).split("-")
    except BadSignature:
        return None
    found = _entries().filter(public_id=UUID(public_id)).first()
    store = found.store if found else Store.objects.filter(id=store_id).first()
    if store is None:
        return None
    entry = found or SignUp(store=store)
    entry.person = person
    return entry


def confirming(signed: str) -> SignUp | None:
    """Return the entry that a link confirms, None if it is not ours or too old."""
    try:
        public_id = _CONFIRM.unsign(signed, max_age=CONFIRM_WITHIN)
    except BadSignature:  # also where its time is over
        return None
    # Of who was forgotten there is nothing to confirm.
    return _entries().filter(public_id=UUID(public_id)).exclude(person="").first()


def whose(signed: str) -> tuple[Store, str] | None:
    """Return the store and the person that a link to all alerts is about, None if not ours."""
    try:
        store_id, person = _MINE.unsign(signed).split("-")
    except BadSignature:
        return None
    store = Store.objects.filter(id=store_id).first()
    return (store, person) if store else None


def absolute(path: str) -> str:
    """Return an address of ours as the world writes it."""
    address: str = urljoin(settings.PUBLIC_URL, path)
    return address


def _absolute(name: str, signed: str) -> str:
    return _pattern(name, settings.PUBLIC_URL).replace(PLACE, signed)


@cache
def _pattern(name: str, public_url: str) -> str:
    """An address with a place in it: a wave makes a hundred thousand of them."""
    return urljoin(public_url, reverse(name, args=[PLACE]))


def _entries() -> QuerySet[SignUp]:
    return SignUp.objects.select_related("store", "item")
