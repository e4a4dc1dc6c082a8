"""Waiting lists to events, and to Klaviyo's own waiting list."""

from __future__ import annotations

from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.money import Money
from integration.core.records import RestockNotice, SignUpToConfirm, Waiting, WaitingListJoined
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.fitting import fit_event

NO_VARIANT = (
    "Klaviyo's own waiting list goes by variants, and this sign-up is for none in particular."
)
NOT_TOLD = "Klaviyo is not told of sign-ups of this store."


def alert(notice: RestockNotice, store: StoreFacts) -> list[Request] | Skip:
    """Back In Stock Alert."""
    more = bodies.present(
        SignedUpAt=notice.signed_up_at.isoformat(), WaitingDays=notice.waiting_days
    )
    return _event("back_in_stock_alert", notice, store, more)


def joined(sign_up: WaitingListJoined, store: StoreFacts) -> list[Request] | Skip:
    """Subscribed to Back in Stock, and an entry in Klaviyo's own list, where they are wanted."""
    parts: list[list[Request] | Skip] = []
    if sign_up.announce:
        parts.append(_event("back_in_stock_signup", sign_up, store, {}))
    if sign_up.mirror:
        parts.append([_mirrored(sign_up)] if sign_up.sku else Skip(NO_VARIANT))
    made = [request for part in parts if isinstance(part, list) for request in part]
    reasons = [part.reason for part in parts if isinstance(part, Skip)]
    return made or Skip(" ".join(reasons) or NOT_TOLD)


def to_confirm(sign_up: SignUpToConfirm, store: StoreFacts) -> list[Request] | Skip:
    """Confirm Back in Stock, with the link to follow."""
    return _event("back_in_stock_confirm", sign_up, store, {"ConfirmURL": sign_up.confirm})


def _event(key: str, waiting: Waiting, store: StoreFacts, more: Json) -> list[Request] | Skip:
    """The event of the metric with this key: one for each `external_id`."""
    metric = store.settings["metrics"][key]
    if not metric["enabled"]:
        return Skip(f"“{metric['name']}” is switched off for this store.")
    properties, cuts = fit_event(_properties(waiting) | more, {}, {})
    wanted = _times(waiting.price, waiting.units) if waiting.price else None
    body = bodies.event(
        metric=metric["name"],
        unique_id=waiting.external_id,
        time=waiting.occurred_at,
        profile_attributes=_person(waiting),
        properties=properties,
        value=wanted.as_number() if wanted else None,
        currency=wanted.currency if wanted else "",
    )
    return [bodies.event_request(body, (*waiting.notes, *cuts))]


def _properties(waiting: Waiting) -> Json:
    """Flat, so that a template can use them as they are."""
    return bodies.present(
        ProductName=waiting.name,
        ProductDescription=waiting.description,
        ProductID=waiting.product_id,
        SKU=waiting.sku,
        VariantName=waiting.variant_name,
        ImageURL=waiting.image,
        AlternateImageURL=waiting.alternate_image,
        ProductURL=waiting.address,
        Price=waiting.price.as_number() if waiting.price else None,
        Currency=waiting.price.currency if waiting.price else "",
        InventoryQuantity=waiting.stock,
        UnitsWanted=waiting.units,
        UnsubscribeURL=waiting.unsubscribe,
        MyAlertsURL=waiting.mine,
        Locale=waiting.locale,
    )


def _mirrored(sign_up: WaitingListJoined) -> Request:
    """The variant may still be on its way: the entry goes after it."""
    channels = (("EMAIL", sign_up.email), ("SMS", sign_up.phone))
    return Request(
        operation="create_back_in_stock_subscription",
        method="POST",
        path="/api/back-in-stock-subscriptions",
        body=bodies.back_in_stock(
            [name for name, is_known in channels if is_known], _person(sign_up), sign_up.sku
        ),
        idempotency_key=f"back_in_stock:{sign_up.external_id}",
        after=(f"variant:{sign_up.sku}",),
        notes=sign_up.notes,
    )


def _person(waiting: Waiting) -> Json:
    return bodies.present(email=waiting.email, phone_number=waiting.phone)


def _times(price: Money, units: int) -> Money:
    return Money(price.amount * units, price.currency)
