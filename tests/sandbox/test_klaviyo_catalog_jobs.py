"""Many objects of the catalog in one request, processed later."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

PREFIX = "$custom:::$default:::"
TEXTS = {"title": "Shirt", "description": "Blue", "url": "https://storewire-demo.com/shirt"}
ROWS = {"item": "items", "variant": "variants", "category": "categories"}
PATHS = {
    "item": "/api/catalog-items",
    "variant": "/api/catalog-variants",
    "category": "/api/catalog-categories",
}


def item(external_id: str, *categories: str, **more: object) -> dict:
    related = [{"type": "catalog-category", "id": PREFIX + category} for category in categories]
    beside = {"relationships": {"categories": {"data": related}}} if categories else {}
    attributes = {"external_id": external_id, **TEXTS, **more}
    return {"type": "catalog-item", "attributes": attributes, **beside}


def variant(external_id: str, item_id: str) -> dict:
    stock = {"sku": external_id, "inventory_quantity": 3, "price": 19.9}
    reference = {"type": "catalog-item", "id": PREFIX + item_id}
    return {
        "type": "catalog-variant",
        "attributes": {"external_id": external_id, **TEXTS, **stock},
        "relationships": {"item": {"data": reference}},
    }


def category(external_id: str) -> dict:
    attributes = {"external_id": external_id, "name": external_id.title()}
    return {"type": "catalog-category", "attributes": attributes}


def named(kind: str, external_id: str, **attributes: object) -> dict:
    beside = {"attributes": attributes} if attributes else {}
    return {"type": f"catalog-{kind}", "id": PREFIX + external_id, **beside}


def path(kind: str, verb: str) -> str:
    return f"/api/catalog-{kind}-bulk-{verb}-jobs"


def send(api, kind: str, verb: str, *rows: dict) -> TestResponse:
    attributes = {ROWS[kind]: {"data": list(rows)}}
    document = {"type": f"catalog-{kind}-bulk-{verb}-job", "attributes": attributes}
    return api.post(path(kind, verb), {"data": document})


def done(api, kind: str, verb: str, *rows: dict) -> dict:
    """The attributes of the job when it is done."""
    response = send(api, kind, verb, *rows)
    assert response.status_code == 202, response.json
    api.now += 0.5
    return api.get(f"{path(kind, verb)}/{response.json['data']['id']}").json["data"]["attributes"]


def failed(attributes: dict) -> list[tuple[str, str]]:
    """The codes and places of the rows that failed."""
    assert attributes["status"] == "complete"
    assert attributes["failed_count"] == len(attributes["errors"])
    assert attributes["completed_count"] == attributes["total_count"] - attributes["failed_count"]
    return [(error["code"], error["source"]["pointer"]) for error in attributes["errors"]]


def held(api, kind: str) -> list[str]:
    return [found["attributes"]["external_id"] for found in api.get(PATHS[kind]).json["data"]]


def test_what_each_job_does_is_what_the_single_calls_do(klaviyo_api):
    for kind, verb, rows in (
        ("category", "create", [category("clothes"), category("old")]),
        ("item", "create", [item("shirt", "clothes"), item("hat")]),
        ("variant", "create", [variant("shirt-m", "shirt"), variant("shirt-l", "shirt")]),
        ("category", "update", [named("category", "clothes", name="Garments")]),
        ("item", "update", [named("item", "shirt", price=20, title=None)]),
        ("variant", "update", [named("variant", "shirt-m", inventory_quantity=0)]),
        ("variant", "delete", [named("variant", "shirt-l")]),
        ("item", "delete", [named("item", "hat")]),
        ("category", "delete", [named("category", "old")]),
    ):
        assert failed(done(klaviyo_api, kind, verb, *rows)) == []

    state = klaviyo_api.state()
    [shirt], [size] = state["catalog_items"], state["catalog_variants"]
    [clothes] = state["catalog_categories"]
    assert (shirt["price"], shirt["title"], shirt["url"]) == (20, None, TEXTS["url"])
    assert shirt["categories"] == [clothes["id"]] == [PREFIX + "clothes"]
    assert (clothes["name"], size["inventory_quantity"]) == ("Garments", 0)


def test_a_job_is_queued_before_anything_is_done(klaviyo_api):
    document = send(klaviyo_api, "item", "create", item("shirt")).json["data"]

    attributes = document["attributes"]
    assert document["type"] == "catalog-item-bulk-create-job"
    assert (attributes["status"], attributes["total_count"]) == ("queued", 1)
    assert (attributes["errors"], attributes["completed_at"]) == ([], None)
    assert held(klaviyo_api, "item") == []
    klaviyo_api.now += 0.25
    one = klaviyo_api.get(f"{path('item', 'create')}/{document['id']}").json["data"]
    assert one["attributes"]["status"] == "processing"
    klaviyo_api.now += 0.25
    assert held(klaviyo_api, "item") == ["shirt"]


def test_a_row_fails_alone(klaviyo_api):
    done(klaviyo_api, "item", "create", item("shirt"))

    created = done(
        klaviyo_api, "item", "create", item("hat"), item("shirt"), item("sock", "lost"), item("tie")
    )
    updated = done(
        klaviyo_api, "item", "update", named("item", "lost", price=1), named("item", "hat", price=2)
    )
    deleted = done(klaviyo_api, "item", "delete", named("item", "tie"), named("item", "lost"))

    rows = "/data/attributes/items/data"
    assert failed(created) == [("duplicate", f"{rows}/1"), ("not_found", f"{rows}/2")]
    assert failed(updated) == [("not_found", f"{rows}/0")]
    assert failed(deleted) == [("not_found", f"{rows}/1")]
    assert {*created["errors"][0]} == {"id", "code", "title", "detail", "source"}
    assert held(klaviyo_api, "item") == ["shirt", "hat"]


def test_a_variant_needs_its_item_when_the_job_is_processed(klaviyo_api):
    send(klaviyo_api, "item", "create", item("shirt"))
    after = done(klaviyo_api, "variant", "create", variant("m", "shirt"), variant("l", "lost"))
    orphan = send(klaviyo_api, "variant", "create", variant("s", "hat"))
    send(klaviyo_api, "item", "create", item("hat"))
    klaviyo_api.now += 0.5

    assert failed(after) == [("not_found", "/data/attributes/variants/data/1")]
    id_ = orphan.json["data"]["id"]
    one = klaviyo_api.get(f"{path('variant', 'create')}/{id_}").json["data"]["attributes"]
    assert failed(one) == [("not_found", "/data/attributes/variants/data/0")]
    assert held(klaviyo_api, "variant") == ["m"]


@pytest.mark.parametrize(
    ("kind", "verb", "row", "pointer"),
    [
        ("item", "create", item("b", price="1"), "/attributes/price"),
        ("item", "create", item("b", custom_metadata={"a": "x" * 100_000}), None),
        ("item", "update", named("item", "b"), ""),
        ("variant", "create", {**variant("b", "a"), "relationships": {}}, "/relationships"),
        ("variant", "update", named("variant", "b", name="x"), "/attributes"),
        ("category", "create", {**category("b"), "id": "b"}, ""),
        ("category", "delete", named("item", "b"), "/type"),
    ],
)
def test_one_row_that_is_no_row_and_none_is_taken(klaviyo_api, kind, verb, row, pointer):
    good = {
        "create": {"item": item("a"), "variant": variant("a", "a"), "category": category("a")},
        "update": {k: named(k, "a", **{"name" if k == "category" else "title": "x"}) for k in ROWS},
        "delete": {k: named(k, "a") for k in ROWS},
    }[verb][kind]

    response = send(klaviyo_api, kind, verb, good, row)

    tail = "/attributes/custom_metadata" if pointer is None else pointer
    assert response.status_code == 400
    places = {error["source"]["pointer"] for error in response.json["errors"]}
    assert places == {f"/data/attributes/{ROWS[kind]}/data/1{tail}"}
    assert klaviyo_api.client.get("/_sandbox/jobs").json["jobs"] == []


def test_a_hundred_objects_are_taken_and_not_one_more(klaviyo_api):
    rows = [item(f"i-{n}") for n in range(101)]

    assert send(klaviyo_api, "item", "create", *rows).status_code == 400
    assert send(klaviyo_api, "item", "create").status_code == 400
    assert done(klaviyo_api, "item", "create", *rows[:100])["completed_count"] == 100


def test_five_hundred_jobs_of_a_type_can_be_in_progress(klaviyo_api):
    for n in range(500):
        assert send(klaviyo_api, "item", "create", item(f"i-{n}")).status_code == 202

    refused = send(klaviyo_api, "item", "create", item("one more"))

    assert refused.status_code == 400
    assert "500 jobs" in refused.json["errors"][0]["detail"]
    assert send(klaviyo_api, "item", "delete", named("item", "i-1")).status_code == 202
    klaviyo_api.now += 0.5
    assert send(klaviyo_api, "item", "create", item("one more")).status_code == 202


def test_jobs_are_found_by_their_type_and_status(klaviyo_api):
    done(klaviyo_api, "item", "create", item("shirt"))
    send(klaviyo_api, "item", "delete", named("item", "shirt"))
    id_ = send(klaviyo_api, "item", "create", item("hat")).json["data"]["id"]

    text = urlencode({"filter": "equals(status,'queued')"})
    address = f"{path('item', 'create')}?{text}"
    assert [found["id"] for found in klaviyo_api.get(address).json["data"]] == [id_]
    assert len(klaviyo_api.get(path("item", "create")).json["data"]) == 2
    address = f"{path('item', 'create')}?{text.replace('equals', 'any')}"
    assert klaviyo_api.get(address).status_code == 400


@pytest.mark.parametrize("kind", ["item", "variant", "category"])
def test_a_hundred_ids_are_looked_up_in_one_question(klaviyo_api, kind: str):
    done(klaviyo_api, "item", "create", item("shirt"))
    rows = {
        "item": [item(f"i-{n}") for n in range(100)],
        "variant": [variant(f"i-{n}", "shirt") for n in range(100)],
        "category": [category(f"i-{n}") for n in range(100)],
    }[kind]
    done(klaviyo_api, kind, "create", *rows)
    ids = ",".join(f'"{PREFIX}i-{n}"' for n in [*range(50, 100), *range(1000, 1050)])

    question = {
        "filter": f"any(ids,[{ids}])",
        f"fields[catalog-{kind}]": "external_id",
        "page[size]": 100,
    }
    page = klaviyo_api.get(f"{PATHS[kind]}?{urlencode(question)}").json

    assert [found["attributes"] for found in page["data"]] == [
        {"external_id": f"i-{n}"} for n in range(50, 100)
    ]
    assert page["links"]["next"] is None


def test_a_field_that_there_is_not_is_refused(klaviyo_api):
    response = klaviyo_api.get("/api/catalog-items?fields[catalog-item]=external_id,colour")

    assert response.json["errors"][0]["source"] == {"parameter": "fields[catalog-item]"}
