"""Shops are asked for the stock of what somebody waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backinstock import polling
from backinstock.models import Restock, SignUp, StockItem, StockLevel, StockPoll
from integration import registry
from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.plugins import Shop
from integration.core.records import (
    ProductChanged,
    ProductUnpublished,
    Record,
    StockChanged,
    Variant,
)
from integration.pipeline.processing import shop_of
from tests.backinstock.conftest import NOON


class ShopOnPaper:
    """What a shop would say, and what it was asked."""

    def __init__(self) -> None:
        self.stock: dict[str, int | None] = {}
        self.hidden: set[str] = set()
        self.failures: list[Exception | None] = []
        self.asked: list[tuple[list[str], list[str]]] = []

    def wares(self, skus: list[str], product_ids: list[str], shop: Shop) -> list[Record]:
        """Answer."""
        self.asked.append((list(skus), list(product_ids)))
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        stock = [
            StockChanged(external_id=sku, occurred_at=shop.at, before=None, after=self.stock[sku])
            for sku in skus
            if sku in self.stock
        ]
        products = [
            ProductUnpublished(external_id=id_, occurred_at=shop.at)
            if id_ in self.hidden
            else ProductChanged(
                external_id=id_,
                occurred_at=shop.at,
                name={"en": "Shoe"},
                variants=(Variant(sku="BLUE-42", price=None, stock=self.stock.get("BLUE-42")),),
            )
            for id_ in product_ids
        ]
        return [*products, *stock]


@pytest.fixture
def paper(monkeypatch) -> ShopOnPaper:
    """The store's shop, on paper."""
    paper = ShopOnPaper()
    real = registry.sources()["commercetools"]
    source = replace(real, wares=paper.wares)
    monkeypatch.setattr(registry, "sources", lambda: {"commercetools": source})
    return paper


def test_exactly_what_somebody_waits_for_is_asked_for(paper, store, item, wait):
    other = StockItem.objects.create(store=store, sku="RED-42", product_id="shoe")
    StockItem.objects.create(store=store, sku="NOBODY", product_id="hat")
    wait(1)
    paper.stock = {"BLUE-42": 0}

    polling.poll(store, NOON)

    assert paper.asked == [(["BLUE-42"], ["shoe"])]
    wait(2, item=other, any_variant=True)
    polling.poll(store, NOON + timedelta(minutes=15))
    assert paper.asked[1] == (["BLUE-42", "RED-42"], ["shoe"])
    row = StockPoll.objects.get()
    assert (row.asked_for, row.asked_at) == (2, NOON + timedelta(minutes=15))


def test_what_is_back_opens_a_restock_once(paper, store, item, wait):
    wait(1)
    paper.stock = {"BLUE-42": 4}

    [restock] = polling.poll(store, NOON)

    assert (restock.item, restock.quantity, restock.source) == (item, 4, "poll")
    assert polling.poll(store, NOON + timedelta(minutes=15)) == []
    assert Restock.objects.count() == 1
    assert list(StockLevel.objects.values_list("source", "quantity")) == [("poll", 4)]


def test_what_shoppers_do_not_see_is_not_back(paper, store, item, wait):
    wait(1)
    paper.stock, paper.hidden = {"BLUE-42": 4}, {"shoe"}

    assert polling.poll(store, NOON) == []

    item.refresh_from_db()
    assert (item.quantity, item.published, item.is_available) == (4, False, False)
    paper.hidden = set()
    [restock] = polling.poll(store, NOON + timedelta(minutes=15))
    assert restock.item == item


def test_what_nobody_counts_is_to_be_had(paper, store, item, wait):
    wait(1)
    paper.stock = {"BLUE-42": None}

    [restock] = polling.poll(store, NOON)

    assert restock.quantity is None


def test_a_product_of_which_nobody_has_told_is_asked_for_if_any_variant_will_do(
    paper, store, lists
):
    SignUp.objects.create(
        store=store, product_id="shoe", any_variant=True, email="a@b.example", person="1"
    )
    paper.stock = {"BLUE-42": 4}

    [restock] = polling.poll(store, NOON)

    assert paper.asked == [([], ["shoe"])]
    assert (restock.item.sku, restock.quantity) == ("BLUE-42", 4)


def test_a_product_is_asked_for_by_its_variants_if_nobody_has_looked_at_one(
    paper, store, item, lists
):
    SignUp.objects.create(
        store=store, product_id="shoe", any_variant=True, email="a@b.example", person="1"
    )
    paper.stock = {"BLUE-42": 4}

    [restock] = polling.poll(store, NOON)

    assert paper.asked == [(["BLUE-42"], ["shoe"])]
    assert (restock.item, restock.quantity) == (item, 4)


def test_many_are_asked_for_in_batches(paper, store, item, wait, monkeypatch):
    monkeypatch.setattr(polling, "BATCH", 2)
    _waited_for(store, 5)

    polling.poll(store, NOON)

    assert [skus for skus, _ in paper.asked] == [["S-0", "S-1"], ["S-2", "S-3"], ["S-4"]]


def test_a_turn_that_is_over_is_gone_on_with(paper, store, item, monkeypatch):
    monkeypatch.setattr(polling, "BATCH", 2)
    monkeypatch.setattr(polling, "TURN_SECONDS", -1)
    _waited_for(store, 5)

    polling.poll(store, NOON)

    assert [skus for skus, _ in paper.asked] == [["S-0", "S-1"]]
    assert polling.due_stores(NOON) == [store]
    monkeypatch.setattr(polling, "TURN_SECONDS", 60)
    polling.poll(store, NOON)
    assert [skus for skus, _ in paper.asked[1:]] == [["S-2", "S-3"], ["S-4"]]
    row = StockPoll.objects.get()
    assert (row.asked_for, row.cursor, row.asked_at) == (5, 0, NOON)


