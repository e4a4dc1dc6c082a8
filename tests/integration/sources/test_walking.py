"""How collections are walked, against shops that do what the sandbox cannot."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from integration.core.bulk import Scope
from integration.core.errors import Misconfigured, Reject, Retry
from integration.core.exchange import Skip
from integration.core.records import CustomerChanged
from integration.sources.commercetools import mapping
from integration.sources.commercetools.imports import COLLECTIONS
from tests.integration.sources.collections_of import (
    Shelf,
    customer,
    entries,
    ids,
    import_of,
    portions,
    walk_of,
)


def limits(shelf: Shelf) -> list[int]:
    return [int(asked["limit"][0]) for asked in shelf.asked]


def test_every_row_is_read_once_by_id():
    rows = [customer(number) for number in range(1_000)]
    shelf = Shelf(customers=rows[::-1])

    found = portions(walk_of("customers", shelf.read))

    assert ids([entry for portion in found for entry in portion.entries()]) == [
        row["id"] for row in rows
    ]
    assert [portion.cursor for portion in found[:2]] == ["00000199", "00000424"]
    assert [portion.count for portion in found] == [200, 225, 250, 275, 50]
    assert [portion.is_last for portion in found] == [False] * 4 + [True]
    assert shelf.asked[1] == {
        "kind": "customers",
        "where": ['id > "00000199"'],
        "sort": ["id asc"],
        "limit": ["225"],
        "withTotal": ["false"],
    }


def test_a_walk_goes_on_from_any_cursor():
    shelf = Shelf(customers=[customer(number) for number in range(500)])

    rest = entries(walk_of("customers", shelf.read), "00000449")

    assert ids(rest) == [f"{number:08}" for number in range(450, 500)]


def test_an_empty_collection_is_read_in_one_page():
    [portion] = portions(walk_of("customers", Shelf().read))

    assert (portion.count, portion.is_last, list(portion.entries())) == (0, True, [])
    assert portion.cursor


def test_a_shop_that_ignores_the_order_loses_nothing():
    rows = [customer(number * 7919 % 701) for number in range(701)]
    shelf = Shelf(customers=rows)
    shelf.heeds_sort = False

    found = portions(walk_of("customers", shelf.read))

    assert sorted(ids([entry for portion in found for entry in portion.entries()])) == [
        f"{number:08}" for number in range(701)
    ]
    assert [portion.cursor for portion in found] == ["+200", "+425", "+675", "+701"]
    assert [asked.get("offset") for asked in shelf.asked] == [None, ["200"], ["425"], ["675"]]


def test_disorder_after_some_pages_is_walked_by_offset_from_there():
    rows = [customer(number) for number in range(600)]
    shelf = Shelf(customers=rows)
    walk = walk_of("customers", shelf.read)
    first = walk("")
    shelf.heeds_sort = False
    shelf.collections["customers"] = rows[::-1]

    found = portions(walk, first.cursor)

    assert [portion.cursor for portion in found] == ["00000199+225", "00000199+400"]
    assert sum(portion.count for portion in found) == 400


def test_an_id_twice_in_a_page_is_no_order():
    rows = [customer(1), *[customer(number) for number in range(1, 300)]]

    found = portions(walk_of("customers", Shelf(customers=rows).read))

    assert found[0].cursor == "+200"


def test_a_page_that_is_too_much_is_asked_for_in_halves_and_grows_back_slowly():
    shelf = Shelf(customers=[customer(number) for number in range(450)])
    shelf.most = 110

    assert len(import_of("customers", shelf.read)) == 450
    assert limits(shelf) == [200, 100, 102, 104, 106, 108]


def test_what_is_too_much_in_tens_is_a_failure():
    shelf = Shelf(customers=[customer(1)])
    shelf.most = 1

    with pytest.raises(Reject):
        walk_of("customers", shelf.read)("")
    assert limits(shelf) == [200, 100, 50, 25, 12, 10]


def test_a_timeout_halves_the_page_and_another_failure_does_not():
    asked: list[str] = []

    def slow(path: str) -> dict[str, Any]:
        asked.append(path)
        raise Retry("No answer in time.", code="timeout" if len(asked) == 1 else "unavailable")

    with pytest.raises(Retry):
        walk_of("orders", slow)("")
    assert ["limit=200" in asked[0], "limit=100" in asked[1], len(asked)] == [True, True, 2]


def test_pages_of_large_rows_are_smaller():
    shelf = Shelf(customers=[customer(number, story="x" * 60_000) for number in range(500)])

    import_of("customers", shelf.read)

    assert limits(shelf)[0] == 200
    assert all(45 <= limit <= 50 for limit in limits(shelf)[1:])


def test_an_answer_that_is_no_page_is_tried_again_later():
    with pytest.raises(Retry) as failure:
        walk_of("customers", lambda path: {"message": "Hello."})("")

    assert failure.value.reason == "commercetools answered without results for /customers."


def test_what_the_shop_refuses_reaches_the_caller():
    shelf = Shelf()
    shelf.refusals["customers"] = Misconfigured("No.", remedy="Do.", code="scope_missing")

    with pytest.raises(Misconfigured):
        walk_of("customers", shelf.read)("")


def test_a_walk_can_begin_with_an_id_and_have_bounds_in_time():
    shelf = Shelf(
        customers=[
            customer(1),
            customer(2, lastModifiedAt="2026-11-19T00:00:00.000Z"),
            customer(3, lastModifiedAt="2026-11-20T00:00:00.000Z"),
            customer(4),
            customer(5, lastModifiedAt="2026-11-22T00:00:00.000Z"),
        ]
    )
    scope = Scope(
        start_id="00000002",
        since=datetime(2026, 11, 20, tzinfo=UTC),
        until=datetime(2026, 11, 22, tzinfo=UTC),
    )

    assert ids(import_of("customers", shelf.read, scope)) == ["00000003", "00000004"]
    assert shelf.asked[0]["where"] == [
        'lastModifiedAt >= "2026-11-20T00:00:00.000Z"',
        'lastModifiedAt < "2026-11-22T00:00:00.000Z"',
        'id >= "00000002"',
    ]


def test_orders_go_by_when_they_were_placed():
    shelf = Shelf()

    import_of("orders", shelf.read, Scope(since=datetime(2026, 11, 20, tzinfo=UTC)))

    assert shelf.asked[0]["where"] == ['createdAt >= "2026-11-20T00:00:00.000Z"']
    assert {kind: one.known_by for kind, one in COLLECTIONS.items()} == {
        "customers": "changed",
        "orders": "placed",
        "categories": "changed",
        "products": "changed",
    }


def test_an_id_cannot_end_the_question_it_is_in():
    odd = 'a" or id > "0\\'
    shelf = Shelf(customers=[customer(1), customer(2, id=odd)])

    assert ids(import_of("customers", shelf.read, Scope(ids=(odd,)))) == [odd]
    assert ids(import_of("customers", shelf.read, Scope(start_id=odd))) == [odd]
    assert shelf.asked[0]["where"] == ['id in ("a\\" or id > \\"0\\\\")']


def test_chosen_ids_are_read_by_the_hundred_and_what_is_missing_is_said():
    shelf = Shelf(customers=[customer(number) for number in range(250) if number != 120])
    wanted = tuple(f"{number:08}" for number in range(250))

    found = portions(walk_of("customers", shelf.read, Scope(ids=wanted)))

    assert [portion.cursor for portion in found] == ["100", "200", "250"]
    listed = [entry for portion in found for entry in portion.entries()]
    assert ids(listed) == list(wanted)
    missing = listed[120].meaning
    assert isinstance(missing, Reject)
    assert missing.code == "not_found"
    assert missing.reason == "The shop has no customer with the id “00000120” (any more)."
    assert [entry for entry in listed if isinstance(entry.meaning, Reject)] == [listed[120]]


def test_chosen_ids_go_on_from_the_cursor_and_in_halves_where_they_are_too_much():
    shelf = Shelf(customers=[customer(number) for number in range(100)])
    shelf.most = 30
    wanted = tuple(f"{number:08}" for number in range(100))

    rest = entries(walk_of("customers", shelf.read, Scope(ids=wanted)), "60")

    assert ids(rest) == list(wanted[60:])
    assert not [entry for entry in rest if isinstance(entry.meaning, Reject)]


def test_a_shop_says_how_many_there_are_unless_it_stops_counting():
    shelf = Shelf(customers=[customer(number) for number in range(10_001)])
    collection = COLLECTIONS["customers"]

    assert collection.count(shelf.read, Scope()) == 10_001
    assert collection.count(shelf.read, Scope(start_id="00009000")) == 1_001
    assert collection.count(shelf.read, Scope(start_id="00000000")) is None
    assert collection.count(shelf.read, Scope(ids=("1", "2", "1"))) == 2
    assert collection.count(lambda path: {"results": []}, Scope()) is None
    assert shelf.asked[0] == {"kind": "customers", "limit": ["1"], "withTotal": ["true"]}


def test_a_document_that_cannot_be_used_stops_no_other():
    bad = [customer(2, addresses=[{}, "Lindenallee"]), {"version": 1}, "hello"]
    shelf = Shelf(customers=[customer(1), *bad, customer(4)])

    good, *failed, last = import_of("customers", shelf.read)

    assert isinstance(good.meaning, list)
    assert isinstance(last.meaning, list)
    assert good.document is None
    reasons = [(entry.id, entry.meaning.pointer, entry.document) for entry in failed]
    assert reasons == [("00000002", "/addresses/1", bad[0]), ("", "", bad[1]), ("", "", None)]
    assert {entry.meaning.code for entry in failed} == {"unusable_document"}


def test_a_mistake_of_ours_stops_no_other_and_tells_the_log_no_names(monkeypatch, caplog):
    def mistaken(source: dict[str, Any], *_: Any, **__: Any) -> None:
        raise ValueError(source["email"])

    monkeypatch.setattr(mapping, "customer_changed", mistaken)
    nobody = customer(2, email="")

    with caplog.at_level(logging.ERROR):
        failed, skipped = import_of("customers", Shelf(customers=[customer(1), nobody]).read)

    assert isinstance(failed.meaning, Reject)
    assert failed.meaning.code == "unexpected"
    assert failed.meaning.reason == "Storewire could not read this customer (ValueError)."
    assert failed.document == customer(1)
    assert skipped.meaning == Skip("The customer has no e-mail address.")
    assert [record.getMessage() for record in caplog.records] == ["customer 00000001: ValueError"]
    assert "storewire-demo" not in caplog.text


def test_a_customer_is_told_of_as_of_the_last_change():
    shelf = Shelf(customers=[customer(1, lastModifiedAt="2026-11-21T11:00:00.000Z")])

    [entry] = import_of("customers", shelf.read, customer={"title_from": ""})

    [record] = entry.meaning
    assert isinstance(record, CustomerChanged)
    assert record.occurred_at == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert record.email == "shopper-1@storewire-demo.com"


def test_entries_ask_the_shop_nothing():
    shelf = Shelf(customers=[customer(1)])
    portion = walk_of("customers", shelf.read)("")
    asked = len(shelf.asked)

    assert len(list(portion.entries())) == len(list(portion.entries())) == 1
    assert len(shelf.asked) == asked
