"""What the streams of commercetools tell, page by page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from integration.catch_up.reading import SWITCHED_OFF
from integration.core.errors import Misconfigured, Reject, Retry
from integration.sources.commercetools import streams
from integration.sources.commercetools.envelopes import unwrap
from integration.sources.commercetools.streams import STREAMS
from tests.integration.shelf import Shelf, customer, message

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def walk(shelf: Shelf, name: str = "customers") -> list[str]:
    """Read a stream to its end. Return the keys in the order they were told."""
    told, cursor = [], ""
    for _ in range(100):
        page = STREAMS[name](shelf.read, NOON, cursor)
        told += [notification.key for notification in page.notifications]
        cursor = page.cursor
        if page.is_last:
            return told
    raise AssertionError("the stream does not end")


def keys_of(rows: list[dict]) -> list[str]:
    return [f"customer:{row['id']}:{row['version']}:ResourceUpdated" for row in rows]


def test_many_rows_of_the_same_time_are_each_read_once():
    rows = [customer(number) for number in range(1_200)]
    shelf = Shelf(customers=rows[::-1])

    assert walk(shelf) == keys_of(rows)
    assert [asked["limit"] for asked in shelf.asked] == [["500"]] * 3
    assert shelf.asked[1]["where"] == [
        'lastModifiedAt > "2026-11-21T12:00:00.000Z" or '
        '(lastModifiedAt = "2026-11-21T12:00:00.000Z" and id > "00000499")'
    ]


def test_a_shop_that_ignores_the_order_loses_nothing():
    rows = [customer(number * 7919 % 1_201) for number in range(1_201)]
    shelf = Shelf(customers=rows)
    shelf.heeds_sort = False

    told = walk(shelf)

    assert sorted(told) == sorted(keys_of(rows))
    assert [asked.get("offset") for asked in shelf.asked] == [None, ["500"], ["1000"]]


def test_a_page_that_is_too_much_is_asked_for_in_halves():
    rows = [customer(number) for number in range(150)]
    shelf = Shelf(customers=rows)
    shelf.most = 100

    assert walk(shelf) == keys_of(rows)
    assert [asked["limit"][0] for asked in shelf.asked] == ["500", "250", "125", "62", "62", "62"]


def test_what_is_too_much_in_tens_is_a_failure():
    shelf = Shelf(customers=[customer(1)])
    shelf.most = 1

    with pytest.raises(Reject):
        walk(shelf)
    assert shelf.asked[-1]["limit"] == ["10"]


def test_a_timeout_halves_the_page_and_another_failure_does_not():
    limits = []

    def slow(path: str) -> dict:
        limits.append(parse_qs(path)["limit"][0])
        raise Retry("No answer in time.", code="timeout" if len(limits) == 1 else "unavailable")

    with pytest.raises(Retry):
        STREAMS["products"](slow, NOON, "")
    assert limits == ["500", "250"]


def test_a_message_is_what_the_live_one_would_have_been():
    entry = message(1)
    page = STREAMS["messages"](Shelf(messages=[entry]).read, NOON, "")

    live = unwrap({}, json.dumps({"notificationType": "Message", **entry}).encode())
    assert page.notifications == [live]
    assert live.key == "message:m-0001"


def test_only_what_we_handle_is_asked_for():
    shelf = Shelf()
    STREAMS["messages"](shelf.read, NOON, "")

    assert shelf.asked[0]["where"][0] == (
        'resource(typeId in ("category", "customer", "inventory-entry", "order", "payment", '
        '"product"))'
    )
    assert shelf.asked[0]["sort"] == ["createdAt asc", "id asc"]


def test_nothing_of_a_changed_document_is_kept_but_that_it_changed():
    secret = {**customer(1, version=4), "email": "someone@storewire-demo.com"}
    page = STREAMS["customers"](Shelf(customers=[secret]).read, NOON, "")

    assert page.notifications[0].payload == {
        "notificationType": "ResourceUpdated",
        "resource": {"typeId": "customer", "id": "00000001"},
        "version": 4,
        "modifiedAt": "2026-11-21T12:00:00.000Z",
    }


def test_a_character_that_cannot_be_stored_stops_nothing():
    page = STREAMS["messages"](Shelf(messages=[{**message(1), "sku": "a\0b"}]).read, NOON, "")

    assert page.notifications[0].payload["sku"] == "a\ufffdb"


def test_messages_that_are_not_kept_or_not_for_us_are_said_in_words():
    off, closed = Shelf(), Shelf()
    off.project = {"messages": {"enabled": False}}
    closed.refusal = Misconfigured("No.", remedy="Do.", code="scope_missing", status=403)

    assert streams.SWITCHED_OFF == SWITCHED_OFF
    for shelf in (off, closed):
        with pytest.raises(Reject) as refused:
            STREAMS["messages"](shelf.read, NOON, "")
        assert refused.value.code == SWITCHED_OFF
        assert "changeMessagesConfiguration" in refused.value.reason
        assert "view_messages" in refused.value.reason
