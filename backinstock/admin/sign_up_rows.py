"""What the rows of a file of sign-ups say, a whole file at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import is_naive, make_aware, now

from backinstock.admin.import_stores import Stores
from backinstock.admin.sign_up_lookups import Key, find_items, key_of, on_the_list
from backinstock.config import Policy
from backinstock.feeds.files import TOO_MANY
from backinstock.feeds.rows import Wrong, flag_of, id_of
from backinstock.forms import MOST_UNITS
from backinstock.models import SignUp, StockItem
from backinstock.people import person_of
from integration.core.mailboxes import is_blocked, mailbox
from integration.core.phone import e164
from integration.models import Store

IMPORTED = ("", SignUp.State.WAITING)  # states of rows of an export that are taken back in
PLAIN = ("locale", "currency", "channel", "page")
WHOLE = re.compile(r"(\d{1,9})([.,]0+)?")
DATES = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")
UNITS = f"Write a whole number from 1 to {MOST_UNITS}, or nothing for 1."
DATE = "Write a date like 2026-01-31, or with the time in UTC, like 2026-01-31 08:30."
LATER = "Write when they began to wait: this is still to come."
MORE_CELLS = "There are more cells than columns: put texts with a comma or a semicolon into quotes."
NOBODY = "Write an e-mail address or a phone number."
NOTHING = "Write what they wait for: a SKU, or the id of a product."
NO_PRODUCT = "Write of which product any variant will do: its id."

Row = Mapping[str, Any]
Entry = SignUp | ValidationError | None


def read(rows: Sequence[Row]) -> list[Entry]:
    """Return for each row its entry, what is wrong with it by column, or None if it is left out:
    the person is on the list already, or was off it when the row was exported.
    """
    stores, at = Stores(), now()
    entries = [_read(row, stores, at) for row in rows]
    find_items([entry for entry in entries if isinstance(entry, SignUp)])
    entries = [_of_a_product(entry) for entry in entries]
    known = on_the_list([entry for entry in entries if isinstance(entry, SignUp)])
    return [None if _is_known(entry, known) else entry for entry in entries]


def _read(row: Row, stores: Stores, at: datetime) -> Entry:
    if str(row.get("state") or "") not in IMPORTED:
        return None
    try:
        store = stores.of(row)
    except ValidationError as exc:
        return exc
    wrong: dict[str, Any] = {}

    def cell(column: str, read_it: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return read_it()
        except ValueError as exc:  # Wrong is one
            wrong[column] = str(exc)
        except ValidationError as exc:
            wrong.update(exc.message_dict)
        return otherwise

    rules = stores.rules(store)
    since = cell("waiting_since", lambda: _since(row.get("waiting_since"), at), at)
    email, phone = cell("email", lambda: _who(row, store, rules), ("", ""))
    sku = cell("sku", lambda: id_of(row, "sku"), "")
    product = cell("product", lambda: id_of(row, "product"), "")
    entry = SignUp(
        store=store,
        product_id=product,
        any_variant=cell("any_variant", lambda: flag_of(row, "any_variant"), None) or not sku,
        email=email,
        phone=phone,
        person=person_of(store.id, email, phone),
        units=cell("units", lambda: _units(row.get("units")), 1),
        keep=bool(cell("keep", lambda: flag_of(row, "keep"), False)),
        **{name: str(row.get(name) or "") for name in PLAIN},
        created=since,
        waiting_since=since,
        # Who has waited long goes first, but is not over at once.
        expires_at=max(since, at) + rules.expire_after,
        is_announced=True,
    )
    if sku:
        entry.item = StockItem(store=store, sku=sku)
    elif not product and not wrong.keys() & {"sku", "product"}:
        wrong["sku"] = NOTHING
    return _checked(entry, row, wrong)


def _checked(entry: SignUp, row: Row, wrong: dict[str, Any]) -> Entry:
    if row.get(TOO_MANY):
        wrong = {"": MORE_CELLS}  # then nothing is where it should be
    try:
        checked = [*PLAIN, "email", "phone"]
        others = {field.name for field in SignUp._meta.fields} - set(checked) | wrong.keys()
        entry.clean_fields(exclude=others)
    except ValidationError as exc:
        wrong = exc.message_dict | wrong
    return ValidationError(wrong) if wrong else entry


def _who(row: Row, store: Store, rules: Policy) -> tuple[str, str]:
    email, phone = (str(row.get(name) or "") for name in ("email", "phone"))
    if not email and not phone:
        raise ValidationError({"email": NOBODY})
    address = mailbox(email) if email else ""
    if address is None:
        raise ValidationError({"email": "Write an address like name@shop.com."})
    if address and is_blocked(address, rules.blocked_domains):
        domain = address.rpartition("@")[2]
        said = f"Leave this row out: “{domain}” is blocked by the store, or nobody reads there."
        raise ValidationError({"email": said})
    number = e164(phone, store.country) if phone else ""
    if number is None:
        raise ValidationError({"phone": "Write a number like +4915112345678."})
    return address, number


def _units(written: Any) -> int:
    text = str(written or "")
    if not text:
        return 1
    found = WHOLE.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= MOST_UNITS:
        raise Wrong(UNITS)
    return int(found[1])


def _since(written: Any, at: datetime) -> datetime:
    text = str(written or "")
    since = _date(text) if text else at
    since = make_aware(since) if is_naive(since) else since
    if since > at + timedelta(days=1):  # clocks that were not set to UTC are forgiven
        raise Wrong(LATER)
    return since


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for written in DATES:
        try:
            return datetime.strptime(text, written)  # noqa: DTZ007 (it is UTC)
        except ValueError:
            continue
    raise Wrong(DATE)


def _of_a_product(entry: Entry) -> Entry:
    if isinstance(entry, SignUp) and entry.any_variant and not entry.product_id:
        return ValidationError({"product": NO_PRODUCT})
    return entry


def _is_known(entry: Entry, known: set[Key]) -> bool:
    if not isinstance(entry, SignUp):
        return False
    key = key_of(entry)
    is_known = key in known
    known.add(key)
    return is_known
