"""Spreadsheets as people have them, and what they are told when something is wrong with them."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from backinstock.admin import import_files, stock_files
from backinstock.models import SignUp, StockItem
from tests.backinstock.admin import shown, sign_in

SIGN_UPS, STOCK = "signup", "stockitem"
HEAD = "store,sku,email,units,channel"


@pytest.fixture
def marketer(lists, client):
    return sign_in(client, group="Marketer")


def address(of: str, what: str) -> str:
    return reverse(f"admin:backinstock_{of}_{what}")


def upload(client, of: str, content: bytes):
    """Upload a file, and return the page that shows what would be imported."""
    file = SimpleUploadedFile("list.csv", content, "text/csv")
    return client.post(address(of, "import"), {"import_file": file, "format": "0"})


def confirm(client, of: str, preview):
    form = preview.context["confirm_form"]
    return client.post(address(of, "process_import"), form.initial, follow=True)


def problems(preview) -> list[tuple[int, str, str, str]]:
    """Return the line, the column, what is written there and what is said of it."""
    shown(preview)
    found = preview.context["result"].shown_problems()
    return [(line, column, written, " ".join(said)) for line, column, written, said in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_is_read_whatever_it_is_written_in(marketer, encoding: str, delimiter: str):
    lines = ["Store,SKU,Email,Channel", "shop,GRÖSSE-42,p1@klaviyo-demo.com,Café Müller"]
    content = "\r\n".join(lines).replace(",", delimiter).encode(encoding)

    confirm(marketer, SIGN_UPS, upload(marketer, SIGN_UPS, content))

    one = SignUp.objects.get()
    assert (one.item.sku, one.channel) == ("GRÖSSE-42", "Café Müller")


def test_stock_is_read_whatever_it_is_written_in(marketer):
    content = "sku;quantity\r\nGRÖSSE-42;3\r\n".encode("utf-16")

    confirm(marketer, STOCK, upload(marketer, STOCK, content))

    assert StockItem.objects.get(sku="GRÖSSE-42").quantity == 3


def test_all_that_is_wrong_is_shown_with_its_line_and_column(marketer, item):
    lines = [
        HEAD,
        "shop,BLUE-42,p1@klaviyo-demo.com,abc,",
        "",
        "shop,BLUE-42,p2@klaviyo-demo.com,1,",
        "shop,BLUE-42,p3,0,",
        "shop,,p4@klaviyo-demo.com,2.5,",
        f"shop,BLUE-42,p5@klaviyo-demo.com,1,{'x' * 101}",
    ]

    preview = upload(marketer, SIGN_UPS, "\n".join(lines).encode())

    number = "Write a whole number from 1 to 999, or nothing for 1."
    product = "Write what they wait for: a SKU, or the id of a product."
    assert sorted(problems(preview)) == [
        (2, "units", "abc", number),
        (5, "email", "p3", "Write an address like name@shop.com."),
        (5, "units", "0", number),
        (6, "sku", "", product),
        (6, "units", "2.5", number),
        (
            7,
            "channel",
            "x" * 101,
            "Ensure this value has at most 100 characters (it has 101).",
        ),
    ]
    assert "4 rows are wrong, and nothing was imported." in shown(preview)
    assert "confirm_form" not in preview.context


@pytest.mark.parametrize(
    ("column", "written", "said"),
    [
        ("waiting_since", "soon", "Write a date like 2026-01-31"),
        ("waiting_since", "2999-01-01", "this is still to come."),
        ("keep", "perhaps", "“perhaps” is neither yes nor no"),
        ("any_variant", "1", "Write of which product any variant will do: its id."),
        ("page", "shop", "Enter a valid URL."),
        ("sku", "A\0B", "What is in the column “sku” cannot be read."),
    ],
)
def test_each_column_says_what_is_right(marketer, column: str, written: str, said: str):
    names = ["sku", "email", column] if column != "sku" else ["email", "sku"]
    cells = {"sku": "NEW", "email": "p1@klaviyo-demo.com", column: written}
    content = f"{','.join(names)}\n{','.join(cells[name] for name in names)}"

    preview = upload(marketer, SIGN_UPS, content.encode())

    assert said in shown(preview)
    assert not StockItem.objects.exists()


def test_a_german_date_is_read(marketer):
    content = b"sku;email;waiting_since\nNEW;p1@klaviyo-demo.com;31.01.2026 08:30\n"

    confirm(marketer, SIGN_UPS, upload(marketer, SIGN_UPS, content))

    assert SignUp.objects.get().waiting_since.isoformat() == "2026-01-31T08:30:00+00:00"


def test_blocked_domains_are_refused(marketer, choose_settings):
    choose_settings(blocked_domains=["blocked.com"])
    people = ("p1@mail.blocked.com", "p2@example.com", "p3@klaviyo-demo.com")
    lines = [HEAD, *(f"shop,A,{email},1," for email in people)]

    found = problems(upload(marketer, SIGN_UPS, "\n".join(lines).encode()))

    assert [(line, column) for line, column, _, _ in found] == [(2, "email"), (3, "email")]
    assert "“mail.blocked.com” is blocked by the store" in found[0][3]


@pytest.mark.parametrize("of", [SIGN_UPS, STOCK])
def test_a_file_with_too_many_rows_is_to_be_split(marketer, monkeypatch, of: str):
    monkeypatch.setattr(import_files, "MOST_ROWS", 2)

    told = shown(upload(marketer, of, b"sku,quantity,email\n" + b"A,1,p@klaviyo-demo.com\n" * 3))

    assert "The file has more than 2 rows: split it" in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,town\nA,B\n", "There is no column “email” or “phone” in the first line."),
        (b"sku,email\n", "There are no rows below the first line"),
        (b"\x89PNG\r\n\x1a\n\0\0", "There is no column “email” or “phone”"),
    ],
)
def test_what_is_no_list_is_said_in_words(marketer, content: bytes, said: str):
    assert said in shown(upload(marketer, SIGN_UPS, content))


def test_a_row_with_too_many_cells_is_said(marketer):
    content = b"sku,quantity\nA,1,2\n"

    assert "There are more cells than columns" in shown(upload(marketer, STOCK, content))


def test_a_file_that_is_not_kept_any_more_is_to_be_uploaded_again(marketer):
    preview = upload(marketer, SIGN_UPS, b"sku,email\nA,p1@klaviyo-demo.com\n")
    cache.clear()

    told = shown(confirm(marketer, SIGN_UPS, preview))

    assert "The file was not kept that long: upload it again." in told
    assert not SignUp.objects.exists()


def test_a_preview_asks_the_database_no_more_for_many_rows_than_for_few(
    marketer, item, django_assert_max_num_queries
):
    rows = [f"shop,SKU-{n},p{n}@klaviyo-demo.com,1," for n in range(300)]

    with django_assert_max_num_queries(30):
        upload(marketer, SIGN_UPS, "\n".join([HEAD, *rows]).encode())
    counts = "".join(f"S{n},1\n" for n in range(300))
    with django_assert_max_num_queries(30):
        upload(marketer, STOCK, f"sku,quantity\n{counts}".encode())

    assert StockItem.objects.count() == 1


def test_a_preview_shows_the_first_hundred_rows(marketer):
    rows = [f"shop,SKU-{n},p{n}@klaviyo-demo.com,1," for n in range(150)]

    told = shown(upload(marketer, SIGN_UPS, "\n".join([HEAD, *rows]).encode()))

    assert "<strong>150</strong> new" in told
    assert "The first 100 are shown." in told
    assert ("p99@" in told, "p100@" in told) == (True, False)


def test_stock_with_more_news_than_can_be_noted_at_once_is_to_be_split(marketer, monkeypatch):
    monkeypatch.setattr(stock_files, "MOST_NEWS", 2)

    preview = upload(marketer, STOCK, b"sku,quantity\nA,1\nB,1\nC,1\n")

    assert "rows of this file have news. Split it" in shown(preview)
    assert "confirm_form" not in preview.context
    confirm(marketer, STOCK, upload(marketer, STOCK, b"sku,quantity\nA,1\nB,1\n"))
    assert "confirm_form" in upload(marketer, STOCK, b"sku,quantity\nA,1\nB,1\nC,1\n").context
