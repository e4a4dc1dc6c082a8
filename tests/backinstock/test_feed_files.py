"""What files of feeds are written in, and what their rows say."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from decimal import Decimal

import pytest

from backinstock.feeds.files import TOO_MANY, encoding_of, lines
from backinstock.feeds.packed import unpacked
from backinstock.feeds.rows import Row, Wrong, row_of
from integration.core.errors import Reject

GERMAN = "sku;name\nA;Größe für Füße\nB;Übergröße, schön\n"


def rows(content: str | bytes, *, written_in: str = "auto", charset: str = "") -> list:
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    return list(lines(file, written_in=written_in, sku_column="sku", charset=charset))


# --- CSV ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found(delimiter: str):
    content = f'SKU {delimiter}Name\r\n A{delimiter}"a{delimiter} b"\r\n\r\nB{delimiter}\r\n'

    assert rows(content) == [
        ("Line 2", {"sku": " A", "name": f"a{delimiter} b"}),
        ("Line 4", {"sku": "B", "name": ""}),
    ]


def test_a_line_is_counted_as_people_see_it():
    content = 'sku,name\nA,"two\nlines"\nB,one\n'

    assert [place for place, _ in rows(content)] == ["Line 3", "Line 4"]
    assert rows("sep=;\nsku;name\nA;b") == [("Line 3", {"sku": "A", "name": "b"})]


def test_one_column_is_enough():
    assert rows("sku\nA\nB") == [("Line 2", {"sku": "A"}), ("Line 3", {"sku": "B"})]


def test_a_row_with_too_many_cells_is_marked_and_one_with_too_few_is_not():
    found = rows("sku,name\nA,Tent, red\nB\nC,c,,")

    assert [TOO_MANY in cells for _, cells in found] == [True, False, False]


@pytest.mark.parametrize("content", ["", "\n\n", "article,stock\nA,1\n"])
def test_without_the_column_of_the_sku_it_is_no_feed(content: str):
    with pytest.raises(Reject) as failure:
        rows(content)
    assert failure.value.code == "no_column"
    assert failure.value.reason.startswith("There is no column “sku” in the first line. There is: ")


def test_a_quote_that_is_not_closed_is_said():
    with pytest.raises(Reject) as failure:
        rows('sku,name\nA,a\nB,"b\n' + "C,c\n" * 100_000)
    assert failure.value.reason.startswith("The file cannot be read from line ")


def test_a_page_is_no_feed():
    with pytest.raises(Reject) as failure:
        rows("\n <!doctype html><html>")
    assert failure.value.reason == "At this address is a page or XML, and neither CSV nor JSON."


# --- Encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "iso-8859-1"]
)
def test_an_encoding_is_found(encoding: str):
    found = rows(GERMAN.encode(encoding))

    assert [cells["name"] for _, cells in found] == ["Größe für Füße", "Übergröße, schön"]


def test_what_the_server_says_counts_where_the_file_does_not_tell():
    czech = "sku;name\nA;Příliš žluťoučký kůň\n"

    assert rows(czech.encode("iso-8859-2"), charset="iso-8859-2")[0][1]["name"] == (
        "Příliš žluťoučký kůň"
    )
    assert encoding_of(io.BytesIO(czech.encode()), "iso-8859-1") == "utf-8"
    assert encoding_of(io.BytesIO(GERMAN.encode("cp1252")), "no such thing") != "no such thing"


def test_a_packed_file_is_unpacked():
    into = io.BytesIO()

    file = unpacked(io.BytesIO(gzip.compress(b"sku\nA", mtime=0)), into, 1000)

    assert list(lines(file, written_in="auto", sku_column="sku")) == [("Line 2", {"sku": "A"})]
    plain = io.BytesIO(b"sku\nA")
    assert unpacked(plain, io.BytesIO(), 1) is plain


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(b"x" * 1001, mtime=0), "too_large"),
        (gzip.compress(b"x" * 999, mtime=0)[:-9], "damaged"),
        (b"\x1f\x8b is not packed at all", "damaged"),
    ],
)
def test_a_packed_file_that_is_too_large_or_damaged_is_refused(content: bytes, code: str):
    with pytest.raises(Reject) as failure:
        unpacked(io.BytesIO(content), io.BytesIO(), 1000)
    assert failure.value.code == code


# --- JSON ---------------------------------------------------------------------------------------

ITEMS = [{"SKU": "A", "quantity": 1.5}, {"sku": "B", "more": {"items": [1]}}]


@pytest.mark.parametrize(
    "document",
    [
        ITEMS,
        {"items": ITEMS},
        {"products": ITEMS, "rest": 1},
        {"total": 2, "meta": {"items": [{"sku": "X"}]}, "note": "[", "items": ITEMS},
        {"items": None, "products": ITEMS},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_is_found(document: object, indent: int | None):
    assert rows(json.dumps(document, indent=indent)) == [
        ("Entry 1", {"sku": "A", "quantity": Decimal("1.5")}),
        ("Entry 2", {"sku": "B", "more": {"items": [1]}}),
    ]


@pytest.mark.parametrize("document", ["[]", " [ ] ", '{"items": []}'])
def test_an_empty_list_is_a_list(document: str):
    assert rows(document) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{}", "no_list"),
        ('{"total": 1}', "no_list"),
        ('{"items": {}}', "no_list"),
        ('[{"sku": "A"}', "not_json"),
        ('[{"sku": "A"', "not_json"),
        ('[{"sku": "A"} {"sku": "B"}]', "not_json"),
        ('[{"sku": tent}]', "not_json"),
        ('{"items" [', "not_json"),
        ("[" * 100_000, "not_json"),
    ],
)
def test_what_is_no_list_is_refused(document: str, code: str):
    with pytest.raises(Reject) as failure:
        rows(document)
    assert failure.value.code == code


def test_what_is_said_to_be_json_is_read_as_that():
    with pytest.raises(Reject) as failure:
        rows("sku\nA", written_in="json")
    assert failure.value.code == "not_json"
    assert rows('["A", 1]') == [("Entry 1", {}), ("Entry 2", {})]


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_json_is_read_the_same_however_it_comes(piece: int, monkeypatch):
    monkeypatch.setattr("backinstock.feeds.json_items.PIECE", piece)
    document = {"count": 120, "is": True, "items": [{"sku": 'ä\\"]', "n": -1.25e2}, 12, "x"]}

    found = rows(json.dumps(document, ensure_ascii=False))

    assert [cells for _, cells in found] == [{"sku": 'ä\\"]', "n": Decimal("-125")}, {}, {}]


@pytest.mark.parametrize("written_in", ["csv", "json"])
def test_however_long_a_file_is_little_of_it_is_in_memory(written_in: str):
    entry = {"sku": "A-00000", "name": "A product with a name of some length", "quantity": 1}
    if written_in == "json":
        content = b"[" + b",\n".join([json.dumps(entry).encode()] * 50_000) + b"]"
    else:
        line = ",".join(map(str, entry.values())).encode()
        content = b"\n".join([b"sku,name,quantity", *[line] * 50_000])
    file = io.BytesIO(content)

    tracemalloc.start()
    count = sum(1 for _ in lines(file, written_in=written_in, sku_column="sku"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 50_000
    assert peak < 2_000_000


# --- Rows ---------------------------------------------------------------------------------------


def test_a_full_row_is_understood():
    cells = {
        "sku": " A-1 ",
        "quantity": "3",
        "backorder": "Yes",
        "product_id": "p1",
        "name": "Tent",
        "variant": "Blue, 42",
        "price": "19,99",
        "currency": "eur",
        "url": "https://shop.example/tent",
        "image": "https://shop.example/a.jpg",
        "alternate_image": "https://shop.example/b.jpg",
        "published": "0",
    }

    assert row_of(cells) == Row(
        sku="A-1",
        says_quantity=True,
        quantity=3,
        backorder=True,
        published=False,
        name="Tent",
        details={
            "product_id": "p1",
            "variant_name": "Blue, 42",
            "price": Decimal("19.99"),
            "currency": "EUR",
            "url": "https://shop.example/tent",
            "image": "https://shop.example/a.jpg",
            "alternate_image": "https://shop.example/b.jpg",
        },
    )


@pytest.mark.parametrize("empty", [{}, {"quantity": "", "name": None, "price": " "}])
def test_what_is_empty_says_nothing(empty: dict):
    assert row_of({"sku": "A", **empty}) == Row(sku="A")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3", 3),
        (3, 3),
        (Decimal("3.0"), 3),
        ("3,00", 3),
        ("+3", 3),
        ("-2", 0),
        ("untracked", None),
        ("Untracked", None),
    ],
)
def test_a_quantity_is_read(written: object, expected: int | None):
    row = row_of({"sku": "A", "quantity": written})

    assert (row.says_quantity, row.quantity) == (True, expected)


@pytest.mark.parametrize(
    ("written", "price", "currency"),
    [
        ("19.99", "19.99", None),
        (Decimal("19.99"), "19.99", None),
        ("19,9", "19.9", None),
        ("20", "20", None),
        ("19.99 EUR", "19.99", "EUR"),
        ("EUR 19.99", "19.99", "EUR"),
        ("19.99 usd", "19.99", "USD"),
    ],
)
def test_a_price_is_read(written: object, price: str, currency: str | None):
    details = row_of({"sku": "A", "price": written}).details

    assert details["price"] == Decimal(price)
    assert details.get("currency") == currency


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"sku": ""}, "There is no SKU: write one."),
        ({"sku": "A" * 201}, "What is in the column “sku” is longer than 200 characters."),
        ({"sku": "A\x07B"}, "What is in the column “sku” cannot be read."),
        ({"sku": "A\0B"}, "What is in the column “sku” cannot be read."),
        ({"sku": ["A"]}, "There is a list or an object in “sku”: write a text or a number."),
        (
            {"quantity": "many"},
            "“many” is no quantity: write a whole number, or “untracked” where nobody counts.",
        ),
        (
            {"quantity": "1.5"},
            "“1.5” is no quantity: write a whole number, or “untracked” where nobody counts.",
        ),
        (
            {"quantity": "3000000000"},
            "“3000000000” is no quantity: write a whole number, or “untracked” where nobody "
            "counts.",
        ),
        (
            {"quantity": True},
            "“true” is no quantity: write a whole number, or “untracked” where nobody counts.",
        ),
        ({"backorder": "maybe"}, "“maybe” is neither yes nor no, in the column “backorder”."),
        ({"price": "1.299,00"}, "“1.299,00” is no price: write it like 19.99 or 19.99 EUR."),
        ({"currency": "Euro"}, "“EURO” is no currency: write three letters, like EUR."),
        (
            {"url": "javascript:alert(1)"},
            "“javascript:alert(1)” is no address, in the column “url”: write https://… with up to "
            "1000 characters.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(wrong: dict, what: str):
    with pytest.raises(Wrong) as failure:
        row_of({"sku": "A", **wrong})
    assert str(failure.value) == what
