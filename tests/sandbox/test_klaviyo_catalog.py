"""What Klaviyo does with its catalog: items, their variants, their categories."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

PREFIX = "$custom:::$default:::"
SHIRT, SIZE_M, CLOTHES = f"{PREFIX}shirt", f"{PREFIX}shirt-m", f"{PREFIX}clothes"
PATHS = {
    "catalog-item": "/api/catalog-items",
    "catalog-variant": "/api/catalog-variants",
    "catalog-category": "/api/catalog-categories",
}
LISTS = {
    "catalog-item": "catalog_items",
    "catalog-variant": "catalog_variants",
    "catalog-category": "catalog_categories",
}


def one(id_: str, type_: str = "catalog-item") -> str:
    return f"{PATHS[type_]}/{quote(id_, safe='')}"


def of(*ids: str, type_: str = "catalog-category") -> list[dict]:
    return [{"type": type_, "id": id_} for id_ in ids]


def create(api, type_: str, attributes: dict, **relationships: object) -> TestResponse:
    related = {name: {"data": value} for name, value in relationships.items()}
    beside = {"relationships": related} if related else {}
    return api.post(PATHS[type_], {"data": {"type": type_, "attributes": attributes, **beside}})


def create_item(api, external_id: str = "shirt", **more: object) -> TestResponse:
    related = {"categories": more.pop("categories")} if "categories" in more else {}
    texts = {"title": "Shirt", "description": "Blue", "url": "https://storewire-demo.com/shirt"}
    attributes = {"external_id": external_id, **texts, **more}
    return create(api, "catalog-item", attributes, **related)


def create_variant(api, external_id: str = "shirt-m", item: str = SHIRT, **more) -> TestResponse:
    texts = {"title": "Shirt M", "description": "Blue", "url": "https://storewire-demo.com/shirt"}
    stock = {"sku": external_id.upper(), "inventory_quantity": 3, "price": 19.9}
    attributes = {"external_id": external_id, **texts, **stock, **more}
    [reference] = of(item, type_="catalog-item")
    return create(api, "catalog-variant", attributes, item=reference)


def create_category(api, external_id: str = "clothes", **related: object) -> TestResponse:
    attributes = {"external_id": external_id, "name": external_id.title()}
    return create(api, "catalog-category", attributes, **related)


def update(api, type_: str, id_: str, attributes: dict, **relationships: object) -> TestResponse:
    related = {name: {"data": value} for name, value in relationships.items()}
    beside = {"relationships": related} if related else {}
    body = {"data": {"type": type_, "id": id_, "attributes": attributes, **beside}}
    return api.client.patch(one(id_, type_), json=body, headers=api.headers)


def delete(api, type_: str, id_: str) -> TestResponse:
    return api.client.delete(one(id_, type_), headers=api.headers)


def held(api, type_: str) -> dict[str, dict]:
    return {found["external_id"]: found for found in api.state()[LISTS[type_]]}


def refusal(response: TestResponse) -> tuple[int, str, dict]:
    [error] = response.json["errors"]
    assert error["status"] == response.status_code
    return error["status"], error["code"], error["source"]


@pytest.fixture
def catalog(klaviyo_api):
    """A Klaviyo with a category, an item in it, and a variant of the item."""
    assert create_category(klaviyo_api).status_code == 201
    assert create_item(klaviyo_api, categories=of(CLOTHES)).status_code == 201
    assert create_variant(klaviyo_api).status_code == 201
    return klaviyo_api


def test_a_new_item_gets_an_id_and_what_nobody_said(klaviyo_api):
    made = create_item(klaviyo_api, price=19.9, integration_type="$custom").json["data"]

    stamps = made["attributes"].pop("created"), made["attributes"].pop("updated")
    assert all(stamps)
    assert made == {
        "type": "catalog-item",
        "id": SHIRT,
        "attributes": {
            "external_id": "shirt",
            "title": "Shirt",
            "description": "Blue",
            "url": "https://storewire-demo.com/shirt",
            "price": 19.9,
            "image_full_url": None,
            "image_thumbnail_url": None,
            "images": [],
            "custom_metadata": {},
            "published": True,
        },
        "links": {"self": f"http://localhost/api/catalog-items/{SHIRT}"},
    }


def test_the_state_says_what_belongs_to_what(catalog):
    assert held(catalog, "catalog-item")["shirt"]["categories"] == [CLOTHES]
    variant = held(catalog, "catalog-variant")["shirt-m"]
    assert (variant["item"], variant["inventory_quantity"], variant["inventory_policy"]) == (
        SHIRT,
        3,
        0,
    )
    assert held(catalog, "catalog-category")["clothes"]["name"] == "Clothes"


def test_what_exists_is_not_created_again(catalog):
    source = {"pointer": "/data/attributes/external_id"}
    for again in (
        create_item(catalog, title="Other"),
        create_variant(catalog, title="Other"),
        create_category(catalog),
    ):
        assert refusal(again) == (409, "duplicate", source)
        assert again.json["errors"][0]["meta"] == {}
    assert held(catalog, "catalog-item")["shirt"]["title"] == "Shirt"


@pytest.mark.parametrize("type_", list(PATHS))
def test_what_does_not_exist_is_not_found(klaviyo_api, type_: str):
    for response in (
        klaviyo_api.get(one(SHIRT, type_)),
        update(klaviyo_api, type_, SHIRT, {}),
        delete(klaviyo_api, type_, SHIRT),
    ):
        assert refusal(response) == (404, "not_found", {})


def test_what_is_referred_to_must_exist(catalog):
    lost = f"{PREFIX}lost"
    categories, items = of(CLOTHES, lost), of(SHIRT, lost, type_="catalog-item")

    for refused, pointer in (
        (create_variant(catalog, "x", item=lost), "/data/relationships/item/data"),
        (create_item(catalog, "x", categories=categories), "/data/relationships/categories/data/1"),
        (
            update(catalog, "catalog-item", SHIRT, {"title": "x"}, categories=of(lost)),
            "/data/relationships/categories/data/0",
        ),
        (create_category(catalog, "x", items=items), "/data/relationships/items/data/1"),
        (
            update(catalog, "catalog-category", CLOTHES, {"name": "x"}, items=items),
            "/data/relationships/items/data/1",
        ),
    ):
        assert refusal(refused) == (404, "not_found", {"pointer": pointer})
    assert [list(held(catalog, type_)) for type_ in PATHS] == [["shirt"], ["shirt-m"], ["clothes"]]
    assert held(catalog, "catalog-item")["shirt"]["title"] == "Shirt"


def test_an_update_changes_what_it_names(catalog):
    changed = update(catalog, "catalog-item", SHIRT, {"published": False, "price": None})
    update(catalog, "catalog-variant", SIZE_M, {"inventory_quantity": 0})
    update(catalog, "catalog-category", CLOTHES, {"name": "Wear"})

    assert changed.status_code == 200
    assert changed.json["data"]["attributes"]["published"] is False
    item = held(catalog, "catalog-item")["shirt"]
    assert (item["title"], item["price"], item["categories"]) == ("Shirt", None, [CLOTHES])
    variant = held(catalog, "catalog-variant")["shirt-m"]
    assert (variant["inventory_quantity"], variant["price"]) == (0, 19.9)
    assert held(catalog, "catalog-category")["clothes"]["name"] == "Wear"


def test_an_update_needs_its_own_id(catalog):
    body = {"data": {"type": "catalog-item", "id": "other", "attributes": {}}}
    response = catalog.client.patch(one(SHIRT), json=body, headers=catalog.headers)

    assert refusal(response) == (400, "invalid", {"pointer": "/data/id"})


def test_relationships_of_an_update_replace_those_before(catalog):
    sale = create_category(catalog, "sale").json["data"]["id"]

    update(catalog, "catalog-item", SHIRT, {}, categories=of(sale, sale))
    assert held(catalog, "catalog-item")["shirt"]["categories"] == [sale]
    update(catalog, "catalog-category", CLOTHES, {}, items=of(SHIRT, type_="catalog-item"))
    assert held(catalog, "catalog-item")["shirt"]["categories"] == [sale, CLOTHES]
    update(catalog, "catalog-category", sale, {}, items=[])
    assert held(catalog, "catalog-item")["shirt"]["categories"] == [CLOTHES]
    update(catalog, "catalog-item", SHIRT, {}, categories=[])
    assert held(catalog, "catalog-item")["shirt"]["categories"] == []


def test_deleting_an_item_deletes_its_variants_only(catalog):
    create_item(catalog, "hat")
    create_variant(catalog, "hat-s", item=f"{PREFIX}hat")

    response = delete(catalog, "catalog-item", SHIRT)

    assert (response.status_code, response.data) == (204, b"")
    assert [list(held(catalog, type_)) for type_ in PATHS] == [["hat"], ["hat-s"], ["clothes"]]


def test_deleting_a_category_leaves_its_items(catalog):
    assert delete(catalog, "catalog-category", CLOTHES).status_code == 204
    assert delete(catalog, "catalog-variant", SIZE_M).status_code == 204

    assert held(catalog, "catalog-item")["shirt"]["categories"] == []
    assert held(catalog, "catalog-category") == held(catalog, "catalog-variant") == {}


def test_a_deletion_needs_no_media_type(catalog):
    del catalog.headers["Content-Type"]

    assert delete(catalog, "catalog-item", SHIRT).status_code == 204


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"title": None}, "/data/attributes/title"),
        ({"url": 5}, "/data/attributes/url"),
        ({"price": "19.90"}, "/data/attributes/price"),
        ({"images": "https://x"}, "/data/attributes/images"),
        ({"external_id": ""}, "/data/attributes/external_id"),
        ({"integration_type": "shopify"}, "/data/attributes/integration_type"),
        ({"catalog_type": "other"}, "/data/attributes/catalog_type"),
        ({"custom_metadata": {"a": {"b": 1}}}, "/data/attributes/custom_metadata/a"),
        ({"custom_metadata": {"a": "x" * 100_000}}, "/data/attributes/custom_metadata"),
        ({"sku": "S"}, "/data/attributes"),
    ],
)
def test_a_bad_item_is_refused_at_its_place(klaviyo_api, attributes: dict, pointer: str):
    assert refusal(create_item(klaviyo_api, **attributes)) == (400, "invalid", {"pointer": pointer})
    assert held(klaviyo_api, "catalog-item") == {}


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"price": None}, "/data/attributes/price"),
        ({"inventory_quantity": None}, "/data/attributes/inventory_quantity"),
        ({"inventory_policy": 3}, "/data/attributes/inventory_policy"),
        ({"currency": "EUR"}, "/data/attributes"),
    ],
)
def test_a_bad_variant_is_refused_at_its_place(catalog, attributes: dict, pointer: str):
    response = create_variant(catalog, "shirt-l", **attributes)

    assert refusal(response) == (400, "invalid", {"pointer": pointer})
    assert list(held(catalog, "catalog-variant")) == ["shirt-m"]


@pytest.mark.parametrize("name", ["title", "description", "url", "external_id"])
def test_an_item_needs_all_that_is_required(klaviyo_api, name: str):
    attributes = dict.fromkeys({"title", "description", "url", "external_id"} - {name}, "x")

    response = create(klaviyo_api, "catalog-item", attributes)
    assert refusal(response) == (400, "invalid", {"pointer": "/data/attributes"})


def test_a_variant_needs_an_item_and_keeps_it(catalog):
    attributes = {
        **dict.fromkeys(("external_id", "title", "description", "url", "sku"), "x"),
        **dict.fromkeys(("inventory_quantity", "price"), 1),
    }
    alone = create(catalog, "catalog-variant", attributes)
    assert refusal(alone) == (400, "invalid", {"pointer": "/data"})

    [item] = of(SHIRT, type_="catalog-item")
    moved = update(catalog, "catalog-variant", SIZE_M, {}, item=item)
    assert refusal(moved) == (400, "invalid", {"pointer": "/data"})


def test_an_external_id_is_fixed(catalog):
    response = update(catalog, "catalog-item", SHIRT, {"external_id": "x"})

    assert refusal(response) == (400, "invalid", {"pointer": "/data/attributes"})


def test_an_external_id_may_have_any_signs(klaviyo_api):
    id_ = create_item(klaviyo_api, "ä/b c%2F+?#").json["data"]["id"]
    create_variant(klaviyo_api, "v", item=id_)

    assert klaviyo_api.get(one(id_)).json["data"]["id"] == id_ == f"{PREFIX}ä/b c%2F+?#"
    assert len(klaviyo_api.get(f"{one(id_)}/variants").json["data"]) == 1
    assert klaviyo_api.get(f"{one(id_)}/relationships/categories").json["data"] == []
    assert update(klaviyo_api, "catalog-item", id_, {"title": "x"}).status_code == 200
    assert delete(klaviyo_api, "catalog-item", id_).status_code == 204
