"""Who somebody is, as pages say it, and who it is without saying it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.crypto import salted_hmac

from integration.core.mailboxes import is_blocked, mailbox
from integration.core.phone import e164
from integration.sources.storefront.people import IDENTIFIERS, NAMES, identifier
from storefront.values import Wrong, text_of

# Klaviyo cuts longer ids, which would mix up people, and refuses longer addresses.
MOST = {"email": 100, "external_id": 64}
MOST_ELSE = 255
REMEMBERED = 1024  # addresses: each event of a visitor has the same
WHO = "Say who it was: by an email, external_id, phone_number or exchange_id."
ADDRESS = "Write an e-mail address that somebody reads, like anna@my-shop.com."


def person_of(
    value: Any, at: str, country: str, *, named: bool, anybody: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the one thing by which a person is known, with their names, and notes on what was left
    out. Raises Wrong.

    Only where somebody says who they are are they `named`. Where it is not `anybody`, it must be
    somebody.
    """
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise Wrong(at, "Send the person as an object.")
    known = (*IDENTIFIERS, *NAMES) if named else IDENTIFIERS
    person = {name: _text(one, name, known, at) for name, one in value.items() if one}
    if "email" in person:
        person["email"] = _address(person["email"], f"{at}/email")
    notes: tuple[str, ...] = ()
    if "phone_number" in person:
        person, notes = _with_phone(person, f"{at}/phone_number", country, alone=not anybody)
    found = identifier(person)
    if found is None and not anybody:
        raise Wrong(at, WHO)
    names = {name: person[name] for name in NAMES if name in person}
    return {**dict([found] if found else []), **names}, notes


def who(store_id: int, person: dict[str, str]) -> str:
    """Return what tells one person from another within a store, "" for nobody.

    It is a keyed hash: whoever reads it learns nothing.
    """
    found = identifier(person)
    if found is None:
        return ""
    name, value = found
    known_by = f"{store_id}:{name}:{value}"
    return salted_hmac("storefront.visitor", known_by, algorithm="sha256").hexdigest()


def _text(value: Any, name: str, known: tuple[str, ...], at: str) -> str:
    if name not in known:
        listed = ", ".join(known[:-1])
        detail = f"A person has {listed} and {known[-1]}. All else belongs to the properties."
        raise Wrong(f"{at}/{name[:MOST_ELSE]}", detail)
    most = MOST.get(name, MOST_ELSE)
    return text_of(value, f"{at}/{name}", most, "Write this as text").strip()


def _address(written: str, at: str) -> str:
    address = _mailbox(written)
    if not address:
        raise Wrong(at, ADDRESS)
    return address


@lru_cache(REMEMBERED)
def _mailbox(written: str) -> str:
    address = mailbox(written)
    return "" if address is None or is_blocked(address, ()) else address.lower()


def _with_phone(
    person: dict[str, str], at: str, country: str, *, alone: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The person with the number as the world writes it; without it, where it cannot be read."""
    number = e164(person["phone_number"], country)
    if number:
        return {**person, "phone_number": number}, ()
    rest = {name: one for name, one in person.items() if name != "phone_number"}
    if alone and identifier(rest) is None:
        raise Wrong(at, f"This is no phone number of {country}. Write it like +4915112345678.")
    return rest, (f"The phone number was left out: it cannot be read as one of {country}.",)
