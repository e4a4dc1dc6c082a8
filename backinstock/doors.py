"""Where sign-ups come in: which store has back in stock, and which pages may ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import QuerySet

from backinstock.config import Policy, policy_of
from backinstock.texts import in_language, language_of, texts
from integration.core.short_memory import ShortMemory
from integration.models import Store

KIND = "backinstock"
# Hundreds of sign-ups a second need not look up the same row each; a change in the admin counts
# after this long.
REMEMBERED_SECONDS, MOST_REMEMBERED = 5.0, 1000
# Some programs read what is behind a backslash or an @ as another host than we do.
PAGE = re.compile(r"https?://[^\s\\@/?#]+([/?#][^\s\\<>\"]*)?")
PAGE_LENGTH = 1000
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")
USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Door:
    """A store that has back in stock."""

    store: Store
    policy: Policy
    origins: frozenset[str]

    def language(self, *locales: str) -> str:
        """Return the first language that we have, of these and the store's own."""
        return language_of((*locales, self.store.locale))

    def texts(self, language: str) -> dict[str, str]:
        """Return all words in a language, with the store's own where it has some."""
        return texts(language, self.policy.texts)

    def newsletter(self, language: str) -> str:
        """Return what people may agree to, "" where the store offers no newsletter."""
        if not self.policy.newsletter_list:
            return ""
        return in_language(
            language, self.policy.newsletter_text, language_of([self.store.locale]), "en"
        )

    def agreed_to(self, shown: str, language: str) -> str:
        """Return the words that somebody agreed to by what a page says that it showed, "" if none.

        It may have shown those of another language, but none that are not the store's.
        """
        own = self.newsletter(language)
        known = {words.strip() for words in self.policy.newsletter_text.values()}
        return shown if own and shown in known - {""} else own

    def page(self, address: str) -> str:
        """Return an address if it is one of the storefront's pages, else "".

        People are led there by us: nobody else may choose where to.
        """
        if len(address) > PAGE_LENGTH:
            address = re.split(r"[?#]", address)[0]
        fits = PAGE.fullmatch(address) and len(address) <= PAGE_LENGTH
        return address if fits and origin_of(address) in self.origins else ""


_remembered: ShortMemory[str, Door] = ShortMemory(REMEMBERED_SECONDS, MOST_REMEMBERED)


def find(slug: str) -> Door | None:
    """Return the door of a store, None where there is none or back in stock is switched off."""
    remembered = _remembered.get(slug)
    if remembered:
        return remembered
    store = _stores().filter(slug=slug).first() if SLUG.fullmatch(slug) else None
    if store is None:
        return None  # not remembered: anybody can think of addresses
    door = of(store)
    _remembered.set(slug, door)
    return door


def of(store: Store) -> Door:
    """Return the door of a store, whether or not it is open."""
    return Door(
        store=store,
        policy=policy_of(store),
        origins=frozenset(origin_of(origin) for origin in store.origins),
    )


def is_known(origin: str) -> bool:
    """Return whether any store has this storefront: before a browser asks, it does not say which
    store it will ask for.
    """
    return any(
        origin_of(own) == origin
        for origins in _stores().values_list("origins", flat=True)
        for own in origins
    )


def forget() -> None:
    """Look all of them up anew the next time."""
    _remembered.clear()


def origin_of(address: str) -> str:
    """Return the origin of an address as browsers write it, "" if it has none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in USUAL_PORTS or not host:
        return ""
    name = f"[{host}]" if ":" in host else host
    usual = port is None or port == USUAL_PORTS[parts.scheme]
    return f"{parts.scheme}://{name}" + ("" if usual else f":{port}")


def _stores() -> QuerySet[Store]:
    return Store.objects.filter(connections__kind=KIND, connections__enabled=True)
