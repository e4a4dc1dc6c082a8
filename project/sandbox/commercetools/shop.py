"""What the shop holds."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

from project.sandbox.commercetools import catalog, notifications, people, sample, stock
from project.sandbox.commercetools.collection import Collection
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.envelopes import Notice
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.views import Show, View
from project.sandbox.commercetools.written import Kept, document

TOKEN_SECONDS = 172_800  # commercetools's own default: 48 hours
KEPT_NOTICES = 500
KEPT_MESSAGES = 100_000
KINDS = {
    "customer": "customers",
    "order": "orders",
    "payment": "payments",
    "category": "categories",
    "product": "products",
    "inventory-entry": "inventory",
    "discount-code": "discount-codes",
    "channel": "channels",
    "store": "stores",
    "standalone-price": "standalone-prices",
    "subscription": "subscriptions",
}


@dataclass
class Filled:
    """What was added to the shop by the thousands, by the kinds of it."""

    times: int = 0
    ids: dict[str, list[str]] = field(default_factory=dict)
    bad: dict[str, dict[str, str]] = field(default_factory=dict)  # why a destination refuses it


class Shop:
    """One project. Documents are never changed in place: a new version takes the old one's seat."""

    def __init__(
        self,
        seed: int = 7,
        project_key: str = "demo-shop",
        client_id: str = "demo-client",
        client_secret: str = "demo-secret",  # noqa: S107 - opens nothing but this sandbox
        customers: int = 60,
        orders: int = 120,
    ) -> None:
        self.project_key = project_key
        self.client = (client_id, client_secret)
        self.notices: deque[Notice] = deque(maxlen=KEPT_NOTICES)
        self.rotation = count()
        self.lock = threading.RLock()
        seeded = Random(seed)  # noqa: S311 - the sample must be the same every time
        self.shelf = sample.shelf(seeded)
        self._kinds = {kind: Collection(self.lock) for kind in KINDS.values()}
        for kind, documents in sample.fill(seeded, self.shelf, customers, orders).items():
            self.collection(kind).put_many(documents)
        self._messages = Collection(self.lock, maxlen=KEPT_MESSAGES)
        self.filled = Filled()
        self._tokens: dict[str, float] = {}
        # What happens from now on is different at every start: whoever remembers an earlier one
        # would take a repeated id for something already done.
        self.random = Random()  # noqa: S311 - a sample shop has no secrets
        self.newcomers: deque[str] = deque(maxlen=100)  # ids of customers without an order

    def project(self) -> Json:
        """Return the project's own document."""
        return {
            "key": self.project_key,
            "name": "Nordhaven & Daughters",
            "version": 4,
            "currencies": ["EUR"],
            "languages": ["en", "de"],
            "countries": list(people.PLACES),
            "createdAt": "2025-06-01T08:00:00.000Z",
            "lastModifiedAt": "2025-06-01T08:00:00.000Z",
            "messages": {"enabled": True, "deleteDaysAfterCreation": 15},
        }

    def collection(self, kind: str) -> Collection:
        """Return all documents of a kind."""
        return self._kinds[kind]

    def held(self, kind: str) -> list[Json]:
        """Return the documents of a kind that are alive, the oldest first."""
        return self._kinds[kind].alive()

    def get(self, kind: str, id_: str) -> Json | None:
        """Return one document, None if it is not there."""
        kept = self._kinds[kind].get(id_)
        return None if kept is None else document(kept)

    def put(self, kind: str, document: Json) -> None:
        """Keep a new document, or a new version of one."""
        self._kinds[kind].put(document)

    def remove(self, kind: str, id_: str) -> None:
        """Let go of a document."""
        self._kinds[kind].remove(id_)

    def record(self, what: Happening) -> Json:
        """Return the payload that tells of it, and keep it if it is a message."""
        payload = notifications.payload(self.project_key, what)
        if not what.is_change:
            self._messages.put(notifications.as_document(payload))
        return payload

    def view(self, kind: str, *, staged: bool = False) -> View | None:
        """Return a kind of documents as the API shows them, None for an unknown kind.

        `staged` is for product-projections: all products as they are being worked on.
        """
        if kind == "messages":
            return View(self._messages)
        if kind in ("products", "product-projections"):
            entries = stock.by_sku(self.held("inventory"))
            show: Show = partial(_product, entries)
            if kind == "product-projections":
                show = partial(_projection, entries, staged)
            return View(self._kinds["products"], show)
        return View(self._kinds[kind]) if kind in self._kinds else None

    def documents(self, kind: str, *, staged: bool = False) -> list[Json] | None:
        """Return all that a view shows, None for an unknown kind."""
        view = self.view(kind, staged=staged)
        return None if view is None else [document(kept) for kept in view.matching([])]

    def found(self, reference: Json) -> Kept | None:
        """Return what a reference leads to as it is kept, None if this shop does not have it."""
        kind = KINDS.get(reference["typeId"])
        return None if kind is None else self._kinds[kind].get(reference["id"])

    def referred(self, reference: Json) -> Json | None:
        """Return what a reference leads to, None if this shop does not have it."""
        kept = self.found(reference)
        return None if kept is None else document(kept)

    def new_token(self) -> str:
        """Return a token that is good for TOKEN_SECONDS."""
        token = uuid.uuid4().hex
        with self.lock:
            self._tokens[token] = time.time() + TOKEN_SECONDS
        return token

    def accepts(self, token: str) -> bool:
        """Return whether the token is one of ours and still good."""
        with self.lock:
            return self._tokens.get(token, 0.0) > time.time()


def _product(entries: stock.Entries, kept: Kept) -> Json:
    return stock.stocked(document(kept), entries)


def _projection(entries: stock.Entries, staged: bool, kept: Kept) -> Json | None:
    product = document(kept)
    if not staged and not product["masterData"]["published"]:
        return None
    return catalog.projection(stock.stocked(product, entries), "staged" if staged else "current")
