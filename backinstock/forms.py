"""The one form behind the API, the hosted page and the template tag."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.timezone import now

from backinstock.doors import Door
from backinstock.signups import Wish
from integration.core.mailboxes import is_blocked, mailbox
from integration.core.phone import e164

MOST_UNITS = 999
# Who is quicker has not read the form. No more, as browsers fill in what they know.
LEAST_TIME = timedelta(seconds=1)
LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
CURRENCY = re.compile(r"[A-Z]{3}")
# What only who builds a page gets wrong.
FOR_BUILDERS = {
    "sku": "Say what somebody waits for: the sku, or any_variant and the product.",
    "product": "Say whose variants: any_variant needs the product, in up to 200 characters.",
    "seconds": "Say for how many seconds the form was open, like 4.2.",
}
# Says in a page when it was made. It may be as old as it likes: pages are kept in caches.
_OPENED = Signer(salt="backinstock.opened", sep=".")


def opened(at: datetime) -> str:
    """Return what a page carries so that we know how long its form was open."""
    return _OPENED.sign(str(int(at.timestamp() * 1000)))


class AgreementField(forms.BooleanField):
    """A box that somebody ticked. Any other word than a plain yes is no consent."""

    widget = forms.TextInput  # a check box takes every word for a yes

    def to_python(self, value: Any) -> bool:
        """Return whether it is a yes."""
        return value is True or value in ("true", "on", "1")


class SignUpForm(forms.Form):
    """What somebody enters, and what the page knows besides.

    What only the page says (language, currency, address of the page …) is left out where it is
    wrong: that is not the shopper's mistake.
    """

    use_required_attribute = False

    sku = forms.CharField(required=False, max_length=200)
    product = forms.CharField(required=False, max_length=200)
    any_variant = forms.BooleanField(required=False)
    email = forms.CharField(required=False, max_length=254)
    phone = forms.CharField(required=False, max_length=40)
    units = forms.IntegerField(required=False, min_value=1, max_value=MOST_UNITS)
    newsletter = AgreementField(required=False)
    newsletter_text = forms.CharField(required=False, max_length=5_000)
    keep = forms.BooleanField(required=False)
    locale = forms.CharField(required=False)
    currency = forms.CharField(required=False)
    channel = forms.CharField(required=False)
    page = forms.CharField(required=False)
    website = forms.CharField(required=False)  # nobody sees it: only machines fill it in
    seconds = forms.CharField(required=False)  # since the form was opened, by the browser
    opened = forms.CharField(required=False)  # the same, by us
    altcha = forms.CharField(required=False)

    def __init__(
        self, door: Door, entered: Mapping[str, Any] | None, at: datetime | None = None
    ) -> None:
        super().__init__(data=entered)
        self.door = door
        self.at = at or now()

    def why_no_person(self) -> str:
        """Return what gives a machine away, "" if nothing does. Before the form is checked."""
        if str(self.data.get("website") or "").strip():
            return "honeypot"
        seconds = self._seconds_open()
        if seconds is not None and seconds < LEAST_TIME.total_seconds():
            return "too_quick"
        return ""

    def clean_email(self) -> str:
        """Return it as mail servers want it. None is kept that the store does not ask for."""
        written, wanted = self.cleaned_data["email"], self.door.policy.contact
        if wanted == "phone":
            return ""
        if not written:
            if wanted == "email":
                raise ValidationError("", code="required")
            return ""
        address = mailbox(written)
        if address is None:
            raise ValidationError("", code="invalid")
        if is_blocked(address, self.door.policy.blocked_domains):
            raise ValidationError("", code="blocked")
        return address

    def clean_phone(self) -> str:
        """Return it as E.164. None is kept that the store does not ask for."""
        written, wanted = self.cleaned_data["phone"], self.door.policy.contact
        if wanted == "email":
            return ""
        if not written:
            if wanted == "phone":
                raise ValidationError("", code="required")
            return ""
        number = e164(written, self.door.store.country)
        if number is None:
            raise ValidationError("", code="invalid")
        return number

    def clean_units(self) -> int:
        return int(self.cleaned_data["units"] or 1)

    def clean_locale(self) -> str:
        """Return it, or else the store's."""
        locale = str(self.cleaned_data["locale"]).replace("_", "-")
        fits = LOCALE.fullmatch(locale) and len(locale) <= 20
        return locale if fits else self.door.store.locale

    def clean_currency(self) -> str:
        """Return it, or else the store's."""
        currency = str(self.cleaned_data["currency"]).upper()
        return currency if CURRENCY.fullmatch(currency) else self.door.store.currency

    def clean_channel(self) -> str:
        return str(self.cleaned_data["channel"])[:100]

    def clean_page(self) -> str:
        """Return it if it is one of the storefront's: alerts lead there."""
        return self.door.page(str(self.cleaned_data["page"]))

    def clean(self) -> dict[str, Any]:
        """Find what only all of it together says."""
        given = self.cleaned_data
        any_variant, product = given.get("any_variant"), given.get("product")
        if not given.get("sku") and not (any_variant and product):
            self.add_error("sku", ValidationError("", code="required"))
        if any_variant and not product:
            self.add_error("product", ValidationError("", code="required"))
        is_told = given.get("email") or given.get("phone")
        if not is_told and not self.errors.keys() & {"email", "phone"}:
            self.add_error("email", ValidationError("", code="contact"))
        if self._seconds_open() is None:
            self.add_error("seconds", ValidationError("", code="required"))
        return given

    def messages(self) -> dict[str, str]:
        """Return for each field that is wrong what to do, in the person's language."""
        words = self.door.texts(self.door.language(str(self.data.get("locale") or "")))
        return {
            name: _message(name, str(errors.as_data()[0].code), words)
            for name, errors in self.errors.items()
        }

    def unsolved(self) -> dict[str, str]:
        """Return the same where a puzzle was not solved."""
        self.add_error("altcha", ValidationError("", code="invalid"))
        return self.messages()

    def wish(self) -> Wish:
        """Return what somebody waits for. Of a form without errors."""
        given = self.cleaned_data
        language = self.door.language(given["locale"])
        agreed = self.door.agreed_to(given["newsletter_text"], language)
        return Wish(
            sku=given["sku"],
            product_id=given["product"],
            any_variant=given["any_variant"],
            email=given["email"],
            phone=given["phone"],
            units=given["units"],
            newsletter=given["newsletter"] and bool(agreed),
            newsletter_text=agreed if given["newsletter"] else "",
            keep=given["keep"],
            locale=given["locale"],
            currency=given["currency"],
            channel=given["channel"],
            page=given["page"],
        )

    def _seconds_open(self) -> float | None:
        """How long the form was open: by our own word if the page carries it."""
        signed = self.data.get("opened")
        try:
            if signed:
                return self.at.timestamp() - int(_OPENED.unsign(str(signed))) / 1000
            seconds = float(self.data.get("seconds", ""))
        except (BadSignature, TypeError, ValueError):
            return None
        return seconds if 0 <= seconds < math.inf else None


def _message(name: str, code: str, words: Mapping[str, str]) -> str:
    if name in FOR_BUILDERS:
        return FOR_BUILDERS[name]
    known = (f"error_{name}_{code}", f"error_{name}", "error_other")
    return next(words[one] for one in known if one in words)
