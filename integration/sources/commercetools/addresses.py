"""Postal addresses: which one is a customer's, and what is in its lines."""

from __future__ import annotations

from integration.core.records import Address
from integration.core.rules import Json


def billing_address(customer: Json) -> Json | None:
    """Return the default billing address, else the first billing address, else the first."""
    addresses: list[Json] = customer.get("addresses", [])
    by_id = {entry.get("id"): entry for entry in addresses}
    wanted = [customer.get("defaultBillingAddressId"), *customer.get("billingAddressIds", [])]
    found = [by_id[id_] for id_ in wanted if id_ in by_id]
    return next(iter(found or addresses), None)


def optional_address(source: Json | None) -> Address | None:
    """Return an address, None if there is none."""
    return address(source) if source else None


def address(source: Json) -> Address:
    """Return an address; its first line from the parts that commercetools keeps apart."""
    first = ("apartment", "building", "streetNumber", "streetName")
    second = ("additionalStreetInfo", "additionalAddressInfo")
    return Address(
        first_name=source.get("firstName") or "",
        last_name=source.get("lastName") or "",
        title=source.get("title") or "",
        company=source.get("company") or "",
        phone=source.get("mobile") or source.get("phone") or "",
        address1=", ".join(source[part] for part in first if source.get(part)),
        address2=", ".join(source[part] for part in second if source.get(part)),
        city=source.get("city") or "",
        region=source.get("region") or "",
        zip=source.get("postalCode") or "",
        country=source.get("country") or "",
    )
