"""What an imported order becomes, and how little is asked for it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.exchange import Skip
from integration.core.records import OrderCancelled, OrderFulfilled, OrderPlaced, OrderRefunded
from integration.sources.commercetools import order_details
from integration.sources.commercetools.order_details import OrderReferences
from tests.integration.sources.collections_of import Shelf, import_of, order, portions, walk_of

PLACED = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANGED = datetime(2026, 11, 21, 12, tzinfo=UTC)
EUROS = {"centAmount": 500, "currencyCode": "EUR", "fractionDigits": 2}
REFUSED = Misconfigured("No.", remedy="Do.", code="scope_missing", status=403)


def meaning(shelf: Shelf, **settings: dict) -> Any:
    """Return what the only order means."""
    [entry] = import_of("orders", shelf.read, **settings)
    return entry.meaning


def kinds(meaning: Any) -> list[type]:
    return [type(record) for record in meaning]


def refund(id_: str = "refund-1", **changes: Any) -> dict[str, Any]:
    return {"id": id_, "type": "Refund", "state": "Success", "amount": EUROS, **changes}


def paid(*transactions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    payment = {"id": "payment-1", "transactions": list(transactions), **changes}
    reference = {"typeId": "payment", "id": "payment-1", "obj": payment}
    return order(1, paymentInfo={"payments": [reference]})


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("Open", [OrderPlaced]),
        ("Confirmed", [OrderPlaced, OrderFulfilled]),
        ("Complete", [OrderPlaced, OrderFulfilled]),
        ("Cancelled", [OrderPlaced, OrderCancelled]),
    ],
)
def test_an_order_was_placed_whatever_became_of_it(state: str, expected: list[type]):
    records = meaning(Shelf(orders=[order(1, orderState=state)]))

    assert kinds(records) == expected
    assert [record.occurred_at for record in records] == [PLACED, CHANGED][: len(expected)]
    assert {(record.external_id, record.email) for record in records} == {
        ("00000001", "shopper-1@storewire-demo.com")
    }


@pytest.mark.parametrize(
    ("state", "expected"),
    [("Open", [OrderPlaced]), ("Complete", [OrderPlaced, OrderFulfilled])],
)
def test_where_no_message_places_orders_their_state_does(state: str, expected: list[type]):
    chosen = {"messages": {"created": []}}

    assert kinds(meaning(Shelf(orders=[order(1, orderState=state)]), order=chosen)) == expected


def test_where_neither_message_nor_state_places_orders_they_can_be_cancelled_or_nothing():
    states = {"placed": [], "fulfilled": [], "cancelled": ["Cancelled"]}
    chosen = {"messages": {"created": []}, "states": states}

    cancelled = meaning(Shelf(orders=[order(1, orderState="Cancelled")]), order=chosen)
    nothing = meaning(Shelf(orders=[order(1)]), order=chosen)

    assert kinds(cancelled) == [OrderCancelled]
    assert nothing == Skip("The state Open starts nothing in this store.")


def test_nothing_happens_to_an_order_before_it_was_placed():
    early = order(1, orderState="Complete", lastModifiedAt="2026-11-19T12:00:00.000Z")

    assert [record.occurred_at for record in meaning(Shelf(orders=[early]))] == [PLACED, PLACED]


def test_an_imported_order_was_placed_when_it_was_completed():
    [placed] = meaning(Shelf(orders=[order(1, completedAt="2019-01-01T00:00:00.000Z")]))

    assert placed.occurred_at == datetime(2019, 1, 1, tzinfo=UTC)


def test_each_refund_that_counts_is_told_at_its_own_time():
    charge = {"id": "charge", "type": "Charge", "state": "Success", "amount": EUROS}
    at = "2026-11-20T18:00:00.000Z"
    transactions = [charge, refund("1", timestamp=at), refund("2"), refund("3", state="Initial")]
    payment = paid(*transactions, lastModifiedAt="2026-11-20T20:00:00.000Z")

    _, *refunds = meaning(Shelf(orders=[payment]))

    assert kinds(refunds) == [OrderRefunded, OrderRefunded]
    assert [(one.transaction_id, one.refund.amount, one.occurred_at.hour) for one in refunds] == [
        ("1", Decimal(5), 18),
        ("2", Decimal(5), 20),
    ]
    assert refunds[0].external_id == "00000001"


def test_refunds_in_other_states_count_where_the_store_says_so():
    chosen = {"valid_transaction_states": ["Initial"]}

    records = meaning(
        Shelf(orders=[paid(refund("1"), refund("2", state="Initial"))]), payment=chosen
    )

    assert [record.transaction_id for record in records[1:]] == ["2"]
    assert records[1].occurred_at == CHANGED


def test_expanded_payments_are_not_part_of_what_was_ordered():
    [placed, refunded] = meaning(Shelf(orders=[paid(refund())]))

    bare = {"payments": [{"typeId": "payment", "id": "payment-1"}]}
    assert placed.document["paymentInfo"] == refunded.document["paymentInfo"] == bare


def test_payments_that_do_not_come_along_are_looked_up_all_at_once():
    listed = [
        order(n, paymentInfo={"payments": [{"typeId": "payment", "id": f"payment-{n}"}]})
        for n in range(80)
    ]
    payments = [{"id": f"payment-{n}", "transactions": [refund(f"r{n}")]} for n in range(79)]
    shelf = Shelf(orders=listed, payments=payments)

    found = import_of("orders", shelf.read)

    assert [entry.meaning[1].transaction_id for entry in found[:-1]] == [f"r{n}" for n in range(79)]
    assert kinds(found[-1].meaning) == [OrderPlaced]
    assert shelf.asked_for("orders")[0]["expand"] == ["paymentInfo.payments[*]"]
    assert len(shelf.asked_for("payments")) == 1


def test_a_payment_that_cannot_be_used_is_pointed_at():
    failure = meaning(Shelf(orders=[paid(refund(amount="five"))]))

    assert isinstance(failure, Reject)
    assert failure.pointer == "/paymentInfo/payments/0/obj/transactions/0/amount"


def test_customers_of_orders_without_an_address_are_looked_up_all_at_once():
    listed = [order(n, customerEmail="", customerId=f"customer-{n}") for n in range(3)]
    known = [{"id": f"customer-{n}", "email": f"{n}@storewire-demo.com"} for n in range(2)]
    shelf = Shelf(orders=[*listed, order(3, customerEmail=" ")], customers=known)

    first, second, third, nobody = [entry.meaning for entry in import_of("orders", shelf.read)]

    assert [first[0].email, second[0].email] == ["0@storewire-demo.com", "1@storewire-demo.com"]
    assert (third[0].email, third[0].customer_id) == ("", "customer-2")
    assert nobody == Skip("The order has neither an e-mail address nor a customer.")
    assert len(shelf.asked_for("customers")) == 1


def shop_with_categories(count: int) -> Shelf:
    shelf = Shelf(
        orders=[
            order(n, discountCodes=[{"discountCode": {"typeId": "discount-code", "id": "code-1"}}])
            for n in range(count)
        ],
        products=[
            {"id": "product-1", "masterData": {"current": {"categories": [{"id": "tents"}]}}},
        ],
        categories=[
            {"id": "outdoor", "name": {"en": "Outdoor"}},
            {"id": "tents", "name": {"en": "Tents"}, "parent": {"id": "outdoor"}},
        ],
    )
    shelf.collections["discount-codes"] = [{"id": "code-1", "code": "SUMMER"}]
    return shelf


def test_what_orders_refer_to_is_asked_for_once_in_a_walk():
    shelf = shop_with_categories(450)

    found = import_of("orders", shelf.read)

    for entry in found:
        [placed] = entry.meaning
        assert placed.lines[0].categories == (({"en": "Outdoor"}, {"en": "Tents"}),)
        assert placed.discount_codes == ("SUMMER",)
        assert placed.notes == ()
    assert [asked["kind"] for asked in shelf.asked] == [
        "orders",
        "products",
        "categories",
        "categories",
        "discount-codes",
        "orders",
        "orders",
    ]


def test_a_page_that_waits_is_not_changed_by_the_next_one(monkeypatch):
    monkeypatch.setattr(order_details, "MOST_PRODUCTS", 1)
    shelf = shop_with_categories(450)
    for row in shelf.collections["orders"][200:]:
        row["lineItems"][0]["productId"] = "product-2"

    first, *_ = portions(walk_of("orders", shelf.read))

    for entry in first.entries():
        assert entry.meaning[0].lines[0].categories == (({"en": "Outdoor"}, {"en": "Tents"}),)


def test_what_the_shop_refuses_is_left_out_with_a_note():
    shelf = shop_with_categories(1)
    shelf.collections["orders"] += [order(2, lineItems=[])]
    payments = {"payments": [{"typeId": "payment", "id": "payment-1"}]}
    shelf.collections["orders"][0]["paymentInfo"] = payments
    shelf.refusals = dict.fromkeys(("products", "discount-codes", "payments"), REFUSED)

    [placed], [other] = [entry.meaning for entry in import_of("orders", shelf.read)]

    assert placed.notes == (
        "Categories were left out: No.",
        "Discount codes were left out: No.",
        "Refunds were left out: No.",
    )
    assert other.notes == ()


@pytest.mark.parametrize("kind", ["products", "categories", "discount-codes"])
def test_a_shop_that_is_away_is_waited_for(kind: str):
    shelf = shop_with_categories(1)
    shelf.refusals[kind] = Retry("commercetools answered 500.")
    walk = walk_of("orders", shelf.read)

    with pytest.raises(Retry):
        walk("")

    shelf.refusals = {}
    assert [len(entry.meaning) for entry in walk("").entries()] == [1]


def test_a_client_that_is_refused_altogether_is_no_order_without_categories():
    shelf = shop_with_categories(1)
    shelf.refusals["products"] = Misconfigured("No.", remedy="Do.", code="token_refused")

    with pytest.raises(Misconfigured):
        walk_of("orders", shelf.read)("")


def test_no_more_than_the_newest_are_remembered(monkeypatch):
    monkeypatch.setattr(order_details, "MOST_CODES", 2)
    shelf = Shelf(discount_codes=[{"id": str(n), "code": f"CODE-{n}"} for n in range(4)])
    references = OrderReferences(shelf.read)

    def codes(*ids: int) -> tuple[str, ...]:
        bought = {"discountCodes": [{"discountCode": {"id": str(id_)}} for id_ in ids]}
        return references.look_up([bought])(bought).discount_codes

    assert codes(0, 1) == ("CODE-0", "CODE-1")
    assert codes(0) == ("CODE-0",)
    assert codes(2, 9) == ("CODE-2",)
    assert codes(9) == ()
    assert [asked["where"] for asked in shelf.asked] == [
        ['id in ("0","1")'],
        ['id in ("2","9")'],
    ]
    assert codes(0) == ("CODE-0",)
    assert shelf.asked[-1]["where"] == ['id in ("0")']
