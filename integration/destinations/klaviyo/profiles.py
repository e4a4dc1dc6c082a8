"""Customers to profiles."""

from __future__ import annotations

from integration.core.phone import e164
from integration.core.plugins import Request, StoreFacts
from integration.core.records import CustomerChanged
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.orders import location
from integration.destinations.klaviyo.properties import chosen


def profile(customer: CustomerChanged, store: StoreFacts) -> list[Request]:
    """One upsert by e-mail address and customer id together."""
    address = customer.address
    written = address.phone if address else ""
    country = address.country if address else ""
    phone = e164(written, country, store.country) if written else None
    properties, notes = chosen(customer.custom, store.settings["properties"]["customer"])
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
            operation="profile_import",
            method="POST",
            path="/api/profile-import",
            body=bodies.profile(attributes),
            idempotency_key=f"profile:{customer.external_id}:{customer.version}:"
            f"{customer.occurred_at.isoformat()}",
            order_key=f"customer:{customer.external_id}",
            version=customer.version,
            notes=notes,
        )
    ]
