"""Importing categories and products: in order, made or changed, and gone when gone."""

from __future__ import annotations

import pytest
import requests

from integration import bulk
from integration.bulk import writing
from integration.core.errors import Reject
from integration.models import Delivery, FailedEvent, JobRun, ResourceVersion
from integration.sources.commercetools import client
from integration.sources.commercetools.imports import entries


def catalog(sandbox) -> dict[str, set[str]]:
    """The external ids of what Klaviyo's catalogue holds, by type."""
    state = sandbox.state()
    names = ("catalog_categories", "catalog_items", "catalog_variants")
    return {name: {one["external_id"] for one in state[name]} for name in names}


def everything(sandbox) -> list[dict]:
    state = sandbox.state()
    return [*state["catalog_categories"], *state["catalog_items"], *state["catalog_variants"]]


def foreign_item(sandbox) -> None:
    """Another shop has an item in the same account."""
    attributes = {
        "external_id": "somebody-elses",
        "title": "Theirs",
        "description": "Not ours",
        "url": "https://other.example/1",
    }
    requests.post(
        f"{sandbox.url}/klaviyo/api/catalog-items",
        json={"data": {"type": "catalog-item", "attributes": attributes}},
        headers={"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"},
        timeout=5,
    ).raise_for_status()


def operations(sandbox) -> list[str]:
    asked = [request["operation"] for request in sandbox.requests()]
    return [name for name in asked if name.startswith("bulk_")]


def test_products_come_after_their_categories_and_variants_after_their_items(sandbox, imported):
    run = imported("products")

    assert (run.state, run.failed) == ("succeeded", 0)
    assert run.sent == run.accepted == len(everything(sandbox))
    kinds = [name.split("_")[-1] for name in operations(sandbox)]
    assert kinds == sorted(kinds, key=["categories", "items", "variants"].index)


def test_what_is_there_is_changed_and_what_is_not_is_made(sandbox, imported):
    imported("products")
    before = catalog(sandbox)
    made = operations(sandbox)

    run = imported("products")

    assert run.failed == 0
    assert catalog(sandbox) == before
    again = operations(sandbox)[len(made) :]
    assert all("_update_" in name for name in again)


def test_what_the_shop_has_no_more_is_deleted(sandbox, imported, happen):
    imported("products")
    before = catalog(sandbox)
    gone = sorted(before["catalog_items"])[0]
    happen("ProductDeleted", id=gone)

    run = imported("products")

    after = catalog(sandbox)
    assert run.state == "succeeded"
    assert before["catalog_items"] - after["catalog_items"] == {gone}
    assert before["catalog_variants"] > after["catalog_variants"]
    assert not ResourceVersion.objects.filter(key=f"item:{gone}").exists()  # it may come back


def test_a_category_that_is_gone_is_deleted(sandbox, imported, happen):
    imported("categories")
    gone = happen("category.ResourceDeleted")["resource"]["id"]

    imported("categories")

    assert gone not in catalog(sandbox)["catalog_categories"]


def test_an_import_of_a_part_deletes_nothing_else(sandbox, imported, happen):
    imported("products")
    before = catalog(sandbox)
    happen("ProductDeleted")

    imported("products", limit=3)

    assert catalog(sandbox) == before


def test_one_product_comes_with_its_categories(sandbox, imported):
    imported("products")
    item = next(one for one in sandbox.state()["catalog_items"] if one["categories"])
    sandbox.clear()

    run = imported("products", ids=(item["external_id"],))

    assert (run.state, run.failed) == ("succeeded", 0)
    assert catalog(sandbox)["catalog_items"] == {item["external_id"]}
    assert len(catalog(sandbox)["catalog_categories"]) == len(item["categories"])


def test_deleting_all_wants_it_in_so_many_letters_and_says_how_many(imported, start):
    count = imported("categories").sent

    for confirmed in ("", "category", "products"):
        with pytest.raises(Reject, match=f"{count} objects") as refused:
            start("categories", confirmed, delete_all=True)
        assert (refused.value.code, refused.value.pointer) == ("unconfirmed", "/confirmDeletion")


def test_deleting_all_deletes_what_is_ours_and_nothing_else(sandbox, imported):
    imported("products")
    foreign_item(sandbox)
    before = catalog(sandbox)

    run = imported("products", "products", delete_all=True)

    assert (run.state, run.failed) == ("succeeded", 0)
    assert catalog(sandbox)["catalog_items"] == {"somebody-elses"}
    assert catalog(sandbox)["catalog_variants"] == set()
    assert catalog(sandbox)["catalog_categories"] == before["catalog_categories"]
    assert run.total == run.sent == run.accepted


def test_what_another_tool_made_with_the_shops_ids_is_ours_to_delete(sandbox, imported):
    imported("products")
    ResourceVersion.objects.all().delete()  # as if we had never sent it

    imported("products", "products", delete_all=True)

    assert catalog(sandbox)["catalog_items"] == set()


def test_only_trying_to_delete_says_how_many_and_deletes_nothing(sandbox, imported):
    count = imported("categories").sent

    run = imported("categories", "categories", delete_all=True, dry_run=True)

    assert run.sent == run.total == count
    assert len(catalog(sandbox)["catalog_categories"]) == count


