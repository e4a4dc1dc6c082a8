"""Packs: as much as goes into one request, and nothing twice in one."""

from __future__ import annotations

from django.utils.timezone import now

from integration.bulk.pages import Page, Row
from integration.core.bulk import Pack
from integration.core.exchange import Request
from integration.pipeline.packing import Packer

PAGE = Page(cursor="1")


def row(key: str, size: int = 10) -> Row:
    request = Request(operation="create", method="POST", path="/", body={}, idempotency_key=key)
    return Row(entry=key, request=request, content=b"x" * size, apart=key, page=PAGE, as_of=now())


def packer(most: int = 3, most_bytes: int = 1000) -> Packer:
    return Packer(
        Pack(
            most=most,
            most_bytes=most_bytes,
            piece=lambda request: b"",
            body=lambda content: {},
        )
    )


def keys(packs: list[list[Row]]) -> list[list[str]]:
    return [[one.entry for one in rows] for rows in packs]


def filled(packer: Packer, *rows: Row) -> list[list[str]]:
    return keys([pack for one in rows for pack in packer.add(one)])


def test_a_pack_is_full_at_the_most_rows():
    ours = packer(most=3)

    full = filled(ours, *(row(str(number)) for number in range(7)))

    assert full == [["0", "1", "2"], ["3", "4", "5"]]
    assert keys(ours.flush()) == [["6"]]


def test_a_pack_is_full_before_it_has_too_many_bytes():
    ours = packer(most=100, most_bytes=100)

    full = filled(ours, row("a", 60), row("b", 30), row("c", 20))

    assert full == [["a", "b"]]  # 60 and 30, and a comma after each, are 92
    assert keys(ours.flush()) == [["c"]]


def test_a_row_that_is_too_large_for_any_pack_goes_alone():
    ours = packer(most=100, most_bytes=100)

    full = filled(ours, row("a", 10), row("b", 500), row("c", 10))

    assert full == [["a"], ["b"]]
    assert keys(ours.flush()) == [["c"]]


def test_what_must_be_apart_waits_in_a_pack_of_its_own():
    ours = packer(most=3)

    full = filled(ours, row("order-1"), row("order-1"), row("order-2"), row("order-3"))

    assert full == [["order-1", "order-2", "order-3"]]
    assert keys(ours.flush()) == [["order-1"]]


def test_flushing_leaves_nothing():
    ours = packer()
    filled(ours, row("a"))

    assert keys(ours.flush()) == [["a"]]
    assert ours.flush() == []
