"""Where sign-ups come in: which store has back in stock, and which pages may ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from backinstock.config import Policy, policy_of
from backinstock.texts import in_language, language_of, texts
from integration.core.short_memory import ShortMemory
from integration.models import Store
from integration.public.origins import origins_of, page_of

KIND = "backinstock"
# Hundreds of sign-ups a second need not look up the same row each; a change in the admin counts
# after this long.
REMEMBERED_SECONDS, MOST_REMEMBERED = 5.0, 1000
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")


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
        """Return an address if it is one of the storefront's pages, else ""."""
        return page_of(address, self.origins)


_remembered: ShortMemory[str, Door] = ShortMemory(REMEMBERED_SECONDS, MOST_REMEMBERED)


def find(slug: str) -> Door | None:
    """Return the door of a store, None where there is none or back in stock is switched off."""
    return _remembered.look_up(slug, lambda: _find(slug))


def of(store: Store) -> Door:
    """Return the door of a store, whether or not it is open."""
    return Door(
        store=store,
        policy=policy_of(store),
        origins=origins_of(store),
    )


def forget() -> None:
    """Look all of them up anew the next time."""
    _remembered.clear()


def _find(slug: str) -> Door | None:
    store = _stores().filter(slug=slug).first() if SLUG.fullmatch(slug) else None
    return of(store) if store else None


def _stores() -> QuerySet[Store]:
    return Store.objects.filter(connections__kind=KIND, connections__enabled=True)
