"""What an imported product becomes, and how little is asked for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from integration.core.errors import Reject
from integration.core.exchange import Skip
from integration.core.records import CategoryChanged, ProductChanged
from integration.sources.commercetools import lookups
from tests.integration.sources.collections_of import Shelf, import_of


def price(cents: int, **more: Any) -> dict[str, Any]:
    return {"value": {"centAmount": cents, "fractionDigits": 2, "currencyCode": "EUR"}, **more}


def product(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"product-{number:04}",
        "version": 2,
        "lastModifiedAt": "2026-11-21T12:00:00.000Z",
        "name": {"en": f"Tent {number}"},
        "categories": [{"typeId": "category", "id": "tents"}],
        "masterVariant": {"id": 1, "sku": f"SKU-{number}", "prices": [price(100 * number)]},
        "variants": [],
        **changes,
    }


def modular(number: int, **changes: Any) -> dict[str, Any]:
    bare = product(number, **changes)
    del bare["masterVariant"], bare["variants"]
    return bare


CATEGORIES = [
    {"id": "outdoor", "version": 5, "name": {"en": "Outdoor"}, "description": {"en": "All."}},
    {"id": "tents", "version": 1, "name": {"en": "Tents"}, "parent": {"id": "outdoor"}},
]


def test_what_products_refer_to_is_asked_for_by_the_page():
    listed = [product(number) for number in range(1, 181)]
    stock = [{"id": f"e{n}", "sku": f"SKU-{n}", "availableQuantity": n} for n in range(1, 181)]
    shelf = Shelf(product_projections=listed, categories=CATEGORIES, inventory=stock)

    found = import_of("products", shelf.read)

    outdoor, tents, last = found[-1].meaning
    assert [type(record) for record in (outdoor, tents)] == [CategoryChanged, CategoryChanged]
    assert [names["en"] for names in tents.path] == ["Outdoor", "Tents"]
    assert outdoor.version == 5
    assert isinstance(last, ProductChanged)
    assert last.category_ids == ("outdoor", "tents")
    assert (last.price.amount, last.variants[0].stock) == (Decimal(180), 180)
    assert [asked["kind"] for asked in shelf.asked] == [
        "product-projections",
        "categories",
        "categories",
        "inventory",
        "product-projections",
        "inventory",
    ]
    assert shelf.asked[0]["staged"] == ["false"]


def test_standalone_prices_are_read_for_those_that_have_them():
    listed = [product(1), product(2, priceMode="Standalone"), product(3, priceMode="Standalone")]
    prices = [
        {"id": "1", "sku": "SKU-1", **price(1)},
        {"id": "2", "sku": "SKU-2", **price(222)},
        {"id": "3", "sku": "SKU-2", "active": False, **price(1)},
    ]
    shelf = Shelf(product_projections=listed, standalone_prices=prices)

    found = [entry.meaning[-1].price for entry in import_of("products", shelf.read)]

    assert [each and each.amount for each in found] == [Decimal(1), Decimal("2.22"), None]
    assert shelf.asked_for("standalone-prices")[0]["where"] == ['sku in ("SKU-2","SKU-3")']


def test_variants_of_a_modular_catalogue_are_read_for_all_products_of_a_page(monkeypatch):
    monkeypatch.setattr("tests.integration.sources.collections_of.fits", lambda row, where: True)
    variants = [
        {"id": "v1", "sku": "A", "product": {"id": "product-0001"}, "attributes": [{"name": "x"}]},
        {"id": "v2", "sku": "B", "product": {"id": "product-0001"}, "default": True},
        {"id": "v3", "sku": "C", "product": {"id": "product-0002"}},
    ]
    shelf = Shelf(product_projections=[modular(1), modular(2)], variant_projections=variants)

    found = [entry.meaning[-1] for entry in import_of("products", shelf.read)]

    assert [[variant.sku for variant in each.variants] for each in found] == [["B", "A"], ["C"]]
    [asked] = shelf.asked_for("variant-projections")
    assert asked["where"] == ['product(id in ("product-0001","product-0002"))']


def test_a_product_without_variants_is_told_where_there_is_no_modular_catalogue():
    shelf = Shelf(product_projections=[modular(1)])
    shelf.refusals["variant-projections"] = Reject("No.", code="not_found")

    [entry] = import_of("products", shelf.read)

    assert entry.meaning[-1].variants == ()


def test_a_product_that_is_not_published_is_left_alone():
    [entry] = import_of("products", Shelf(product_projections=[product(1, published=False)]).read)

    assert entry.meaning == Skip("The product is not published.")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"categories": [{"typeId": "category"}]}, "/categories/0"),
        ({"masterVariant": {"sku": 5}}, "/masterVariant/sku"),
        ({"lastModifiedAt": "yesterday"}, "/lastModifiedAt"),
    ],
)
def test_a_product_that_cannot_be_used_is_pointed_at(changes: dict[str, Any], pointer: str):
    shelf = Shelf(product_projections=[product(1, **changes), product(2)])

    bad, good = import_of("products", shelf.read)

    assert isinstance(bad.meaning, Reject)
    assert bad.meaning.pointer == pointer
    assert isinstance(good.meaning[-1], ProductChanged)


def test_a_question_with_long_values_does_not_get_too_long():
    values = [f"{number}" + "ä" * 200 for number in range(100)]

    chunks = list(lookups.chunks(values))

    assert [value for chunk in chunks for value in chunk] == values
    assert {len(chunk) for chunk in chunks} == {4}
    assert [len(chunk) for chunk in lookups.chunks(str(number) for number in range(250))] == [
        100,
        100,
        50,
    ]


def test_one_value_that_is_too_long_is_asked_for_alone():
    assert list(lookups.chunks(["a", "b" * 10_000, "c"])) == [["a"], ["b" * 10_000], ["c"]]
