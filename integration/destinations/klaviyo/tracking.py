"""What somebody did, to an event of that name."""

from __future__ import annotations

from integration.core.exchange import Request, StoreFacts
from integration.core.records import Tracked
from integration.destinations.klaviyo import bodies, visitors
from integration.destinations.klaviyo.fitting import fit_event
from integration.destinations.klaviyo.properties import EVERYTHING, chosen


def tracked(event: Tracked, store: StoreFacts) -> list[Request]:
    """One event, with these properties."""
    named, notes = chosen(event.properties, EVERYTHING)
    custom, custom_notes = chosen(event.custom, EVERYTHING)
    properties, cuts = fit_event(named, custom, {})
    body = bodies.event(
        metric=event.name,
        unique_id=event.external_id,
        time=event.occurred_at,
        profile_attributes=visitors.known_by(event),
        properties=properties,
        value=event.value.as_number() if event.value else None,
        currency=event.value.currency if event.value else "",
    )
    return [bodies.event_request(body, (*event.notes, *notes, *custom_notes, *cuts), event.scope)]
