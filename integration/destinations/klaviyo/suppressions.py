"""Whom Klaviyo would not write to."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from integration.core.errors import Reject
from integration.core.exchange import Access
from integration.core.rules import Json
from integration.destinations.klaviyo.errors import object_in
from integration.destinations.klaviyo.filters import any_of, portions
from integration.destinations.klaviyo.paging import pages

MOST_EMAILS = 100  # on a page


def suppressed(access: Access, emails: Sequence[str]) -> set[str]:
    """Return those of these addresses that get no marketing by e-mail, from no list at all: they
    bounced, complained, were suppressed, or have unsubscribed. Raises the three failures.
    """
    asked = dict.fromkeys(email.lower() for email in emails if email)
    questions = portions(asked, MOST_EMAILS)
    found = {email for some in questions for email in _among(access, some)}
    return {email for email in emails if email.lower() in found}


def _among(access: Access, emails: list[str]) -> set[str]:
    """Those of these that are suppressed, in small letters."""
    query = urlencode(
        {
            "filter": any_of("email", emails),
            "additional-fields[profile]": "subscriptions",
            "fields[profile]": "email,subscriptions",
            "page[size]": MOST_EMAILS,
        }
    )
    try:
        profiles = list(pages(access, "get_profiles", f"/api/profiles?{query}"))
    except Reject:
        if len(emails) == 1:
            return set()  # an address that Klaviyo does not take is one that it does not have
        half = len(emails) // 2  # one that is no address spoils the question
        return _among(access, emails[:half]) | _among(access, emails[half:])
    attributes = [object_in(profile.get("attributes")) for profile in profiles]
    return {str(one.get("email")).lower() for one in attributes if _is_suppressed(one)}


def _is_suppressed(attributes: Json) -> bool:
    channel = object_in(object_in(attributes.get("subscriptions")).get("email"))
    marketing = object_in(channel.get("marketing"))
    return (
        marketing.get("can_receive_email_marketing") is False
        or marketing.get("consent") == "UNSUBSCRIBED"
        or bool(marketing.get("suppression"))
    )
