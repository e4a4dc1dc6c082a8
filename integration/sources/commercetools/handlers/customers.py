"""Customers."""

from __future__ import annotations

from datetime import datetime

from integration.core.errors import Misconfigured, Reject
from integration.core.exchange import Skip, StoreFacts
from integration.core.plugins import Shop
from integration.core.records import CustomerErased, Record
from integration.core.rules import Json
from integration.sources.commercetools import lookups, mapping
from integration.sources.commercetools.documents import CHANGE, CUSTOMER, MESSAGE, checked

GONE = Skip("The customer was deleted since.")


def created(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A new customer is a profile."""
    message = checked(payload, MESSAGE)
    if "customer" in message:
        customer = checked(message["customer"], CUSTOMER, "/customer")
        return changed(customer, mapping.moment(message["createdAt"]), shop.store)
    return _as_now(message, message["createdAt"], shop)


def updated(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A changed customer is the profile as it is now."""
    change = checked(payload, CHANGE)
    return _as_now(change, change["modifiedAt"], shop)


def email_changed(payload: Json, shop: Shop) -> list[Record] | Skip:
    """The profile of the old address gets the new one."""
    message = checked(payload, MESSAGE)
    return _as_now(message, message["createdAt"], shop, message.get("oldEmail", ""))


def deleted(payload: Json, shop: Shop) -> list[Record] | Skip:
    """A deletion for the sake of privacy is one everywhere; any other leaves the profile alone."""
    change = checked(payload, CHANGE)
    if change.get("dataErasure") is not True:
        return Skip("The customer was deleted, but not for the sake of privacy: the profile stays.")
    return [
        CustomerErased(
            external_id=change["resource"]["id"],
            email=_last_address(change["resource"]["id"], shop),
            version=change["version"],
            occurred_at=mapping.moment(change["modifiedAt"]),
        )
    ]


def _last_address(id_: str, shop: Shop) -> str:
    """The address in the message of the deletion, where the project keeps messages."""
    about = f"resource({lookups.equals('typeId', 'customer')} and {lookups.equals('id', id_)})"
    where = f"{about} and {lookups.equals('type', 'CustomerDeleted')}"
    try:
        told = lookups.every(shop.read, "messages", where)
    except (Misconfigured, Reject):
        return ""  # no messages here, or not for us: the id has to do
    return next((message["email"] for message in told if message.get("email")), "")


def _as_now(message: Json, at: str, shop: Shop, old_email: str = "") -> list[Record] | Skip:
    document = lookups.found(shop.read, "customers", message["resource"]["id"])
    if document is None:
        return GONE
    return changed(checked(document, CUSTOMER), mapping.moment(at), shop.store, old_email)


def changed(
    customer: Json, at: datetime, store: StoreFacts, old_email: str = ""
) -> list[Record] | Skip:
    """Return the record of a customer who has passed documents.CUSTOMER, as they are since then."""
    if not customer.get("email", "").strip():
        return Skip("The customer has no e-mail address.")
    return [
        mapping.customer_changed(
            customer,
            at,
            title_from=store.settings["customer"]["title_from"],
            previous_email=old_email if old_email != customer["email"] else "",
        )
    ]
