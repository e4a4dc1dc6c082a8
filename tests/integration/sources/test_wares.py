"""What the shop says of some SKUs and products when it is asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from integration.core.errors import Reject, Retry
from integration.core.exchange import Read
from integration.core.plugins import Shop
from integration.core.records import ProductChanged, ProductUnpublished, Record, StockChanged
from integration.sources.commercetools import SOURCE
from tests.conftest import Sandbox
from tests.integration.sources import collections_of
from tests.integration.sources.collections_of import Noting, Shelf, facts, reader

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
WITHIN = re.compile(r"^(masterVariant|variants)\((.*)\)$")


@pytest.fixture(autouse=True)
def _products_are_found_by_their_skus(monkeypatch):
    plain = collections_of.fits

    def fits(row: dict, where: str) -> bool:
        if found := WITHIN.match(where):
            inside = row.get(found[1], [])
            return any(
                plain(one, found[2]) for one in ([inside] * isinstance(inside, dict) or inside)
            )
        return plain(row, where)

    monkeypatch.setattr(collections_of, "fits", fits)


def product(id_: str, *skus: str, **changes: Any) -> dict[str, Any]:
    main, *others = [{"id": place, "sku": sku} for place, sku in enumerate(skus, 1)]
    return {
        "id": id_,
        "version": 2,
        "name": {"en": id_.title()},
        "masterVariant": main,
        "variants": others,
        **changes,
    }


def entry(sku: str, available: int, channel: str = "") -> dict[str, Any]:
    more = {"supplyChannel": {"typeId": "channel", "id": channel}} if channel else {}
    return {"id": f"{sku}-{channel}", "sku": sku, "availableQuantity": available, **more}


def told(read: Read, skus: list[str], ids: list[str], **settings: dict) -> list[Record]:
    assert SOURCE.wares is not None
    return SOURCE.wares(skus, ids, Shop(store=facts(**settings), read=read, at=AT))


def stock(records: list[Record]) -> dict[str, int | None]:
    return {one.sku: one.after for one in records if isinstance(one, StockChanged)}


def test_each_sku_has_its_stock_and_each_product_is_as_shoppers_see_it():
    shelf = Shelf(
        product_projections=[product("tent", "T-1", "T-2"), product("stove", "S-1")],
        inventory=[entry("T-1", 3), entry("S-1", 0)],
    )

    records = told(shelf.read, ["T-1", "T-2", "S-1"], ["tent"])

    assert stock(records) == {"S-1": 0, "T-1": 3, "T-2": None}
    assert {one.occurred_at for one in records} == {AT}
    products = [one for one in records if isinstance(one, ProductChanged)]
    assert sorted(one.external_id for one in products) == ["stove", "tent"]
    assert {len(records)} == {5}


def test_of_an_id_the_whole_product_is_told_and_of_the_skus_asked_for_only_their_stock():
    shelf = Shelf(product_projections=[product("tent", "T-1", "T-2")], inventory=[entry("T-2", 7)])

    [tent] = told(shelf.read, [], ["tent"])

    assert isinstance(tent, ProductChanged)
    assert [(one.sku, one.stock) for one in tent.variants] == [("T-1", None), ("T-2", 7)]


def test_a_product_that_shoppers_do_not_see_is_unpublished():
    shelf = Shelf(
        product_projections=[product("tent", "T-1", published=False)], inventory=[entry("T-1", 9)]
    )

    records = told(shelf.read, ["T-1"], ["tent", "gone"])

    assert [(type(one), one.external_id) for one in records] == [
        (ProductUnpublished, "gone"),
        (ProductUnpublished, "tent"),
        (StockChanged, "T-1"),
    ]
    assert stock(records) == {"T-1": 9}


def test_a_sku_that_no_product_has_and_nobody_counts_is_not_to_be_had():
    shelf = Shelf(product_projections=[product("tent", "T-1")], inventory=[entry("OLD", 4)])

    assert stock(told(shelf.read, ["T-1", "OLD", "TYPO"], [])) == {
        "T-1": None,
        "OLD": 4,
        "TYPO": 0,
    }


def test_stock_is_that_of_the_stores_channel():
    shelf = Shelf(
        product_projections=[product("tent", "T-1")],
        inventory=[entry("T-1", 50), entry("T-1", 2, "berlin"), entry("T-1", 9, "paris")],
    )
    rule = {"channel": "berlin", "store": ""}

    assert stock(told(shelf.read, ["T-1"], [], inventory=rule)) == {"T-1": 2}


def test_many_are_asked_for_in_few_questions():
    skus = [f"SKU-{number:03}" for number in range(250)]
    products = [product(f"p{sku}", sku) for sku in skus]
    shelf = Shelf(product_projections=products, inventory=[entry(sku, 1) for sku in skus])

    records = told(shelf.read, skus, [f"p{sku}" for sku in skus])

    assert len(records) == 500
    assert [asked["kind"] for asked in shelf.asked] == [
        *["product-projections"] * 6,  # three hundreds of main variants, and of others
        *["inventory"] * 3,
    ]
    assert all(asked["staged"] == ["false"] for asked in shelf.asked_for("product-projections"))


def test_a_product_that_cannot_be_used_does_not_hold_up_the_others():
    shelf = Shelf(
        product_projections=[product("bad", "B-1", name="Tent"), product("tent", "T-1")],
        inventory=[entry("B-1", 1), entry("T-1", 1)],
    )

    records = told(shelf.read, ["B-1", "T-1"], ["bad", "tent"])

    assert [one.external_id for one in records] == ["B-1", "T-1", "tent"]


def test_skus_of_a_modular_catalogue_lead_to_their_products():
    whole = product("tent", "-")
    bare = {name: whole[name] for name in ("id", "version", "name")}
    variants = [{"id": "v1", "sku": "M-1", "product": {"id": "tent"}}]
    shelf = Shelf(product_projections=[bare], variant_projections=variants)

    [changed, tent] = told(lambda path: _modular(shelf, path), ["M-1"], [])

    assert isinstance(tent, ProductChanged)
    assert (tent.external_id, [one.sku for one in tent.variants]) == ("tent", ["M-1"])
    assert stock([changed]) == {"M-1": None}


def _modular(shelf: Shelf, path: str) -> dict:
    # A shelf knows no reference: whatever is asked of variants' products is there.
    return shelf.read(path.replace("product%28id+in+%28%22tent%22%29%29", "id+in+%28%22v1%22%29"))


def test_a_shop_without_a_modular_catalogue_is_one_without():
    shelf = Shelf()
    shelf.refusals["variant-projections"] = Reject("No.", code="not_found")

    assert stock(told(shelf.read, ["A"], [])) == {"A": 0}


def test_a_shop_that_does_not_answer_says_nothing():
    shelf = Shelf(product_projections=[product("tent", "T-1")])
    shelf.refusals["inventory"] = Retry("Away.")

    with pytest.raises(Retry):
        told(shelf.read, ["T-1"], ["tent"])


def test_nothing_is_asked_for_nothing():
    shelf = Shelf()

    assert told(shelf.read, [], []) == []
    assert shelf.asked == []


def test_the_sandbox_answers_as_a_shop_does(sandbox: Sandbox):
    read = Noting(reader(sandbox.url))
    listed = read("/product-projections?limit=500&staged=false")["results"]
    inventory = read("/inventory?limit=500")["results"]
    skus = sorted({one["masterVariant"]["sku"] for one in listed})
    plain = {
        one["sku"]: one["availableQuantity"] for one in inventory if "supplyChannel" not in one
    }

    records = told(read, skus, [one["id"] for one in listed])

    assert stock(records) == {sku: plain[sku] for sku in skus}
    products = [one for one in records if isinstance(one, ProductChanged)]
    assert sorted(one.external_id for one in products) == sorted(one["id"] for one in listed)
    assert all(one.name and one.variants and one.price for one in products)
