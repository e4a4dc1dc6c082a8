"""Who somebody is, as pages say it, and who it is without saying it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.crypto import salted_hmac

from integration.core.mailboxes import is_blocked, mailbox
from integration.core.phone import e164
from integration.core.rules import Json
from integration.sources.storefront.people import IDENTIFIERS, NAMES, identifier
from storefront.values import Wrong, text_of

# Klaviyo cuts longer ids, which would mix up people, and refuses longer addresses.
MOST = {"email": 100, "external_id": 64}
MOST_ELSE = 255
# Klaviyo does not say what its marks look like: those seen are base64, a dot and the public key.
MARK = re.compile(r"[-\w.~+/=%:]+", re.ASCII)
REMEMBERED = 1024  # addresses: each event of a visitor has the same
WHO = "Say who it was: by an email, external_id, phone_number or exchange_id."
ADDRESS = "Write an e-mail address that somebody reads, like anna@my-shop.com."
NO_MARK = "This is no mark of Klaviyo's: it has letters, digits and some signs, and no spaces."


def person_of(
    value: Any, at: str, country: str, *, named: bool, anybody: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the one thing by which a person is known, with their names, and notes on what was left
    out. Raises Wrong.

    Only where somebody says who they are are they `named`. Where it is not `anybody`, it must be
    somebody. An identifier that cannot be one is in no other's way: pages send all that they have.
    """
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise Wrong(at, "Send the person as an object.")
    said = {name: one for name, one in value.items() if one}
    _refuse_others(said, (*IDENTIFIERS, *NAMES) if named else IDENTIFIERS, at)
    names = {name: _text(said[name], name, f"{at}/{name}") for name in NAMES if name in said}
    good, wrong = _sorted_out(said, at, country)
    found = identifier(good)
    if found is None and not anybody:
        raise next(iter(wrong.values()), Wrong(at, WHO))
    notes = (f"“{name}” was left out. {exc.detail}" for name, exc in wrong.items())
    return {**dict([found] if found else []), **names}, tuple(notes)


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


def _refuse_others(said: Json, known: tuple[str, ...], at: str) -> None:
    for name in said:
        if name not in known:
            listed = ", ".join(known[:-1])
            detail = f"A person has {listed} and {known[-1]}. All else belongs to the properties."
            raise Wrong(f"{at}/{name[:MOST_ELSE]}", detail)


def _sorted_out(said: Json, at: str, country: str) -> tuple[dict[str, str], dict[str, Wrong]]:
    """The identifiers that can be one, and what is wrong with the others."""
    good: dict[str, str] = {}
    wrong: dict[str, Wrong] = {}
    for name in IDENTIFIERS:
        if name in said:
            try:
                good[name] = _read(name, said[name], f"{at}/{name}", country)
            except Wrong as exc:
                wrong[name] = exc
    return good, wrong


def _read(name: str, value: Any, at: str, country: str) -> str:
    """An identifier as the world writes it."""
    written = _text(value, name, at)
    match name:
        case "email":
            found, detail = _mailbox(written), ADDRESS
        case "phone_number":
            found = e164(written, country) or ""
            detail = f"This is no phone number of {country}. Write it like +4915112345678."
        case "exchange_id":
            found, detail = written if MARK.fullmatch(written) else "", NO_MARK
        case _:
            found, detail = written, ""
    if not found:
        raise Wrong(at, detail)
    return found


def _text(value: Any, name: str, at: str) -> str:
    return text_of(value, at, MOST.get(name, MOST_ELSE), "Write this as text").strip()


@lru_cache(REMEMBERED)
def _mailbox(written: str) -> str:
    address = mailbox(written)
    return "" if address is None or is_blocked(address, ()) else address.lower()
