"""Which price is the one. A table of cases, as a person would write them down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integration.sources.commercetools.prices import PriceRule, choose, choose_all

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RULE = PriceRule(currency="EUR", country="DE", channel="", at=NOW)


def price(cents: int, currency: str = "EUR", **more: object) -> dict:
    return {"value": {"centAmount": cents, "fractionDigits": 2, "currencyCode": currency}, **more}


PLAIN = price(2000)
GERMAN = price(1900, country="DE")
AUSTRIAN = price(2100, country="AT")
DOLLARS = price(2500, "USD")
FRIENDS = price(100, customerGroup={"typeId": "customer-group", "id": "friends"})
IN_STORE = price(1700, channel={"typeId": "channel", "id": "berlin"})
SALE = price(1500, validFrom="2026-11-20T00:00:00Z", validUntil="2026-11-30T00:00:00Z")
OVER = price(1200, validUntil="2026-11-21T12:00:00Z")
TO_COME = price(1100, validFrom="2026-11-22T00:00:00Z")


@pytest.mark.parametrize(
    ("prices", "amount"),
    [
        ([PLAIN], "20"),
        ([DOLLARS, PLAIN], "20"),
        ([PLAIN, GERMAN, AUSTRIAN], "19"),
        ([AUSTRIAN, PLAIN], "20"),
        ([FRIENDS, PLAIN], "20"),
        ([IN_STORE, PLAIN], "20"),
        ([PLAIN, SALE], "15"),
        ([OVER, TO_COME, PLAIN], "20"),
        ([price(0)], "0"),
        ([price(2000, discounted={"value": price(1600)["value"]})], "16"),
    ],
)
def test_the_price_is(prices: list[dict], amount: str):
    chosen = choose(prices, RULE)

    assert chosen
    assert (chosen.amount, chosen.currency) == (Decimal(amount), "EUR")


@pytest.mark.parametrize("prices", [[], [DOLLARS], [AUSTRIAN], [FRIENDS], [OVER], [TO_COME]])
def test_there_is_no_price(prices: list[dict]):
    assert choose(prices, RULE) is None


def test_a_chosen_channel_goes_first():
    chosen = choose([PLAIN, SALE, IN_STORE], replace(RULE, channel="berlin"))

    assert chosen
    assert chosen.amount == 17


def test_every_currency_and_country_is_told():
    chosen = choose_all([PLAIN, GERMAN, AUSTRIAN, price(2500, "USD", country="US")], RULE)

    assert [(p.amount.currency, p.country, int(p.amount.amount)) for p in chosen] == [
        ("EUR", "", 19),
        ("EUR", "AT", 21),
        ("EUR", "DE", 19),
        ("USD", "", 25),
        ("USD", "US", 25),
    ]
