"""What the shop tells of stock, products and orders reaches the waiting lists."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from backinstock import purchases, stock
from backinstock.models import Restock, SignUp, StockItem, StockLevel
from backinstock.people import person_of
from integration import monitoring
from integration.core.records import CustomerErased
from integration.models import Connection, Delivery, Store
from integration.pipeline import delivery
from integration.pipeline.batches import Batch
from integration.pipeline.outbox import queue_records
from tests.integration.conftest import happen, process, receive, stock_set  # noqa: F401
from tests.integration.samples import MARA, order_created

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(lists: Connection):
    """Workers note what is due."""

    def note() -> None:
        waiting = lists.deliveries.filter(state="ready").values_list("operation", flat=True)
        for operation in sorted(set(waiting)):
            delivery.drain(lists.id, operation)

    return note


def wait_for(store: Store, sku: str, email: str, **values: object) -> SignUp:
    """Return the entry of somebody who waits for a SKU that is known to be sold out."""
    item, _ = StockItem.objects.update_or_create(
        store=store, sku=sku, defaults={"is_available": False}
    )
    return SignUp.objects.create(
        store=store, item=item, email=email, person=person_of(store.id, email, ""), **values
    )


def test_a_notification_of_stock_opens_a_restock(store, receive, stock_set, process, note):  # noqa: F811
    notification = stock_set(3)
    sku = notification["sku"]
    wait_for(store, sku, "p1@klaviyo-demo.com")
    receive(notification)
    process()
    note()

    restock = Restock.objects.get()
    assert (restock.item.sku, restock.state) == (sku, "open")
    assert StockLevel.objects.get(item=restock.item).source == "shop"


def test_the_same_notification_twice_is_one_restock(store, receive, stock_set, process, note):  # noqa: F811
    notification = stock_set(3)
    wait_for(store, notification["sku"], "p1@klaviyo-demo.com")
    for _ in range(2):
        receive(notification)
        process()
        note()

    assert Restock.objects.count() == 1


def test_a_product_says_what_its_variants_are(store, receive, happen, process, note, lists):  # noqa: F811
    receive(happen("ProductPublished"))
    process()
    note()

    described = lists.deliveries.get(operation="describe_product")
    skus = {variant["sku"] for variant in described.request["body"]["variants"]}
    items = StockItem.objects.filter(product_id=described.request["body"]["product_id"])
    assert set(items.values_list("sku", flat=True)) == skus
    assert all(item.names for item in items)
    assert not Restock.objects.exists()


def test_an_order_takes_its_buyer_off_what_was_bought(store, receive, process, note):  # noqa: F811
    message = order_created()
    sku = message["order"]["lineItems"][0]["variant"]["sku"]
    mine = wait_for(store, sku, MARA, created="2020-01-01T00:00:00Z")
    others = wait_for(store, sku, "p1@klaviyo-demo.com", created="2020-01-01T00:00:00Z")
    receive(message)
    process()
    note()

    mine.refresh_from_db()
    others.refresh_from_db()
    assert mine.bought_at is not None
    assert others.bought_at is None


def test_a_store_without_waiting_lists_hears_of_none_of_it(store, receive, stock_set, process):  # noqa: F811
    receive(stock_set(3))
    process()

    assert set(Delivery.objects.values_list("connection__kind", flat=True)) == {"klaviyo"}


def test_what_shoppers_cannot_see_is_not_back(store: Store, lists):
    entry = wait_for(store, "A", "p1@klaviyo-demo.com")
    StockItem.objects.filter(id=entry.item_id).update(product_id="shoe")
    stock.withdraw(store, "shoe")

    assert stock.note_stock(store, "A", 5, StockLevel.Source.SHOP) is None


def test_what_the_shop_told_before_it_was_asked_does_not_count_any_more(
    store,
    receive,  # noqa: F811
    stock_set,  # noqa: F811
    process,  # noqa: F811
    note,
):
    notification = stock_set(3)
    sku = notification["sku"]
    wait_for(store, sku, "p1@klaviyo-demo.com")
    receive({**notification, "createdAt": "2099-01-01T00:00:00Z"})  # by a clock that is wrong
    process()
    stock.note_stock(store, sku, 0, StockLevel.Source.POLL)
    note()

    assert StockItem.objects.get(sku=sku).quantity == 0
    assert not Restock.objects.exists()


@pytest.mark.parametrize("sending", [Store.Sending.DRY_RUN, Store.Sending.PAUSED])
def test_an_erasure_is_not_lost_while_the_store_does_not_send(store, lists, note, sending: str):
    entry = wait_for(store, "A", "p1@klaviyo-demo.com")
    Store.objects.update(sending=sending)
    gone = CustomerErased(external_id="c1", occurred_at=now(), email="p1@klaviyo-demo.com")
    lists.refresh_from_db()
    queue_records([Batch(records=[gone], as_of=now())], [lists])

    assert monitoring.waiting_deliveries() == [(lists.id, "forget_person")]
    note()

    entry.refresh_from_db()
    assert entry.email == ""
    assert lists.deliveries.get().state == "sent"


def test_a_purchase_without_a_product_counts_for_who_waits_for_any_variant(store, item, wait):
    [mine] = wait(1, any_variant=True)
    [others] = wait(1, any_variant=True, product_id="hat", item=None)

    assert purchases.note_purchase(store.id, {mine.person}, ["BLUE-42"], [], now()) == 1

    others.refresh_from_db()
    assert others.bought_at is None
