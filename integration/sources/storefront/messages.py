"""What becomes of what pages tell."""

from __future__ import annotations

from integration.core.plugins import Handles
from integration.sources.storefront import notices
from integration.sources.storefront.handlers import identified, own_event, tracked


def _named(name: str, says: str) -> Handles:
    return Handles(tracked, says, f"{name}, of whom we know")


HANDLERS: dict[str, Handles] = {
    notices.VIEWED_PRODUCT: _named(notices.VIEWED_PRODUCT, "Somebody looked at a product"),
    notices.VIEWED_CATEGORY: _named(notices.VIEWED_CATEGORY, "Somebody looked at a category"),
    notices.SEARCHED_SITE: _named(notices.SEARCHED_SITE, "Somebody searched the shop"),
    notices.ADDED_TO_CART: _named(notices.ADDED_TO_CART, "Somebody put something in the cart"),
    notices.STARTED_CHECKOUT: _named(notices.STARTED_CHECKOUT, "Somebody began to check out"),
    notices.COMPLETED_SIGNUP: _named(notices.COMPLETED_SIGNUP, "Somebody signed up"),
    notices.CANCELLED_ACCOUNT: _named(notices.CANCELLED_ACCOUNT, "Somebody closed their account"),
    notices.SUBMITTED_CONTACT_FORM: _named(
        notices.SUBMITTED_CONTACT_FORM, "Somebody sent a contact form"
    ),
    notices.IDENTIFY: Handles(
        identified,
        "A visitor said who they are",
        "the profile, with their names and the properties that pages may set",
    ),
    notices.TRACK: Handles(
        own_event,
        "Something of the shop's own happened",
        "the event, if it is among the store's own events",
    ),
}
