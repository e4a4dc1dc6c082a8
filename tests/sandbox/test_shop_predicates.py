"""The language of `where`."""

from __future__ import annotations

import pytest

from project.sandbox.commercetools.predicates import Malformed, parse

ORDER = {
    "id": "b",
    "orderNumber": 'no "7"',
    "version": 3,
    "createdAt": "2026-03-01T10:00:00.500Z",
    "paid": True,
    "tags": ["red", "green"],
    "nothing": [],
    "paymentInfo": {"payments": [{"typeId": "payment", "id": "p1"}, {"id": "p2"}]},
    "masterVariant": {"sku": "A-1"},
    "variants": [{"sku": "A-2", "size": 4}, {"sku": "A-3", "size": 5}],
}


@pytest.mark.parametrize(
    "text",
    [
        'id = "b"',
        'id="b"',
        'id != "a"',
        'id <> "a" and id > "a" and id >= "b" and id < "c" and id <= "b"',
        'id in ("a", "b")',
        "version = 3 and version in (1,3)",
        "paid = true",
        "not paid = false",
        "not (paid = false and version = 3)",
        'id = "x" or id = "b" and version = 3',
        '(id = "x" or id = "b") and version = 3',
        r'orderNumber = "no \"7\""',
        'tags = "green"',
        'tags in ("blue", "red")',
        'paymentInfo(payments(id="p2"))',
        'paymentInfo(payments(id="p1" and typeId="payment"))',
        'masterVariant(sku in ("Z","A-1")) or variants(sku in ("Z"))',
        'variants(sku = "A-3" and size > 4)',
        'createdAt > "2026-03-01T10:00:00Z"',
        'createdAt < "2026-03-01T11:00:01+01:00"',
        'missing != "x"',
        "`version` = 3",
        "version is defined and missing is not defined",
        "paymentInfo(payments is defined and refunds is not defined)",
        "nothing is defined and nothing is empty and tags is not empty",
        'tags contains any ("blue", "red")',
        'tags contains all ("green", "red")',
        'variants(sku contains any ("A-3"))',
    ],
)
def test_this_is_true_of_the_order(text: str):
    assert parse(text, {})(ORDER) is True


@pytest.mark.parametrize(
    "text",
    [
        'id = "a"',
        'tags != "green"',
        'variants(sku = "A-2" and size > 4)',
        'paymentInfo(payments(id="p2" and typeId="payment"))',
        'missing = "x"',
        'missing(id = "x")',
        'version > "2"',
        "paid = 1",
        'id = "x" and id = "b" or version = 4',
        "missing is defined",
        "missing(id is not defined)",
        "version is not defined",
        'tags contains any ("blue")',
        'tags contains all ("green", "blue")',
    ],
)
def test_this_is_not_true_of_the_order(text: str):
    assert parse(text, {})(ORDER) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id",
        "id =",
        "id = b",
        'id == "b"',
        'id = "b',
        'id = "b" and',
        'id = "b" id = "c"',
        '(id = "b"',
        'id = "b")',
        "id in ()",
        'id in "b"',
        'a.b = "c"',
        'id like "b"',
        "id = :unknown",
        "id = 'b'",
        "id is",
        "id is not",
        "id is here",
        'tags contains ("red")',
        "tags contains all ()",
        "version = 3x",
        "(" * 200 + 'id="b"' + ")" * 200,
    ],
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(Malformed):
        parse(text, {})


def test_variables_stand_for_values_that_need_no_escaping():
    assert parse("orderNumber = :number", {"number": ['no "7"']})(ORDER)
    assert parse("id in (:ids)", {"ids": ["a", "b"]})(ORDER)
    with pytest.raises(Malformed):
        parse("id = :ids", {"ids": ["a", "b"]})
