"""What Klaviyo answers when it is asked what it has, and how items get into categories."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import TestResponse

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"
PREFIX = "$custom:::$default:::"
TEXTS = {"title": "Shirt", "description": "Blue", "url": "https://storewire-demo.com/shirt"}


def id_of(response: TestResponse) -> str:
    return response.json["data"]["id"]


def ids(response: TestResponse) -> list[str]:
    assert response.status_code == 200
    return [found["id"] for found in response.json["data"]]


def filtered(api, path: str, text: str) -> TestResponse:
    return api.get(f"{path}?{urlencode({'filter': text})}")


def create_item(api, external_id: str, **more: object) -> str:
    attributes = {"external_id": external_id, **TEXTS, **more}
    document = {"type": "catalog-item", "attributes": attributes}
    return id_of(api.post("/api/catalog-items", {"data": document}))


def create_variant(api, external_id: str, item: str, quantity: int = 3) -> str:
    stock = {"sku": external_id, "inventory_quantity": quantity, "price": 19.9}
    document = {
        "type": "catalog-variant",
        "attributes": {"external_id": external_id, **TEXTS, **stock},
        "relationships": {"item": {"data": {"type": "catalog-item", "id": item}}},
    }
    return id_of(api.post("/api/catalog-variants", {"data": document}))


def create_category(api, external_id: str, name: str = "Clothes") -> str:
    attributes = {"external_id": external_id, "name": name}
    document = {"type": "catalog-category", "attributes": attributes}
    return id_of(api.post("/api/catalog-categories", {"data": document}))


def link(api, method: str, path: str, type_: str, *others: str) -> TestResponse:
    body = {"data": [{"type": type_, "id": other} for other in others]}
    return api.client.open(path, method=method, json=body, headers=api.headers)


def followed(api, path: str) -> list[list[str]]:
    seen = []
    while path:
        response = api.get(path)
        seen.append(ids(response))
        path = response.json["links"]["next"]
    return seen


def test_following_the_pages_shows_every_object_once(klaviyo_api):
    items = [create_item(klaviyo_api, f"a/{n}") for n in range(5)]
    variants = [create_variant(klaviyo_api, f"v{n}", items[0]) for n in range(3)]
    create_variant(klaviyo_api, "other", items[1])

    assert followed(klaviyo_api, "/api/catalog-items") == [items]
    assert followed(klaviyo_api, "/api/catalog-items?page[size]=2") == [
        items[:2],
        items[2:4],
        items[4:],
    ]
    path = f"/api/catalog-items/{quote(items[0], safe='')}/variants?page[size]=2"
    assert followed(klaviyo_api, path) == [variants[:2], variants[2:]]


def test_a_filter_lasts_from_page_to_page(klaviyo_api):
    items = [create_item(klaviyo_api, f"i{n}") for n in range(4)]
    text = f"any(ids,['{items[3]}', \"{items[1]}\",'{items[0]}','{PREFIX}lost'])"

    path = f"/api/catalog-items?{urlencode({'filter': text, 'page[size]': 2})}"
    assert followed(klaviyo_api, path) == [[items[0], items[1]], [items[3]]]


def test_variants_and_categories_are_filtered_by_their_ids(klaviyo_api):
    item = create_item(klaviyo_api, "i")
    variants = [create_variant(klaviyo_api, f"v{n}", item) for n in range(2)]
    categories = [create_category(klaviyo_api, f"c{n}") for n in range(2)]

    for path, known in (
        ("/api/catalog-variants", variants),
        (f"/api/catalog-items/{quote(item, safe='')}/variants", variants),
        ("/api/catalog-categories", categories),
    ):
        assert ids(filtered(klaviyo_api, path, f'any(ids,["{known[1]}"])')) == known[1:]


@pytest.mark.parametrize("path", ["/api/catalog-items", "/api/profiles"])
@pytest.mark.parametrize(
    "text", ["", "any(ids,[])", "any(email,x)", "equals(email,[])", "contains(title,'x')", "x"]
)
def test_a_filter_that_is_not_known_is_refused(klaviyo_api, path: str, text: str):
    response = filtered(klaviyo_api, path, text)

    assert response.status_code == 400
    assert response.json["errors"][0]["source"] == {"parameter": "filter"}


def test_a_question_about_the_catalog_that_is_not_known_is_refused(klaviyo_api):
    for name in ("sort", "include", "fields[catalog-variant]"):
        response = klaviyo_api.get(f"/api/catalog-items?{name}=created")
        assert response.json["errors"][0]["source"] == {"parameter": name}
    assert klaviyo_api.get("/api/catalog-items?page[size]=101").status_code == 400


def test_profiles_are_found_by_their_identifiers(klaviyo_api):
    ada = id_of(klaviyo_api.import_profile(email=ADA, external_id='c-"1\\'))
    bea = id_of(klaviyo_api.import_profile(email=BEA, phone_number="+491760406901"))

    for text, found in (
        ('equals(external_id,"c-\\"1\\\\")', [ada]),
        (f'equals(email,"{ADA.upper()}")', [ada]),
        ('equals(phone_number,"+491760406901")', [bea]),
        (f"any(email,['{BEA}', 'nobody@storewire-demo.com', '{ADA}','{BEA}'])", [bea, ada]),
        (f'equals(id,"{bea}")', [bea]),
        ('equals(external_id,"c-2")', []),
    ):
        assert ids(filtered(klaviyo_api, "/api/profiles", text)) == found


def test_categories_of_an_item_are_added_replaced_and_removed(klaviyo_api):
    item = create_item(klaviyo_api, "i")
    a, b, c = (create_category(klaviyo_api, name) for name in "abc")
    path = f"/api/catalog-items/{quote(item, safe='')}/relationships/categories"

    for method, others, after in (
        ("POST", [a, b], [a, b]),
        ("POST", [b], [a, b]),
        ("DELETE", [a, c], [b]),
        ("PATCH", [c, a], [c, a]),
        ("PATCH", [], []),
    ):
        response = link(klaviyo_api, method, path, "catalog-category", *others)
        assert (response.status_code, response.data) == (204, b"")
        assert ids(klaviyo_api.get(path)) == after
        assert klaviyo_api.state()["catalog_items"][0]["categories"] == after


def test_items_of_a_category_are_added_replaced_and_removed(klaviyo_api):
    category = create_category(klaviyo_api, "c")
    a, b, c = (create_item(klaviyo_api, name) for name in "abc")
    path = f"/api/catalog-categories/{quote(category, safe='')}/relationships/items"

    for method, others, after in (
        ("POST", [a, b], [a, b]),
        ("DELETE", [a], [b]),
        ("PATCH", [c, a], [a, c]),
    ):
        assert link(klaviyo_api, method, path, "catalog-item", *others).status_code == 204
        assert ids(klaviyo_api.get(path)) == after
    assert klaviyo_api.get(path).json["data"][0] == {"type": "catalog-item", "id": a}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_link_needs_both_its_ends(klaviyo_api, method: str):
    item, category = create_item(klaviyo_api, "i"), create_category(klaviyo_api, "c")
    path = f"/api/catalog-items/{quote(item, safe='')}/relationships/categories"

    half = link(klaviyo_api, method, path, "catalog-category", category, f"{PREFIX}lost")
    nowhere = link(
        klaviyo_api, method, path.replace(quote(item, safe=""), "lost"), "catalog-category"
    )
    wrong = link(klaviyo_api, method, path, "catalog-item", item)

    assert (half.status_code, half.json["errors"][0]["source"]) == (404, {"pointer": "/data/1"})
    assert nowhere.status_code == 404
    assert wrong.json["errors"][0]["source"] == {"pointer": "/data/0/type"}
    assert ids(klaviyo_api.get(path)) == []


def test_the_page_shows_the_catalogue_without_trusting_it(klaviyo_api):
    assert "No product yet" in klaviyo_api.client.get("/").text
    picture = "https://storewire-demo.com/shirt.jpg"
    item = create_item(
        klaviyo_api, "i", title="<b>Shirt</b>", price=12.5, image_full_url=picture, published=False
    )
    create_variant(klaviyo_api, "SKU-M", item, quantity=4)
    category = create_category(klaviyo_api, "c", name="Shirts & more")
    path = f"/api/catalog-items/{quote(item, safe='')}/relationships/categories"
    link(klaviyo_api, "POST", path, "catalog-category", category)
    create_item(klaviyo_api, "bare")

    page = klaviyo_api.client.get("/").text

    for shown in ("&lt;b&gt;Shirt", picture, "12.50", "SKU-M: 4", "Shirts &amp; more", "hidden"):
        assert shown in page
    assert "no picture" in page
    assert "no variant" in page
