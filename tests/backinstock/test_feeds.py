"""Product feeds: fetched, checked, and what they say is noted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from backinstock import feeds
from backinstock.models import Feed, Restock, StockItem, StockLevel
from integration.models import Store
from tests.backinstock.conftest import NOON
from tests.web import Server

LATER = NOON + timedelta(minutes=15)


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """Where the file is, on a host that may be asked."""
    settings.FEED_ALLOWED_HOSTS = ["127.0.0.1"]
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def feed(store: Store, lists, server: Server) -> Feed:
    """A feed that was never read."""
    return Feed.objects.create(store=store, url=f"{server.url}/feed", not_before=NOON)


@pytest.fixture
def put(server: Server):
    """A file is at the address."""

    def put(content: str | bytes | list, status: int = 200, **headers: str) -> None:
        if isinstance(content, list):
            content = json.dumps(content)
        body = content if isinstance(content, bytes) else content.encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        server.pages["/feed"] = (status, named, body)

    return put


@pytest.fixture
def stock(store: Store) -> Callable[[], dict[str, int | None]]:
    """How many there are of each SKU."""
    return lambda: dict(StockItem.objects.order_by("sku").values_list("sku", "quantity"))


def many(count: int, quantity: int = 1) -> str:
    return "sku,quantity\n" + "".join(f"S-{number:04},{quantity}\n" for number in range(count))


def test_a_file_is_noted(feed, put, stock, store):
    put("sku,quantity,name\nA,3,Zelt\nB,0,Herd\nC,untracked,Gas\nD,,Topf\n")

    assert feeds.read(feed.id, NOON) == []

    assert stock() == {"A": 3, "B": 0, "C": None, "D": None}
    available = dict(StockItem.objects.values_list("sku", "is_available"))
    assert available == {"A": True, "B": False, "C": True, "D": None}
    assert StockItem.objects.get(sku="A").names == {"en-GB": "Zelt"}
    feed.refresh_from_db()
    assert feed.result == "4 rows were taken, 3 of them with news."
    assert (feed.is_well, feed.rows, feed.problems) == (True, 4, [])
    assert (feed.read_at, feed.taken_at) == (NOON, NOON)
    assert set(StockLevel.objects.values_list("source", flat=True)) == {"feed"}


def test_a_return_opens_one_restock_and_the_same_file_again_none(feed, put, item, wait):
    wait(1)
    put("sku,quantity\nBLUE-42,0\n")
    assert feeds.read(feed.id, NOON) == []

    put("sku,quantity\nBLUE-42,5\n")
    [restock] = feeds.read(feed.id, LATER)

    assert (restock.item, restock.quantity, restock.source) == (item, 5, "feed")
    assert feeds.read(feed.id, LATER + timedelta(minutes=15)) == []
    assert Restock.objects.count() == 1
    feed.refresh_from_db()
    assert feed.result == "1 row was taken, 0 of them with news."
    item.refresh_from_db()
    assert item.seen_at == LATER + timedelta(minutes=15)


def test_what_a_variant_is_is_written_down_and_the_rest_stays(feed, put, item):
    StockItem.objects.update(url="https://shop.example/old", variant_name="Blue")
    put(
        [
            {
                "sku": "BLUE-42",
                "product_id": "shoe-2",
                "name": "Boot",
                "price": 59.9,
                "quantity": None,
                "image": "https://shop.example/a.jpg",
                "alternate_image": "https://shop.example/b.jpg",
            }
        ]
    )

    feeds.read(feed.id, NOON)

    item.refresh_from_db()
    assert item.names == {"en": "Shoe", "de": "Schuh", "en-GB": "Boot"}
    assert (item.product_id, item.price, item.currency) == ("shoe-2", Decimal("59.9"), "EUR")
    assert (item.image, item.url) == ("https://shop.example/a.jpg", "https://shop.example/old")
    assert (item.variant_name, item.quantity) == ("Blue", 0)
    assert not StockLevel.objects.exists()


def test_what_is_not_published_or_ordered_without_stock(feed, put, stock, choose_settings):
    choose_settings(backorder=True)
    put("sku,quantity,published,backorder\nA,5,no,\nB,0,yes,yes\nC,0,yes,no\n")

    feeds.read(feed.id, NOON)

    assert dict(StockItem.objects.values_list("sku", "is_available")) == {
        "A": False,
        "B": True,
        "C": False,
    }


def test_what_is_shown_again_is_back(feed, put, item, wait):
    wait(1)
    put("sku,quantity,published\nBLUE-42,5,no\n")
    assert feeds.read(feed.id, NOON + timedelta(minutes=1)) == []

    put("sku,published\nBLUE-42,yes\n")
    [restock] = feeds.read(feed.id, LATER + timedelta(minutes=1))

    assert (restock.item, restock.quantity) == (item, 5)


def test_columns_have_the_names_that_the_feed_gives_them(feed, put, stock):
    feed.columns = {"sku": "Article Number", "quantity": "Stock"}
    feed.save()
    put("article number;stock;sku\nA;3;wrong\n")

    feeds.read(feed.id, NOON)

    assert stock() == {"A": 3}


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (gzip.compress(b"sku,quantity\nA,3\n", mtime=0), {}),
        (gzip.compress(b"sku,quantity\nA,3\n", mtime=0), {"Content_Encoding": "gzip"}),
        ("\ufeffsku\tquantity\r\nA\t3\r\n", {}),
        ("sku;quantity;name\nA;3;Größe\n".encode("cp1252"), {"Content_Type": "text/csv"}),
        ('{"products": [{"sku": "A", "quantity": 3}]}', {"Content_Type": "application/json"}),
    ],
)
def test_however_it_is_written_it_is_read(feed, put, stock, content, headers):
    put(content, **headers)

    feeds.read(feed.id, NOON)

    assert stock() == {"A": 3}


def test_what_is_to_be_had_by_other_rules_is_back(feed, put, item, wait, choose_settings):
    wait(1)
    choose_settings(minimum_stock=5)
    put("sku,quantity\nBLUE-42,3\n")
    assert feeds.read(feed.id, NOON) == []

    choose_settings(minimum_stock=1)
    [restock] = feeds.read(feed.id, LATER)

    assert (restock.item, restock.quantity) == (item, 3)


# --- What has not changed -----------------------------------------------------------------------


def test_a_file_that_has_not_changed_is_not_sent_again(feed, put, server):
    put(many(2), ETag='"1"', Last_Modified="Fri, 20 Nov 2026 12:00:00 GMT")
    feeds.read(feed.id, NOON)
    put("", status=304)

    feeds.read(feed.id, LATER)

    first, second = (headers for _, headers in server.asked)
    assert "If-None-Match" not in first
    assert second["If-None-Match"] == '"1"'
    assert second["If-Modified-Since"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    feed.refresh_from_db()
    assert feed.result == "It has not changed since it was taken."
    assert (feed.is_well, feed.rows, feed.read_at, feed.taken_at) == (True, 2, LATER, NOON)


@pytest.mark.parametrize("change", [{"columns": {"quantity": "stock"}}, {"format": "csv"}])
def test_one_that_is_to_be_read_in_another_way_is_sent_again(feed, put, server, change: dict):
    put(many(2), ETag='"1"')
    feeds.read(feed.id, NOON)
    Feed.objects.update(**change)

    feeds.read(feed.id, LATER)

    assert "If-None-Match" not in server.asked[1][1]


def test_it_is_read_soon_if_a_person_wants_it(feed, put, server):
    put(many(2), ETag='"1"')
    feeds.read(feed.id, NOON)
    assert feeds.due(NOON) == []

    feeds.read_soon(feed)
    Feed.objects.update(not_before=NOON)

    assert feeds.due(NOON) == [feed.id]
    feeds.read(feed.id, NOON)
    assert "If-None-Match" not in server.asked[1][1]


# --- What is wrong ------------------------------------------------------------------------------


def test_bad_rows_are_named_and_the_good_ones_taken(feed, put, stock):
    put("sku,quantity\nA,3\nB,many\n,4\nC,1,,x\nA,9\nD,2\n")

    feeds.read(feed.id, NOON)

    assert stock() == {"A": 3, "D": 2}
    feed.refresh_from_db()
    assert feed.problems == [
        "Line 3: “many” is no quantity: write a whole number, or “untracked” where nobody counts.",
        "Line 4: There is no SKU: write one.",
        "Line 5: It has more cells than there are columns: put text in quotes.",
        "Line 6: This SKU is there twice: the first one counts.",
    ]
    assert feed.result == "2 rows were taken, 2 of them with news; 4 could not be used."
    assert feed.is_well is True


def test_a_sku_that_is_there_twice_counts_once_however_far_apart(feed, put, stock, monkeypatch):
    monkeypatch.setattr("backinstock.feeds.taking.BATCH", 2)
    put("sku,quantity\nA,0\nB,1\nC,1\nA,5\n")

    feeds.read(feed.id, NOON)
    feeds.read(feed.id, LATER)

    assert stock()["A"] == 0
    assert StockLevel.objects.filter(item__sku="A").count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("sku,quantity\n", "The file has no row that can be used: nothing was changed."),
        ("[]", "The file has no row that can be used: nothing was changed."),
        (
            many(4),
            "The file has 4 rows that can be used, and had 10 before. That looks broken, so "
            "nothing was changed. If it is right, accept it.",
        ),
        (
            many(4) + "X,many\n" * 6,
            "The file has 4 rows that can be used, and had 10 before. That looks broken, so "
            "nothing was changed. If it is right, accept it.",
        ),
        ("", "There is no column “sku” in the first line. There is: nothing."),
        ("<html>", "At this address is a page or XML, and neither CSV nor JSON."),
        (
            '[{"sku": "S-0000", "quantity": 0}',
            "This JSON breaks off or is wrong: , or ] is missing.",
        ),
    ],
)
def test_a_file_that_looks_broken_changes_nothing(feed, put, stock, content: str, words: str):
    put(many(10), ETag='"1"')
    feeds.read(feed.id, NOON)
    put(content)

    feeds.read(feed.id, LATER)

    assert stock() == {f"S-{number:04}": 1 for number in range(10)}
    feed.refresh_from_db()
    assert (feed.result, feed.is_well, feed.rows) == (words, False, 10)
    assert (feed.read_at, feed.taken_at, feed.etag) == (LATER, NOON, '"1"')


def test_a_file_with_fewer_rows_is_taken_if_a_person_accepts_it(feed, put, stock):
    put(many(10))
    feeds.read(feed.id, NOON)
    put(many(4, quantity=2))
    feeds.read(feed.id, LATER)

    feeds.accept(feed)
    Feed.objects.update(not_before=LATER)
    feeds.read(feed.id, LATER + timedelta(minutes=1))

    assert list(stock().values()) == [2] * 4 + [0] * 6
    feed.refresh_from_db()
    assert feed.rows == 4


def test_what_is_not_in_the_file_any_more_is_sold_out(feed, put, stock):
    put("sku,quantity\nA,3\nB,3\nC,3\n")
    feeds.read(feed.id, NOON)
    put("sku,quantity\nA,3\nB,many\n")

    feeds.read(feed.id, LATER)

    assert stock() == {"A": 3, "B": 3, "C": 3}  # one of three is less than half of them
    put("sku,quantity\nA,3\nB,many\nD,1\n")
    feeds.read(feed.id, LATER + timedelta(minutes=15))
    assert stock() == {"A": 3, "B": 3, "C": 0, "D": 1}
    feed.refresh_from_db()
    assert feed.result == (
        "2 rows were taken, 1 of them with news; 1 could not be used; 1 variants are not in it any "
        "more and count as sold out."
    )


def test_what_no_feed_has_told_of_is_not_missing(feed, put, item):
    StockItem.objects.update(quantity=7, is_available=True)
    put("sku,quantity\nA,3\n")

    feeds.read(feed.id, NOON)

    item.refresh_from_db()
    assert item.quantity == 7


def test_a_feed_does_not_overrule_what_was_told_after_it_was_asked_for(feed, put, item):
    StockItem.objects.update(quantity=7, seen_at=LATER)
    put("sku,quantity\nBLUE-42,0\n")

    feeds.read(feed.id, NOON)

    item.refresh_from_db()
    assert (item.quantity, item.seen_at) == (7, LATER)


# --- When ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words", "again"),
    [
        (404, "The server answered 404 instead of a file: check the address.", 15),
        (401, "The server answered 401 instead of a file: check the address.", 15),
        (503, "The server answered 503.", 0.5),
        (429, "The server answered 429.", 0.5),
    ],
)
def test_a_server_that_has_no_file_is_asked_again_later(
    feed, put, status: int, words: str, again: float
):
    put("no", status=status, Retry_After="20")

    feeds.read(feed.id, NOON)

    feed.refresh_from_db()
    assert (feed.result, feed.is_well, feed.taken_at) == (words, False, None)
    after = NOON + timedelta(minutes=again)
    assert feeds.due(after) == [feed.id]
    assert feeds.due(NOON + timedelta(seconds=899 if again > 1 else 19)) == []


def test_an_address_in_an_internal_network_is_not_asked(feed, put, server, settings):
    settings.FEED_ALLOWED_HOSTS = []
    put(many(1))

    feeds.read(feed.id, NOON)

    assert server.asked == []
    feed.refresh_from_db()
    assert feed.result == (
        "“127.0.0.1” leads into an internal network, where nobody may send Storewire."
    )


def test_a_feed_is_due_as_often_as_it_says_if_it_is_switched_on(feed, put, lists):
    put(many(1))
    feeds.read(feed.id, NOON)

    assert feeds.due(LATER - timedelta(seconds=1)) == []
    assert feeds.due(LATER) == [feed.id]
    Feed.objects.update(every=60)
    assert feeds.due(LATER) == []
    Feed.objects.update(every=15, enabled=False)
    assert feeds.due(LATER) == []
    Feed.objects.update(enabled=True)
    lists.enabled = False
    lists.save()
    assert feeds.due(LATER) == []


def test_two_workers_do_not_read_one_feed_at_once(feed, put, server, monkeypatch):
    put(many(1))
    seen = []
    monkeypatch.setattr(
        "backinstock.feeds.reading.take",
        lambda *args: seen.append(feeds.read(feed.id, NOON)) or 1 / 0,
    )

    with pytest.raises(ZeroDivisionError):
        feeds.read(feed.id, NOON)

    assert seen == [[]]
    assert len(server.asked) == 1
    assert feeds.due(NOON + timedelta(minutes=9)) == []
    assert feeds.due(NOON + timedelta(minutes=10)) == [feed.id]  # the worker died


def test_a_long_file_is_taken_in_turns(feed, put, stock, monkeypatch):
    monkeypatch.setattr("backinstock.feeds.taking.BATCH", 4)
    monkeypatch.setattr("backinstock.feeds.taking.TAKE_SECONDS", -1)
    put(many(10), ETag='"1"')

    feeds.read(feed.id, NOON)

    assert len(stock()) == 4
    feed.refresh_from_db()
    assert feed.result == "4 rows were taken, 4 of them with news; the rest follows."
    assert (feed.rows, feed.etag, feed.read_at) == (None, "", None)
    monkeypatch.setattr("backinstock.feeds.taking.TAKE_SECONDS", 60)
    Feed.objects.update(not_before=NOON)
    feeds.read(feed.id, NOON + timedelta(seconds=10))
    assert len(stock()) == 10
    feed.refresh_from_db()
    assert feed.result == "10 rows were taken, 6 of them with news."


def test_what_is_shown_again_is_back_also_if_a_worker_dies_over_it(
    feed, put, item, wait, monkeypatch
):
    wait(1)
    put("sku,quantity,published\nBLUE-42,5,no\n")
    feeds.read(feed.id, NOON + timedelta(minutes=1))
    put("sku,published\nBLUE-42,yes\n")
    with monkeypatch.context() as broken:
        broken.setattr("backinstock.feeds.taking.note_all", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            feeds.read(feed.id, LATER + timedelta(minutes=1))

    [restock] = feeds.read(feed.id, LATER + timedelta(minutes=15))

    assert restock.item == item


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "ftp://shop.example/a"}, "url"),
        ({"url": "https://user:secret@shop.example/a"}, "url"),
        ({"url": "https:///a"}, "url"),
        ({"columns": {"SKU": "a"}}, "columns"),
        ({"columns": ["sku"]}, "columns"),
        ({"columns": {"sku": 1}}, "columns"),
        ({"every": 4}, "every"),
    ],
)
def test_a_feed_that_cannot_be_is_refused(feed, values: dict, field: str):
    for name, value in values.items():
        setattr(feed, name, value)

    with pytest.raises(ValidationError) as failure:
        feed.full_clean()
    assert set(failure.value.message_dict) == {field}
