"""Customers to profiles."""

from __future__ import annotations

from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.phone import e164
from integration.core.records import CustomerChanged, CustomerErased
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.fitting import fit_profile
from integration.destinations.klaviyo.orders import location
from integration.destinations.klaviyo.properties import chosen


def profile(customer: CustomerChanged, store: StoreFacts) -> list[Request]:
    """One upsert by e-mail address and customer id together.

    Where the address has just changed it is an update of the profile that has the old one: an
    upsert might make a second profile.
    """
    address = customer.address
    written = address.phone if address else ""
    country = address.country if address else ""
    phone = e164(written, country, store.country) if written else None
    fields, notes = chosen(customer.custom, store.settings["properties"]["customer"])
    properties, cuts = fit_profile(fields)
    notes = (*notes, *cuts)
    if written and phone is None:
        where = country or store.country or "any country"
        notes = (*notes, f"The phone number was left out: it cannot be read as one of {where}.")
    attributes = bodies.present(
        email=customer.email,
        external_id=customer.external_id,
        first_name=customer.first_name,
        last_name=customer.last_name,
        title=customer.title,
        organization=customer.organization or (address.company if address else ""),
        locale=customer.locale,
        phone_number=phone,
        location=location(address) if address else {},
        properties=properties,
    )
    return [
        Request(
            operation="rekey_profile" if customer.previous_email else "profile_import",
            method="POST",
            path="/api/profile-import",
            body=bodies.profile(attributes),
            order_key=f"customer:{customer.external_id}",
            version=customer.version,
            find=_find(customer),
            notes=notes,
        )
    ]


def erased(customer: CustomerErased, store: StoreFacts) -> list[Request] | Skip:
    """A privacy deletion, once an operator has allowed it: it cannot be undone."""
    if not store.settings["privacy"]["erase"]:
        return Skip("Erasing people in Klaviyo is switched off for this store: do it by hand.")
    return [
        Request(
            operation="request_profile_deletion",
            method="POST",
            path="/api/data-privacy-deletion-jobs",
            body={},
            order_key=f"customer:{customer.external_id}",
            version=customer.version,
            deletes=True,
            find=bodies.present(external_id=customer.external_id, email=customer.email),
        )
    ]


def _find(customer: CustomerChanged) -> Json:
    if not customer.previous_email:
        return {}
    return {"external_id": customer.external_id, "email": customer.previous_email}
