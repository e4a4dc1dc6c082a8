"""Which of a variant's prices is the one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from integration.core.money import Money
from integration.core.records import Price
from integration.core.rules import Json
from integration.sources.commercetools.mapping import moment, money, selling


@dataclass(frozen=True, kw_only=True)
class PriceRule:
    """For whom: a currency, a country, a distribution channel (its id, "" for none), and when."""

    currency: str
    country: str
    channel: str
    at: datetime

    def __str__(self) -> str:
        where = f" for {self.country}" if self.country else ""
        return f"{self.currency}{where}"


def choose(prices: Sequence[Json], rule: PriceRule) -> Money | None:
    """Return the price by the rule, None if there is none.

    Prices of customer groups are nobody's in particular and left out, as are those of other
    currencies, countries and channels, and those of another time. Of the rest the more exact wins:
    one for the channel, then one for the country, then one with dates, as in commercetools itself
    (Price selection).
    """
    best = _best(prices, rule)
    return money(selling(best)) if best else None


def explained(prices: Sequence[Json], rule: PriceRule) -> tuple[Money | None, str]:
    """Return what `choose` returns, and in words why it is that."""
    best = _best(prices, rule)
    if best is None:
        return None, f"No price in {rule} holds for the main variant: it was left out."
    chosen = money(selling(best))
    because = [
        words
        for words, applies in (
            ("it is the one of the chosen channel", "channel" in best),
            (f"it is the one for {rule.country}", "country" in best),
            ("it holds for a time that is now", _has_dates(best)),
            ("a product discount is off", "discounted" in best),
        )
        if applies
    ]
    why = " and ".join(because) or "it is the one for everybody"
    return chosen, f"The price is {chosen.amount:f} {chosen.currency}: {why}; {len(prices)} in all."


def _best(prices: Sequence[Json], rule: PriceRule) -> Json | None:
    return max(
        (price for price in prices if _fits(price, rule)),
        key=lambda price: ("channel" in price, "country" in price, _has_dates(price)),
        default=None,
    )


def choose_all(prices: Sequence[Json], rule: PriceRule) -> tuple[Price, ...]:
    """Return what the price is in each currency, and in each country that has one of its own."""
    chosen: list[Price] = []
    for currency in sorted({price["value"]["currencyCode"] for price in prices}):
        same = [price for price in prices if price["value"]["currencyCode"] == currency]
        countries = sorted({price["country"] for price in same if "country" in price})
        amounts = [choose(same, replace(rule, currency=currency, country=c)) for c in countries]
        of_country = [
            Price(amount=amount, country=country)
            for country, amount in zip(countries, amounts, strict=True)
            if amount
        ]
        general = choose(same, replace(rule, currency=currency))
        if general is None and of_country:  # any country's is better than none
            general = of_country[0].amount
        chosen += [Price(amount=general), *of_country] if general else []
    return tuple(chosen)


def _fits(price: Json, rule: PriceRule) -> bool:
    return (
        price["value"]["currencyCode"] == rule.currency
        and "customerGroup" not in price
        and price.get("country") in (None, rule.country)
        and price.get("channel", {}).get("id") in (None, rule.channel)
        and ("validFrom" not in price or moment(price["validFrom"]) <= rule.at)
        and ("validUntil" not in price or rule.at < moment(price["validUntil"]))
    )


def _has_dates(price: Json) -> bool:
    return "validFrom" in price or "validUntil" in price
