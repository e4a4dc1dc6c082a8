"""What the shop holds."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from itertools import count
from random import Random

from project.sandbox.commercetools import catalog, notifications, people, sample, stock
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.envelopes import Notice
from project.sandbox.commercetools.notifications import Happening

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
        self._kinds = sample.fill(seeded, self.shelf, customers, orders)
        self._messages: deque[Json] = deque(maxlen=KEPT_MESSAGES)
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

    def held(self, kind: str) -> list[Json]:
        """Return all documents of a kind as they are kept, the oldest first."""
        with self.lock:
            return list(self._kinds[kind].values())

    def get(self, kind: str, id_: str) -> Json | None:
        """Return one document as it is kept, None if it is not there."""
        with self.lock:
            return self._kinds[kind].get(id_)

    def put(self, kind: str, document: Json) -> None:
        """Keep a new document, or a new version of one."""
        with self.lock:
            self._kinds[kind][document["id"]] = document

    def remove(self, kind: str, id_: str) -> None:
        """Let go of a document."""
        with self.lock:
            del self._kinds[kind][id_]

    def record(self, what: Happening) -> Json:
        """Return the payload that tells of it, and keep it if it is a message."""
        payload = notifications.payload(self.project_key, what)
        if not what.is_change:
            with self.lock:
                self._messages.append(notifications.as_document(payload))
        return payload

    def documents(self, kind: str, *, staged: bool = False) -> list[Json] | None:
        """Return all documents of a kind as the API shows them, None for an unknown kind.

        `staged` is for product-projections: all products as they are being worked on.
        """
        if kind == "messages":
            with self.lock:
                return list(self._messages)
        if kind == "products":
            entries = stock.by_sku(self.held("inventory"))
            return [stock.stocked(product, entries) for product in self.held("products")]
        if kind == "product-projections":
            return [
                catalog.projection(product, "staged" if staged else "current")
                for product in self.documents("products") or []
                if staged or product["masterData"]["published"]
            ]
        return self.held(kind) if kind in self._kinds else None

    def referred(self, reference: Json) -> Json | None:
        """Return what a reference leads to, None if this shop does not have it."""
        kind = KINDS.get(reference["typeId"], "")
        with self.lock:
            return self._kinds.get(kind, {}).get(reference["id"])

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
