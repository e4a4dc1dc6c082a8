"""Orders and payments of the sample shop. The figures add up, to the cent."""

from __future__ import annotations

from datetime import datetime
from random import Random

from project.sandbox.commercetools import lines, payments, people
from project.sandbox.commercetools.documents import (
    Json,
    announced,
    born,
    money,
    new_id,
    reference,
    stamp,
)
from project.sandbox.commercetools.lines import Choice, Shelf

SHIPPING_CENTS = 490
FREE_ABOVE_CENTS = 15000
DISCOUNT_PERCENT = 10

_FRESH: Json = {
    "orderState": "Open",
    "shipmentState": "Pending",
    "taxMode": "Platform",
    "taxRoundingMode": "HalfEven",
    "origin": "Customer",
    "syncInfo": [],
    "returnInfo": [],
}


def order(
    random: Random,
    shelf: Shelf,
    customer: Json,
    choices: list[Choice],
    number: str,
    moment: datetime,
) -> tuple[Json, Json]:
    """Return a new open order of this customer and its payment."""
    sold = [lines.line(random, shelf, choice, moment) for choice in choices]
    wrapping = [lines.wrapping(random)] if random.random() < 0.15 else []
    goods = _cents([*sold, *wrapping])
    discount = goods * DISCOUNT_PERCENT // 100 if random.random() < 0.2 else 0
    made, bought = _order(random, shelf, customer, sold, wrapping, discount, number, moment)
    if random.random() < 0.2:
        fields = {"deliveryNote": "Please leave it at the bakery.", "fromCampaign": "autumn"}
        made["custom"] = {"type": reference("type", shelf.type_id), "fields": fields}
    return made, bought


def plain_order(
    random: Random,
    shelf: Shelf,
    customer: Json,
    choices: list[Choice],
    number: str,
    moment: datetime,
) -> tuple[Json, Json]:
    """Return the same with just what was chosen: nothing is wrapped, and there is no discount."""
    sold = [lines.line(random, shelf, choice, moment) for choice in choices]
    return _order(random, shelf, customer, sold, [], 0, number, moment)


def shipping_cents(goods: int) -> int:
    """Return what the parcel costs with goods of so many cents."""
    return 0 if goods >= FREE_ABOVE_CENTS else SHIPPING_CENTS


def moved(order: Json, state: str, moment: datetime) -> Json:
    """Return the order in its next state: Confirmed, Complete or Cancelled."""
    fields: Json = {"orderState": state}
    if state == "Confirmed":
        fields["shipmentState"] = "Ready"
    elif state == "Complete":
        fields |= {"shipmentState": "Delivered", "completedAt": stamp(moment)}
    elif state == "Cancelled":
        fields["shipmentState"] = "Canceled"  # one l here, two above: so it is
    return announced(order, moment, **fields)


def addresses(random: Random, customer: Json) -> Json:
    """Return where an order of this customer goes, and where the bill goes if that is known."""
    by_id = {entry["id"]: entry for entry in customer["addresses"]}
    billing = by_id.get(customer.get("defaultBillingAddressId", ""))
    shipping = by_id.get(customer.get("defaultShippingAddressId", ""))
    if shipping is None:
        shipping = people.address(
            random, "DE", customer.get("firstName", ""), customer.get("lastName", "")
        )
    found: Json = {"shippingAddress": shipping, "country": shipping["country"]}
    if billing is not None:
        found["billingAddress"] = billing
    return found


def _order(
    random: Random,
    shelf: Shelf,
    customer: Json,
    sold: list[Json],
    wrapping: list[Json],
    discount: int,
    number: str,
    moment: datetime,
) -> tuple[Json, Json]:
    goods = _cents([*sold, *wrapping]) - discount
    shipping = shipping_cents(goods)
    total = goods + shipping
    bought = payments.payment(random, total, moment)
    made = {
        "type": "Order",
        **born(random, moment),
        **_FRESH,
        "orderNumber": number,
        "customerEmail": customer["email"],
        "locale": customer["locale"],
        "totalPrice": money(total),
        "taxedPrice": lines.taxed(total),
        "paymentState": "Paid" if payments.is_charged(bought) else "BalanceDue",
        "lineItems": sold,
        "customLineItems": wrapping,
        "shippingInfo": _shipping(shelf, shipping),
        "paymentInfo": {"payments": [reference("payment", bought["id"])]},
        **_discount(shelf, discount),
        **_who(random, customer),
    }
    return made, bought


def _cents(entries: list[Json]) -> int:
    return sum(entry["totalPrice"]["centAmount"] for entry in entries)


def _discount(shelf: Shelf, cents: int) -> Json:
    if not cents:
        return {"discountCodes": []}
    code = reference("discount-code", shelf.discount_code_id)
    return {
        "discountCodes": [{"discountCode": code, "state": "MatchesCart"}],
        "discountOnTotalPrice": {"discountedAmount": money(cents), "includedDiscounts": []},
    }


def _shipping(shelf: Shelf, cents: int) -> Json:
    return {
        "shippingMethodName": "Parcel",
        "price": money(cents),
        "shippingRate": {
            "price": money(SHIPPING_CENTS),
            "freeAbove": money(FREE_ABOVE_CENTS),
            "tiers": [],
        },
        "shippingMethod": reference("shipping-method", shelf.shipping_method_id),
        "taxedPrice": lines.taxed(cents),
        "taxRate": lines.tax_rate(),
        "deliveries": [],
        "shippingMethodState": "MatchesCart",
    }


def _who(random: Random, customer: Json) -> Json:
    """The buyer and both addresses. One in twelve buys as a guest."""
    where = addresses(random, customer)
    guest = random.random() < 1 / 12
    known = {"anonymousId": new_id(random)} if guest else {"customerId": customer["id"]}
    return {**known, **where}
