"""What a person who builds a segment or an e-mail wants to know of an order."""

from __future__ import annotations

from typing import Any

from integration.core.exchange import StoreFacts
from integration.core.records import Address, Order, OrderLine
from integration.core.rules import Json
from integration.core.text import Localized, localized
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.links import product_link

SEPARATOR = " > "


def order_properties(order: Order, items: list[Json], store: StoreFacts) -> Json:
    """Return the properties by name that every event of an order with these items has."""
    names = [localized(name, store.locale) for name in order.other_items]
    found = [level for item in items for level in item.get("ProductCategories", ())]
    return bodies.present(
        OrderId=order.external_id,
        ItemNames=[*(item["ProductName"] for item in items if "ProductName" in item), *names],
        Categories=list(dict.fromkeys(found)),
        Items=items,
        BillingAddress=_address(order.billing),
        ShippingAddress=_address(order.shipping),
        DiscountCode=", ".join(order.discount_codes),
        DiscountValue=order.discount.as_number() if order.discount else None,
    )


def items(order: Order, store: StoreFacts) -> list[Json]:
    """Return the lines of an order."""
    return [item(line, store) for line in order.lines]


def item(line: OrderLine, store: StoreFacts) -> Json:
    """Return one line of an order."""
    return bodies.present(
        ProductID=line.product_id,
        SKU=line.sku,
        ProductName=localized(line.name, store.locale),
        Quantity=line.quantity,
        ItemPrice=line.price.as_number(),
        RowTotal=line.total.as_number(),
        ProductURL=_link(line, store),
        ImageURL=line.image,
        ProductCategories=list(dict.fromkeys(levels(line.categories, store.locale))),
        Brand=line.brand,
    )


def _link(line: OrderLine, store: StoreFacts) -> str:
    template = store.settings["links"]["product"]
    if not template:
        return ""
    words = {
        "slug": localized(line.slug, store.locale),
        "id": line.product_id,
        "sku": line.sku,
        "locale": store.locale,
    }
    return product_link(template, words)


def levels(paths: tuple[tuple[Localized, ...], ...], locale: str) -> list[str]:
    """Return every level of every path: "Women", "Women > Pants", "Women > Pants > Jeans"."""
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
