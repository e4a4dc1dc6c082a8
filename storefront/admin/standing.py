"""How far a store is with its storefront: what is missing, and what was seen of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from integration.admin.display import page
from integration.admin.import_words import moment
from integration.models import Connection, Store
from integration.sources.storefront.notices import (
    ADDED_TO_CART,
    KIND,
    STARTED_CHECKOUT,
    VIEWED_PRODUCT,
)
from storefront.admin.words import ago
from storefront.models import IDENTIFY, SCRIPT, Sighting
from storefront.snippets.tag import Facts

LONG_AGO = timedelta(days=7)  # a shop that sells tells of each of these more often
CHECKS = {
    SCRIPT: ("The script", "The tag is on a page, and the page may reach us."),
    IDENTIFY: ("Who it is", "Somebody logged in, signed up or wrote to you, and the page said so."),
    VIEWED_PRODUCT: ("Viewed Product", "A product was looked at."),
    ADDED_TO_CART: ("Added to Cart", "Something was put into a cart."),
    STARTED_CHECKOUT: ("Started Checkout", "A checkout began."),
}
STATES = {
    "seen": ("check_circle", "Seen"),
    "stale": ("schedule", "Not seen lately"),
    "never": ("cancel", "Never seen"),
}


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What does not work yet, and the link to where that is changed."""

    says: str
    link: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that pages tell, and when it was last heard."""

    title: str
    says: str
    state: str
    ago: str = ""
    moment: str = ""
    page: str = ""

    @property
    def icon(self) -> str:
        """The sign for how it is."""
        return STATES[self.state][0]

    @property
    def words(self) -> str:
        """How it is."""
        return STATES[self.state][1]


def connection_of(store: Store) -> Connection | None:
    """Return the store's connection for its storefront."""
    return store.connections.filter(kind=KIND).first()


def missing(store: Store, facts: Facts) -> list[Missing]:
    """Return what is still to do, besides switching it on and putting it on the pages."""
    its_page = page(store)
    found = []
    if not store.origins:
        says = "Nobody may send anything yet: the store has no origins, which say what pages are "
        found.append(Missing(says=f"{says}yours.", link="Add them to the store", address=its_page))
    if facts.send != "browser" and store.sending != Store.Sending.LIVE:
        says = "The store is not live: what pages tell us is kept, and not sent to Klaviyo."
        found.append(Missing(says=says, link="Look at the store", address=its_page))
    if any(one.startswith("https:") for one in store.origins) and facts.script[:6] != "https:":
        says = f"Pages with https cannot load a script from {facts.origin}. Ask your engineers to "
        found.append(Missing(says=f"{says}set PUBLIC_URL."))
    return [*found, *_of_klaviyo(store, facts)]


def _of_klaviyo(store: Store, facts: Facts) -> list[Missing]:
    klaviyo = store.connections.filter(kind="klaviyo").first()
    if klaviyo is None:
        add = f"{reverse('admin:integration_connection_add')}?store={store.id}&kind=klaviyo"
        says = "Klaviyo is not connected: what pages tell us goes nowhere."
        return [Missing(says=says, link="Connect it", address=add)]
    if not klaviyo.works:
        says = "Klaviyo's connection is off or paused: what pages tell us waits or goes nowhere."
        return [Missing(says=says, link="Open the connection", address=page(klaviyo))]
    if not facts.company and facts.send != "server":
        says = "Klaviyo's public key is not known: nothing goes to Klaviyo from the browser."
        return [Missing(says=says, link="Fill it in", address=page(klaviyo))]
    return []


def newest_page(store: Store) -> str:
    """Return the page of a store that the script was seen on last, "" if on none."""
    seen = Sighting.objects.filter(store=store, what=SCRIPT).values_list("page", flat=True)
    return seen.first() or ""


def checks(store: Store, at: datetime) -> list[Check]:
    """Return what is to be seen of a shop that has all of it, and whether it was."""
    seen = {sighting.what: sighting for sighting in Sighting.objects.filter(store=store)}
    return [_check(store, seen.get(what), *words, at) for what, words in CHECKS.items()]


def _check(store: Store, sighting: Sighting | None, title: str, says: str, at: datetime) -> Check:
    if sighting is None:
        return Check(title=title, says=says, state="never")
    return Check(
        title=title,
        says=says,
        state="seen" if at - sighting.last_seen < LONG_AGO else "stale",
        ago=ago(sighting.last_seen, at),
        moment=moment(sighting.last_seen, store),
        page=sighting.page,
    )
