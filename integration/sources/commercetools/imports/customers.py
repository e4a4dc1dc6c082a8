"""All customers."""

from __future__ import annotations

from collections.abc import Sequence

from integration.core.exchange import Read, Skip
from integration.core.plugins import Shop
from integration.core.records import Record
from integration.core.rules import Json
from integration.sources.commercetools import mapping
from integration.sources.commercetools.documents import CUSTOMER
from integration.sources.commercetools.handlers import customers
from integration.sources.commercetools.imports.entries import Understand
from integration.sources.commercetools.imports.listing import Listing, Prepare
from integration.sources.commercetools.imports.walking import collection


def _preparing(read: Read) -> Prepare:
    def prepare(documents: Sequence[Json], shop: Shop) -> Understand:
        def understand(customer: Json) -> list[Record] | Skip:
            return customers.changed(customer, mapping.changed_at(customer, shop.at), shop.store)

        return understand

    return prepare


CUSTOMERS = collection(
    Listing(
        path="customers",
        thing="customer",
        time="lastModifiedAt",
        schema=CUSTOMER,
        preparing=_preparing,
    ),
    title="Customers",
    known_by="changed",
)