def test_what_was_deleted_comes_again_with_the_next_import(sandbox, imported):
    count = imported("categories").sent
    imported("categories", "categories", delete_all=True)
    assert catalog(sandbox)["catalog_categories"] == set()

    imported("categories")

    assert len(catalog(sandbox)["catalog_categories"]) == count


def test_what_was_deleted_comes_again_with_the_next_change(
    sandbox, imported, happen, receive, process, send
):
    imported("categories")
    imported("categories", "categories", delete_all=True)

    message = happen("category.ResourceUpdated")
    receive(message)
    process()
    send()

    assert message["resource"]["id"] in catalog(sandbox)["catalog_categories"]


def test_categories_that_the_store_does_not_want_are_not_deleted(sandbox, store, imported):
    imported("categories")
    before = catalog(sandbox)
    store.settings = {"messages": {"off": ["CategoryCreated", "category.ResourceUpdated"]}}
    store.save()

    imported("categories")

    assert catalog(sandbox) == before


def test_a_product_that_cannot_be_read_is_not_deleted(sandbox, imported, monkeypatch):
    imported("products")
    before = catalog(sandbox)
    bad = sorted(before["catalog_items"])[0]
    monkeypatch.setattr(entries, "check", refusing(bad))

    run = imported("products")

    assert FailedEvent.objects.filter(run=run, row=bad).count() == 1  # once, whatever the walks
    assert catalog(sandbox) == before


def refusing(id_: str):
    """The shop's document with this id is none that can be used."""

    def check(document: dict, schema: object, where: str = "") -> None:
        if document.get("id") == id_:
            raise Reject("The shop's document cannot be used.", code="invalid")

    return check


def test_a_hidden_product_stays_where_the_store_hides(sandbox, store, imported, happen):
    store.settings = {"catalog": {"unpublished": "hide"}}
    store.save()
    imported("products")
    before = catalog(sandbox)
    hidden = sorted(before["catalog_items"])[0]
    happen("ProductUnpublished", id=hidden)

    imported("products")

    assert catalog(sandbox) == before


def test_a_shop_that_has_nothing_at_once_is_not_believed(sandbox, imported, monkeypatch):
    imported("products")
    before = catalog(sandbox)
    empty = {"limit": 500, "offset": 0, "count": 0, "total": 0, "results": []}
    monkeypatch.setattr(client, "_json", lambda response: token_or(response, empty))

    run = imported("products")

    assert run.state == "failed"
    assert "Nothing was deleted" in run.reason
    assert catalog(sandbox) == before


def token_or(response, otherwise: dict) -> dict:
    """The shop lets us in, and has nothing."""
    return response.json() if "access_token" in response.text else otherwise


def test_a_sku_that_moved_to_another_product_moves_in_klaviyo(sandbox, klaviyo, imported, deliver):
    imported("products")
    variant = sandbox.state()["catalog_variants"][0]
    known = ResourceVersion.objects.get(key=f"variant:{variant['external_id']}")
    known.owner = "product:another"
    known.save()

    run = imported("products")
    moved = Delivery.objects.filter(run=run, order_key=known.key).order_by("id")

    assert [one.operation for one in moved] == ["delete_catalog_variant", "create_catalog_variant"]
    deliver()
    deliver()
    run.refresh_from_db()
    assert run.accepted == run.sent
    assert variant["external_id"] in catalog(sandbox)["catalog_variants"]


def test_deleting_all_is_retried_as_a_deletion(sandbox, imported, start):
    imported("categories")
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/jobs", json={"cancel": 1}, timeout=5
    ).raise_for_status()
    run = imported("categories", "categories", delete_all=True)
    assert run.failed > 0

    assert bulk.retry(run).parameters == {
        "dry_run": False,
        "backfill": True,
        "delete_all": True,
    }


def test_an_entry_is_read_once_whatever_the_walks(sandbox, imported):
    run = imported("products")

    products = len(catalog(sandbox)["catalog_items"])
    assert (run.read, run.total) == (products, products)


def test_no_more_entries_than_a_limit_are_read(imported):
    run = imported("products", limit=5)

    assert (run.read, run.total) == (5, 5)


def test_a_product_that_the_shop_does_not_have_is_read_once_and_fails_once(imported):
    run = imported("products", ids=("nope",))

    assert (run.read, run.failed, run.total) == (1, 1, 1)
    assert run.reason == "1 read, 0 sent, 1 failed."


def test_the_bar_moves_through_all_walks(start, work_on, monkeypatch):
    run = start("products")
    seen = []
    saved = writing.save

    def look(*args: object) -> None:
        saved(*args)
        seen.append(bulk.progress(JobRun.objects.get(id=run.id)).percent)

    monkeypatch.setattr(writing, "save", look)
    work_on(run)

    assert seen == sorted(seen)
    assert 0 < seen[0] < 50 < seen[-1] <= 99
    assert bulk.progress(run).percent == 100


def test_why_a_price_was_chosen_is_no_failure(imported):
    run = imported("products")

    assert run.report["notes"] == {}
    assert not FailedEvent.objects.filter(run=run).exists()
