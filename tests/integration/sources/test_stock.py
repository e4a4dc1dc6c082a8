"""How many there are to sell."""

from __future__ import annotations

import pytest

from integration.sources.commercetools.stock import quantity


def entry(available: int, channel: str = "") -> dict:
    more = {"supplyChannel": {"typeId": "channel", "id": channel}} if channel else {}
    return {"sku": "A", "availableQuantity": available, **more}


BERLIN, PARIS, NOWHERE = entry(3, "berlin"), entry(4, "paris"), entry(10)


@pytest.mark.parametrize(
    ("entries", "channels", "expected"),
    [
        ([], set(), None),
        ([NOWHERE], set(), 10),
        ([NOWHERE, BERLIN], set(), 10),
        ([BERLIN, PARIS], set(), 7),
        ([BERLIN, PARIS, NOWHERE], {"berlin"}, 3),
        ([BERLIN, PARIS, NOWHERE], {"berlin", "paris"}, 7),
        ([PARIS, NOWHERE], {"berlin"}, 10),
        ([PARIS], {"berlin"}, 0),
        ([entry(-2)], set(), 0),
        ([{"sku": "A", "quantityOnStock": 5}], set(), 5),
    ],
)
def test_the_quantity_is(entries: list[dict], channels: set[str], expected: int | None):
    assert quantity(entries, frozenset(channels)) == expected
