"""Phone numbers become E.164, or nothing."""

from __future__ import annotations

import pytest

from integration.core.phone import e164


@pytest.mark.parametrize(
    ("written", "countries", "expected"),
    [
        ("0151 23456789", ("DE",), "+4915123456789"),
        ("+44 7911 123456", ("DE",), "+447911123456"),
        ("040-123456", ("SE", "DE"), "+4640123456"),
        ("call me", ("DE",), None),
        ("123", ("DE",), None),
        ("0151 23456789", ("", ""), None),
        ("+4915123456789", ("",), "+4915123456789"),
    ],
)
def test_a_number_is_read_by_the_first_country_in_which_it_is_valid(written, countries, expected):
    assert e164(written, *countries) == expected
