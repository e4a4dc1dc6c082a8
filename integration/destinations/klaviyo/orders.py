"""Orders to events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from integration.core.exchange import Request, Skip, StoreFacts
from integration.core.money import Money
from integration.core.records import (
    Address,
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderFulfilled,
    OrderLine,
    OrderPlaced,
    OrderRefunded,
    OrderShipped,
    ReturnRequested,
)
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.fitting import fit_event
from integration.destinations.klaviyo.order_properties import item, items, order_properties
from integration.destinations.klaviyo.properties import EVERYTHING, chosen

LINE_DELAY = timedelta(seconds=1)  # so that the lines come after their order in a profile's history


def placed(order: OrderPlaced, store: StoreFacts) -> list[Request] | Skip:
    """Placed Order, and one Ordered Product for each line."""
    person = identifiers(order) | (_from_billing(order.billing) if order.billing else {})
    shown = items(order, store)
    event = _order_event(
        "placed_order", order, store, person=person, value=order.total, lines=shown
    )
    lines = [
        _ordered_product(order, line, one, store)
        for line, one in zip(order.lines, shown, strict=True)
    ]
    made = [request for request in (event, *lines) if isinstance(request, Request)]
    return made or _off("placed_order", store)


def fulfilled(order: OrderFulfilled, store: StoreFacts) -> list[Request] | Skip:
    """Fulfilled Order."""
    return _alone(_order_event("fulfilled_order", order, store, value=order.total))


def cancelled(order: OrderCancelled, store: StoreFacts) -> list[Request] | Skip:
    """Cancelled Order."""
    return _alone(_order_event("cancelled_order", order, store, value=order.total))


def shipped(order: OrderShipped, store: StoreFacts) -> list[Request] | Skip:
    """Shipped Order."""
    return _alone(_order_event("shipped_order", order, store))


def delivered(order: OrderDelivered, store: StoreFacts) -> list[Request] | Skip:
    """Delivered Order."""
    return _alone(_order_event("delivered_order", order, store))


def refunded(order: OrderRefunded, store: StoreFacts) -> list[Request] | Skip:
    """Refunded Order, of as much as went back this time."""
    return _alone(
        _order_event(
            "refunded_order", order, store, value=order.refund, unique_id=order.transaction_id
        )
    )


def return_requested(order: ReturnRequested, store: StoreFacts) -> list[Request] | Skip:
    """Return Requested, with the lines that are to come back."""
    lines = {line.id: line for line in order.lines}
    returned = [
        {**item(lines[id_], store), "Quantity": quantity, "RowTotal": _part(lines[id_], quantity)}
        for id_, quantity in order.returned
        if id_ in lines
    ]
    others = len(order.returned) - len(returned)
    if others:
        note = f"{others} of the returned items are custom lines, without a product: left out."
        order = replace(order, notes=(*order.notes, note))
    more = bodies.present(ReturnedItems=returned, ReturnTracking=order.tracking)
    return _alone(
        _order_event("return_requested", order, store, more=more, unique_id=order.return_id)
    )


def _part(line: OrderLine, quantity: int) -> float | int:
    """What so many pieces of a line cost."""
    amount = line.price.amount * quantity if quantity != line.quantity else line.total.amount
    return Money(amount, line.total.currency).as_number()


def identifiers(order: Order) -> Json:
    """Who it was: e-mail address and customer id, as far as they are known."""
    return bodies.present(email=order.email, external_id=order.customer_id)


def location(address: Address) -> Json:
    """Klaviyo's location of an address."""
    return bodies.present(
        address1=address.address1,
        address2=address.address2,
        city=address.city,
        region=address.region,
        zip=address.zip,
        country=address.country,
    )


def _order_event(
    key: str,
    order: Order,
    store: StoreFacts,
    *,
    person: Json | None = None,
    value: Money | None = None,
    unique_id: str = "",
    more: Json | None = None,
    lines: list[Json] | None = None,
) -> Request | Skip:
    """The event of the metric with this key: one per order, unless there is another unique id.

    `lines` are the order's items, where they are known already.
    """
    metric = store.settings["metrics"][key]
    if not metric["enabled"]:
        return _off(key, store)
    choices = store.settings["properties"]
    document, notes = chosen(order.document, choices["order"])
    custom, custom_notes = chosen(order.custom, choices["order_custom"])
    shown = items(order, store) if lines is None else lines
    named = order_properties(order, shown, store) | (more or {})
    properties, cuts = fit_event(named, custom, document)
    body = bodies.event(
        metric=metric["name"],
        unique_id=unique_id or order.external_id,
        time=order.occurred_at,
        profile_attributes=person or identifiers(order),
        properties=properties,
        value=value.as_number() if value else None,
        currency=value.currency if value else "",
    )
    return bodies.event_request(body, (*order.notes, *notes, *custom_notes, *cuts))


def _ordered_product(
    order: Order, line: OrderLine, shown: Json, store: StoreFacts
) -> Request | Skip:
    metric = store.settings["metrics"]["ordered_product"]
    if not metric["enabled"]:
        return _off("ordered_product", store)
    document, notes = chosen(line.document, EVERYTHING)
    custom, custom_notes = chosen(line.custom, EVERYTHING)
    named = {name: value for name, value in shown.items() if name != "ProductCategories"}
    named |= bodies.present(Categories=shown.get("ProductCategories"), OrderId=order.external_id)
    properties, cuts = fit_event(named, custom, document)
    body = bodies.event(
        metric=metric["name"],
        unique_id=line.id,
        time=order.occurred_at + LINE_DELAY,
        profile_attributes=identifiers(order),
        properties=properties,
        value=line.total.as_number(),
        currency=line.total.currency,
    )
    return bodies.event_request(body, (*notes, *custom_notes, *cuts))


def _alone(event: Request | Skip) -> list[Request] | Skip:
    return event if isinstance(event, Skip) else [event]


def _off(key: str, store: StoreFacts) -> Skip:
    return Skip(f"“{store.settings['metrics'][key]['name']}” is switched off for this store.")


def _from_billing(address: Address) -> Json:
    return bodies.present(
        first_name=address.first_name, last_name=address.last_name, location=location(address)
    )
