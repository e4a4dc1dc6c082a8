"""What somebody said about marketing, to the list that it is about.

Klaviyo's call to subscribe lifts suppressions, and its call to unsubscribe is for everything where
somebody is not on the list: nothing but an explicit word comes here, and never without a list.
"""

from __future__ import annotations

from datetime import datetime

from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.records import ConsentChanged
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.waiting_schemas import MOST_SOURCE

SOURCE = "Storewire"
NO_LIST = "It was not said which list of Klaviyo this is about: nobody is subscribed or taken off."


def consent(change: ConsentChanged, store: StoreFacts) -> list[Request] | Skip:
    """Subscribe to the list, or take off it. By e-mail; where only a number is known, by SMS.

    When it was said stays with us: Klaviyo takes a time only of history, and then skips the list's
    double opt-in.
    """
    if not change.list_id:
        return Skip(NO_LIST)
    key = f"consent:{change.list_id}:{change.external_id}"
    if change.granted:
        source = (change.where or SOURCE)[:MOST_SOURCE]
        operation, path = "bulk_subscribe_profiles", "/api/profile-subscription-bulk-create-jobs"
        body = bodies.subscribing(_person(change, "SUBSCRIBED"), change.list_id, source)
    else:
        operation, path = "bulk_unsubscribe_profiles", "/api/profile-subscription-bulk-delete-jobs"
        body = bodies.unsubscribing(_person(change, "UNSUBSCRIBED"), change.list_id)
    return [
        Request(
            operation=operation,
            method="POST",
            path=path,
            body=body,
            order_key=key,
            version=_version(change.occurred_at),
            # They may have left by a link in a message of Klaviyo's: the same word again is news.
            overwrites=(key,),
            notes=change.notes,
        )
    ]


def _person(change: ConsentChanged, word: str) -> Json:
    marketing = {"marketing": {"consent": word}}
    if change.email:
        return {"email": change.email, "subscriptions": {"email": marketing}}
    return {**bodies.present(phone_number=change.phone), "subscriptions": {"sms": marketing}}


def _version(said_at: datetime) -> int:
    return int(said_at.timestamp() * 1000)
