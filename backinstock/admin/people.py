"""People in the admin: what they are shown as, and how they are found."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from backinstock.models import SignUp
from backinstock.people import person_of
from integration.admin.display import page
from integration.core.mailboxes import as_kept
from integration.core.phone import e164
from integration.models import Store

FORGOTTEN = "Forgotten"


def address_of(sign_up: SignUp) -> str:
    """Return how somebody is reached: the address, else the number."""
    return sign_up.email or sign_up.phone or FORGOTTEN


def linked(sign_up: SignUp) -> SafeString:
    """Return a link to an entry, by the address."""
    return format_html('<a class="sw-link" href="{}">{}</a>', page(sign_up), address_of(sign_up))


def found_by_address(written: str) -> list[str]:
    """Return who that may be in any store. Only a whole address or number finds somebody."""
    written = written.strip()
    if "@" in written:
        address = as_kept(written)
        return [person_of(id_, address, "") for id_ in Store.objects.values_list("id", flat=True)]
    stores = Store.objects.values_list("id", "country")
    numbers = [(id_, e164(written, country)) for id_, country in stores]
    return [person_of(id_, "", number) for id_, number in numbers if number]
