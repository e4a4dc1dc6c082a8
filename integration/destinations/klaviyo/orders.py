"""Orders to events: what a person who builds a segment or an e-mail needs at hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from integration.core.plugins import Request, StoreFacts
from integration.core.records import Address, Order, OrderLine
from integration.core.rules import Json
from integration.core.text import Localized, localized
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.properties import chosen

SEPARATOR = " > "
LINE_DELAY = timedelta(seconds=1)  # so that the lines come after their order in a profile's history


def placed(order: Order, store: StoreFacts) -> list[Request]:
    """Placed Order, and one Ordered Product for each line."""
    person = identifiers(order) | (_from_billing(order.billing) if order.billing else {})
    return [
        *order_event("placed_order", order, store, person),
        *(request for line in order.lines for request in _ordered_product(order, line, store)),
    ]


def fulfilled(order: Order, store: StoreFacts) -> list[Request]:
    """Fulfilled Order."""
    return order_event("fulfilled_order", order, store, identifiers(order))


def cancelled(order: Order, store: StoreFacts) -> list[Request]:
    """Cancelled Order."""
    return order_event("cancelled_order", order, store, identifiers(order))


def order_event(key: str, order: Order, store: StoreFacts, person: Json) -> list[Request]:
    """Return the event of the metric with this key, one per order; none if it is switched off."""
    metric = store.settings["metrics"][key]
    if not metric["enabled"]:
        return []
    choice = store.settings["properties"]["order"]
    document, notes = chosen(order.document, choice)
    custom, custom_notes = chosen(order.custom, choice)
    return [
        _event(
            metric["name"],
            order.external_id,
            bodies.event(
                metric=metric["name"],
                unique_id=order.external_id,
                time=order.occurred_at,
                profile_attributes=person,
                properties=document | custom | _order_properties(order, store),
                value=order.total.as_number(),
                currency=order.total.currency,
            ),
            order.notes + notes + custom_notes,
        )
    ]


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


def _ordered_product(order: Order, line: OrderLine, store: StoreFacts) -> list[Request]:
    metric = store.settings["metrics"]["ordered_product"]
    if not metric["enabled"]:
        return []
    document, notes = chosen(line.document, {"include": [], "exclude": [], "rename": {}})
    item = _item(line, store)
    categories = item.pop("ProductCategories", [])
    properties = document | line.custom | item
    properties |= bodies.present(Categories=categories, OrderId=order.external_id)
    body = bodies.event(
        metric=metric["name"],
        unique_id=line.id,
        time=order.occurred_at + LINE_DELAY,
        profile_attributes=identifiers(order),
        properties=properties,
        value=line.total.as_number(),
        currency=line.total.currency,
    )
    return [_event(metric["name"], line.id, body, notes)]


def _event(metric: str, unique_id: str, body: Json, notes: tuple[str, ...]) -> Request:
    return Request(
        operation="create_event",
        method="POST",
        path="/api/events",
        body=body,
        idempotency_key=f"{metric}:{unique_id}",
        notes=notes,
    )


def _order_properties(order: Order, store: StoreFacts) -> Json:
    items = [_item(line, store) for line in order.lines]
    names = [localized(name, store.locale) for name in order.other_items]
    levels = [level for line in order.lines for level in _levels(line.categories, store.locale)]
    return bodies.present(
        OrderId=order.external_id,
        ItemNames=[*(item["ProductName"] for item in items if "ProductName" in item), *names],
        Categories=list(dict.fromkeys(levels)),
        Items=items,
        BillingAddress=_address(order.billing),
        ShippingAddress=_address(order.shipping),
        DiscountCode=", ".join(order.discount_codes),
        DiscountValue=order.discount.as_number() if order.discount else None,
    )


def _item(line: OrderLine, store: StoreFacts) -> Json:
    template = store.settings["links"]["product"]
    words = {
        "slug": localized(line.slug, store.locale),
        "id": line.product_id,
        "sku": line.sku,
        "locale": store.locale,
    }
    return bodies.present(
        ProductID=line.product_id,
        SKU=line.sku,
        ProductName=localized(line.name, store.locale),
        Quantity=line.quantity,
        ItemPrice=line.price.as_number(),
        RowTotal=line.total.as_number(),
        ProductURL=_fill(template, words),
        ImageURL=line.image,
        ProductCategories=list(dict.fromkeys(_levels(line.categories, store.locale))),
        Brand=line.brand,
    )


def _fill(template: str, words: dict[str, str]) -> str:
    """The link with each {word} filled in; none at all if one of its words is not known."""
    for word, text in words.items():
        place = "{" + word + "}"
        if place in template and not text:
            return ""
        template = template.replace(place, text)
    return template


def _levels(paths: tuple[tuple[Localized, ...], ...], locale: str) -> list[str]:
    """Every level of every path: "Women", "Women > Pants", "Women > Pants > Jeans"."""
    names = [[localized(name, locale) for name in path] for path in paths]
    return [SEPARATOR.join(path[: depth + 1]) for path in names for depth in range(len(path))]


def _address(address: Address | None) -> dict[str, Any]:
    if address is None:
        return {}
    return bodies.present(
        FirstName=address.first_name,
        LastName=address.last_name,
        Company=address.company,
        Address1=address.address1,
        Address2=address.address2,
        City=address.city,
        Region=address.region,
        Zip=address.zip,
        Country=address.country,
        Phone=address.phone,
    )


def _from_billing(address: Address) -> Json:
    return bodies.present(
        first_name=address.first_name, last_name=address.last_name, location=location(address)
    )
