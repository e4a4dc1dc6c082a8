"""Visitors of the storefront: who they are, and what else pages say of them.

Never more than one identifier goes: Klaviyo would put a second one on the profile of the first, and
nobody has proven either. What they agreed to is no business of a page: nothing here subscribes.
"""

from __future__ import annotations

from integration.core.exchange import Request, StoreFacts
from integration.core.records import Tracked, VisitorIdentified
from integration.core.rules import Json, pointer
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.fitting import fit_profile
from integration.destinations.klaviyo.properties import EVERYTHING, chosen

NAMES = ("first_name", "last_name")


def identified(visitor: VisitorIdentified, store: StoreFacts) -> list[Request]:
    """One upsert of the profile, known by the one thing that the visitor said."""
    fields, notes = chosen(visitor.properties, EVERYTHING)
    properties, cuts = fit_profile(fields)
    attributes = bodies.present(
        **known_by(visitor),
        first_name=visitor.first_name,
        last_name=visitor.last_name,
        properties=properties,
    )
    return [
        Request(
            operation="profile_import",
            method="POST",
            path="/api/profile-import",
            body=bodies.profile(attributes),
            order_key=f"visitor:{visitor.external_id}",
            version=visitor.version,
            about=f"customer:{visitor.customer_id}" if visitor.customer_id else "",
            parts=_parts(attributes),  # one page says the name, the next one a property
            notes=(*visitor.notes, *notes, *cuts),
        )
    ]


def _parts(attributes: Json) -> tuple[str, ...]:
    """All that is said of somebody, but for what they are known by."""
    place = ("data", "attributes")
    names = [pointer(*place, name) for name in NAMES if name in attributes]
    properties = attributes.get("properties", {})
    return ("", *names, *(pointer(*place, "properties", name) for name in properties))


def known_by(person: Tracked | VisitorIdentified) -> Json:
    """Return by what Klaviyo is to know somebody. Its pages call the mark of a browser `_kx`."""
    return bodies.present(
        email=person.email,
        external_id=person.customer_id,
        phone_number=person.phone,
        _kx=person.visitor,
    )
