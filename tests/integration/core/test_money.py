"""Money is exact until it becomes a JSON number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integration.core.money import Money
from integration.sources.commercetools.mapping import money


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"centAmount": 1999, "currencyCode": "EUR", "fractionDigits": 2}, "19.99"),
        ({"centAmount": 1800, "currencyCode": "JPY", "fractionDigits": 0}, "1800"),
        ({"centAmount": 1234, "currencyCode": "KWD", "fractionDigits": 3}, "1.234"),
        (
            {
                "type": "highPrecision",
                "centAmount": 12,
                "preciseAmount": 123456,
                "currencyCode": "EUR",
                "fractionDigits": 6,
            },
            "0.123456",
        ),
    ],
)
def test_cents_become_amounts_by_the_currencys_own_digits(value: dict, expected: str):
    assert money(value) == Money(Decimal(expected), value["currencyCode"])


def test_a_whole_amount_is_a_whole_number_in_json():
    assert repr(Money(Decimal("20.00"), "EUR").as_number()) == "20"
    assert repr(Money(Decimal("20.10"), "EUR").as_number()) == "20.1"