@pytest.mark.parametrize("minutes", ["5", "15", "30", "60"])
def test_it_is_time_as_often_as_the_store_says(
    paper, store, item, wait, choose_settings, minutes: str
):
    wait(1)
    choose_settings(poll_minutes=minutes)
    assert polling.due_stores(NOON) == [store]
    polling.poll(store, NOON)

    then = NOON + timedelta(minutes=int(minutes))

    assert polling.due_stores(then - timedelta(seconds=1)) == []
    assert polling.poll(store, then - timedelta(seconds=1)) == []
    assert len(paper.asked) == 1
    assert polling.due_stores(then) == [store]


def test_two_workers_do_not_ask_at_once(paper, store, item, wait, monkeypatch):
    wait(1)
    twice = []

    def wares(skus, product_ids, shop):
        twice.append(polling.poll(store, NOON))
        return []

    monkeypatch.setattr(paper, "wares", wares)
    source = replace(registry.sources()["commercetools"], wares=wares)
    monkeypatch.setattr(registry, "sources", lambda: {"commercetools": source})
    polling.poll(store, NOON)

    assert twice == [[]]


def test_a_shop_that_does_not_answer_is_asked_again_a_little_later(paper, store, item, wait):
    wait(1)
    paper.stock = {"BLUE-42": 4}
    paper.failures = [Retry("No answer in time.", after=60)]

    assert polling.poll(store, NOON) == []

    row = StockPoll.objects.get()
    assert (row.reason, row.asked_at) == ("No answer in time.", None)
    assert timedelta(seconds=60) <= row.not_before - NOON < timedelta(seconds=90)
    assert polling.due_stores(NOON + timedelta(seconds=59)) == []
    [restock] = polling.poll(store, row.not_before)
    assert restock.item == item
    row.refresh_from_db()
    assert row.reason == ""


def test_a_failure_loses_nothing_of_what_was_done(paper, store, item, wait, monkeypatch):
    monkeypatch.setattr(polling, "BATCH", 1)
    wait(1)
    _waited_for(store, 1)
    paper.stock = {"BLUE-42": 4}
    paper.failures = [None, Retry("Away.")]

    [restock] = polling.poll(store, NOON)

    assert restock.item == item
    polling.poll(store, NOON + timedelta(minutes=5))
    assert [skus for skus, _ in paper.asked] == [["BLUE-42"], ["S-0"], ["S-0"]]


def test_what_the_shop_refuses_does_not_hold_up_the_rest(paper, store, item, monkeypatch):
    monkeypatch.setattr(polling, "BATCH", 1)
    _waited_for(store, 2)
    paper.failures = [Reject("Malformed parameter: where.", code="refused")]

    polling.poll(store, NOON)

    assert [skus for skus, _ in paper.asked] == [["S-0"], ["S-1"]]
    row = StockPoll.objects.get()
    assert (row.reason, row.asked_at) == ("Malformed parameter: where.", None)
    assert polling.due_stores(NOON + timedelta(minutes=4)) == []
    assert polling.due_stores(NOON + timedelta(minutes=5)) == [store]


def test_a_refused_key_pauses_the_shop_and_says_so(paper, store, shop, item, wait):
    wait(1)
    paper.failures = [Misconfigured("The key is wrong.", remedy="Enter a new one.")]

    assert polling.poll(store, NOON) == []

    shop.refresh_from_db()
    assert shop.paused_reason == "The key is wrong. Reading is paused. Enter a new one."
    assert StockPoll.objects.get().reason == "The key is wrong. Enter a new one."
    assert polling.due_stores(NOON + timedelta(hours=1)) == []


def test_a_store_without_a_shop_that_can_be_asked_is_left_alone(paper, store, shop, item, wait):
    wait(1)
    shop.enabled = False
    shop.save()

    assert polling.due_stores(NOON) == []
    assert polling.ask(store, ["BLUE-42"], []) == []
    assert paper.asked == []


def test_a_store_without_waiting_lists_is_left_alone(paper, store, lists):
    assert polling.due_stores(NOON) == [store]
    lists.enabled = False
    lists.save()
    assert polling.due_stores(NOON) == []


def test_the_sandboxs_shop_is_asked(store, lists):
    connection = polling.source_of(store)
    shelf = shop_of(connection).read("/product-projections?limit=1&staged=false")["results"][0]
    sku = shelf["masterVariant"]["sku"]

    polling.ask(store, [sku], [])

    item = StockItem.objects.get(sku=sku)
    assert item.product_id == shelf["id"]
    assert item.names == shelf["name"]
    assert item.quantity is not None
    assert item.is_available is (item.quantity > 0)


def _waited_for(store, count: int) -> None:
    for number in range(count):
        item = StockItem.objects.create(store=store, sku=f"S-{number}")
        SignUp.objects.create(store=store, item=item, email="a@b.example", person=str(number))


def test_what_somebody_has_just_begun_to_wait_for_is_asked_for_once(paper, store, item, wait):
    wait(1)
    new = StockItem.objects.create(store=store, sku="RED-42")
    wait(2, item=new, product_id="")
    SignUp.objects.update(is_announced=False)
    paper.stock = {"RED-42": 0}

    assert polling.ask_about_new(store) == []
    assert polling.ask_about_new(store) == []
    assert paper.asked == [(["RED-42"], [])]


def test_what_is_new_and_cannot_be_asked_for_waits_for_the_poll(paper, store, item, wait):
    new = StockItem.objects.create(store=store, sku="RED-42")
    wait(1, item=new, product_id="")
    SignUp.objects.update(is_announced=False)
    paper.failures = [Retry("No answer in time.")]

    assert polling.ask_about_new(store) == []
    assert StockItem.objects.get(id=new.id).seen_at is None
