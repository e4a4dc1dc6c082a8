"""Categories, products and stock: what Klaviyo's catalogue holds in the end."""

from __future__ import annotations

import pytest

from integration.models import Delivery, FailedEvent, InboundMessage
from integration.pipeline import processing
from integration.sources.commercetools import lookups
from tests.conftest import Sandbox

pytestmark = pytest.mark.django_db


def items(sandbox: Sandbox) -> dict[str, dict]:
    return {item["external_id"]: item for item in sandbox.state()["catalog_items"]}


def variants(sandbox: Sandbox) -> dict[str, dict]:
    return {variant["sku"]: variant for variant in sandbox.state()["catalog_variants"]}


def names(sandbox: Sandbox) -> list[str]:
    return sorted(category["name"] for category in sandbox.state()["catalog_categories"])


def test_a_product_comes_with_its_categories_and_a_variant_for_each_sku(
    receive, happen, work, sandbox: Sandbox
):
    payload = happen("ProductPublished")
    receive(payload)
    work()

    projection = payload["productProjection"]
    [item] = items(sandbox).values()
    assert item["external_id"] == projection["id"]
    assert item["title"] == projection["name"]["en"]
    assert item["url"] == "None"
    assert item["published"] is True
    assert len(item["categories"]) == len(sandbox.state()["catalog_categories"]) > 1
    skus = [v["sku"] for v in [projection["masterVariant"], *projection["variants"]]]
    assert sorted(variants(sandbox)) == sorted(skus)
    assert not FailedEvent.objects.exists()


def test_the_same_product_twice_is_sent_once(receive, happen, work, sandbox: Sandbox):
    payload = happen("ProductPublished")
    receive(payload)
    work()
    asked = sandbox.state()["counts"]["requests"]
    receive({**payload, "id": "another message about the same"})
    work()

    assert sandbox.state()["counts"]["requests"] == asked
    assert InboundMessage.objects.order_by("id").last().error == (
        "Nothing has changed since the last time it was sent."
    )


def test_an_older_product_does_not_overwrite_a_newer_one(receive, happen, work, sandbox: Sandbox):
    old = happen("ProductPublished")
    product_id = old["resource"]["id"]
    old["productProjection"]["name"] = {"en": "Old name"}
    new = happen("product.ResourceUpdated", id=product_id)
    receive(new)
    work()
    title = items(sandbox)[product_id]["title"]
    receive(old)
    work()

    assert items(sandbox)[product_id]["title"] == title != "Old name"


def test_a_variant_that_is_gone_is_deleted_and_may_come_back(
    receive, happen, work, sandbox: Sandbox
):
    payload = happen("ProductPublished")
    projection = payload["productProjection"]
    assert projection["variants"]
    gone = projection["variants"][-1]["sku"]
    receive(payload)
    work()

    def again(number: int, kept: list[dict]) -> None:
        version = projection["version"] + number
        changed = {**projection, "version": version, "variants": kept}
        message = {**payload, "id": f"m{number}", "productProjection": changed}
        receive({**message, "resourceVersion": version})
        work()

    again(1, projection["variants"][:-1])
    assert gone not in variants(sandbox)
    again(2, projection["variants"])
    assert gone in variants(sandbox)


def test_a_product_taken_from_the_shop_is_deleted_with_its_variants(
    receive, happen, work, sandbox: Sandbox
):
    payload = happen("ProductPublished")
    receive(payload)
    work()
    receive(happen("ProductUnpublished", id=payload["resource"]["id"]))
    work()

    assert items(sandbox) == variants(sandbox) == {}
    receive(happen("ProductPublished", id=payload["resource"]["id"]))
    work()
    assert list(items(sandbox)) == [payload["resource"]["id"]]
    assert variants(sandbox)


def test_a_store_may_hide_what_is_taken_from_the_shop(
    receive, happen, work, store, sandbox: Sandbox
):
    store.settings = {"catalog": {"unpublished": "hide"}}
    store.save()
    payload = happen("ProductPublished")
    receive(payload)
    work()
    receive(happen("ProductUnpublished", id=payload["resource"]["id"]))
    work()

    assert items(sandbox)[payload["resource"]["id"]]["published"] is False
    assert variants(sandbox)


def test_a_deleted_product_is_not_raised_by_a_late_message(receive, happen, work, sandbox: Sandbox):
    published = happen("ProductPublished")
    deleted = happen("product.ResourceDeleted", id=published["resource"]["id"])
    receive(deleted)
    work()
    receive(published)
    work()

    assert items(sandbox) == {}
    assert variants(sandbox) == {}


def test_a_variant_without_a_price_is_set_aside_and_says_so(
    receive, happen, work, sandbox: Sandbox
):
    payload = happen("ProductPublished")
    projection = payload["productProjection"]
    projection.pop("priceMode", None)
    for variant in [projection["masterVariant"], *projection["variants"]]:
        variant["prices"] = []
    receive(payload)
    work()

    [item] = items(sandbox).values()
    assert item["price"] is None
    assert variants(sandbox) == {}
    failed = FailedEvent.objects.first()
    assert failed.pointer == "/data/attributes/price"
    assert "neither the variant nor its product has one" in failed.reason
    assert "No price in EUR for DE" in Delivery.objects.get(order_key__startswith="item:").notes[0]


def test_a_variant_without_a_sku_is_left_out_and_noted(receive, happen, work, sandbox: Sandbox):
    payload = happen("ProductPublished")
    del payload["productProjection"]["masterVariant"]["sku"]
    receive(payload)
    work()

    assert len(variants(sandbox)) == len(payload["productProjection"]["variants"])
    assert "without a SKU" in Delivery.objects.get(order_key__startswith="item:").notes[0]


def test_a_renamed_category_renames_all_below_it(receive, happen, work, sandbox: Sandbox):
    created = happen("CategoryCreated")
    parent = created["resource"]["id"]
    child = happen("CategoryCreated", parent=parent)
    receive(created, child)
    work()
    receive(happen("category.ResourceUpdated", id=parent, rename={"en": "Renamed"}))
    work()

    assert [name for name in names(sandbox) if "Renamed" in name] == [
        "Renamed",
        f"Renamed > {child['category']['name']['en']}",
    ]
    assert len(names(sandbox)) == 2


def test_a_deleted_category_is_deleted(receive, happen, work, sandbox: Sandbox):
    created = happen("CategoryCreated")
    receive(created)
    work()
    receive(happen("category.ResourceDeleted", id=created["resource"]["id"]))
    work()

    assert names(sandbox) == []


def test_stock_changes_the_quantity_of_the_variant_and_nothing_else(
    receive, happen, work, shop, sandbox: Sandbox
):
    receive(happen("ProductPublished"))
    work()
    sku, before = next(iter(variants(sandbox).items()))
    entries = lookups.by_values(processing.shop_of(shop).read, "inventory", "sku", [sku])
    [entry] = [entry for entry in entries if "supplyChannel" not in entry]
    receive(happen("InventoryEntryQuantitySet", id=entry["id"], quantity=7))
    work()

    after = variants(sandbox)[sku]
    assert after["inventory_quantity"] == 7
    assert {**after, "inventory_quantity": 0, "updated": 0} == {
        **before,
        "inventory_quantity": 0,
        "updated": 0,
    }


def test_stock_is_looked_at_a_second_time(receive, stock_set, process, sandbox: Sandbox):
    receive(stock_set(3))
    process()
    message = InboundMessage.objects.get()
    assert (message.state, message.looks) == ("new", 1)
    assert message.error == "Done once; a second look follows."

    process()
    assert InboundMessage.objects.get().state == "done"
    assert Delivery.objects.filter(operation="update_catalog_variant").count() == 1


def test_stock_of_a_variant_that_klaviyo_does_not_have_is_no_failure(
    receive, stock_set, work, sandbox: Sandbox
):
    receive(stock_set(3))
    work()

    [delivery] = Delivery.objects.all()
    assert (delivery.state, delivery.notes) == ("sent", ["Klaviyo did not have it (any more)."])


def test_an_older_product_does_not_bring_back_a_variant_that_nobody_heard_of(
    receive, happen, process, work, sandbox: Sandbox
):
    old = happen("ProductPublished")
    projection = old["productProjection"]
    version = projection["version"] + 1
    newer = {**projection, "version": version, "variants": projection["variants"][:-1]}
    new = {**old, "id": "newer", "resourceVersion": version, "productProjection": newer}
    receive(new)
    work()
    receive(old)
    work()
    assert projection["variants"][-1]["sku"] not in variants(sandbox)

    receive({**old, "id": "once more"}, {**new, "id": "and again"})  # in one batch
    work()
    assert projection["variants"][-1]["sku"] not in variants(sandbox)
    assert not FailedEvent.objects.exists()


def test_a_sku_that_moves_to_another_product_goes_with_it(receive, happen, work, sandbox: Sandbox):
    one, other = happen("ProductPublished"), happen("ProductPublished")
    assert one["resource"]["id"] != other["resource"]["id"]
    moved = one["productProjection"]["variants"].pop()
    receive({**one, "productProjection": {**one["productProjection"], "variants": [moved]}})
    work()
    other["productProjection"]["variants"] = [moved]
    receive(other)
    work()

    assert variants(sandbox)[moved["sku"]]["item"].endswith(other["resource"]["id"])
    version = one["productProjection"]["version"] + 1
    gone = {**one["productProjection"], "version": version}
    receive({**one, "id": "without it", "productProjection": gone})
    work()
    assert moved["sku"] in variants(sandbox)


def test_what_a_dry_run_would_have_deleted_is_deleted_once_live(
    receive, happen, work, store, sandbox: Sandbox
):
    payload = happen("ProductPublished")
    receive(payload)
    work()
    gone = payload["productProjection"]["variants"].pop()
    version = payload["productProjection"]["version"]

    def again(number: int) -> None:
        changed = {**payload["productProjection"], "version": version + number}
        receive({**payload, "id": f"m{number}", "productProjection": changed})
        work()

    store.sending = "dry_run"
    store.save()
    again(1)
    assert gone["sku"] in variants(sandbox)
    store.sending = "live"
    store.save()
    again(2)
    assert gone["sku"] not in variants(sandbox)


def test_what_failed_of_an_object_is_overtaken_by_a_newer_word(
    receive, happen, work, sandbox: Sandbox
):
    payload = happen("ProductPublished")
    projection = payload["productProjection"]
    projection.pop("priceMode", None)
    everything = [projection["masterVariant"], *projection["variants"]]
    priced = [variant["prices"] for variant in everything]
    for variant in everything:
        variant["prices"] = []
    receive(payload, {**payload, "id": "again"})
    work()
    assert FailedEvent.objects.unresolved().count() == len(everything)

    for variant, prices in zip(everything, priced, strict=True):
        variant["prices"] = prices or priced[0]
    receive({**payload, "id": "with prices"})
    work()
    assert not FailedEvent.objects.unresolved().exists()
    assert len(variants(sandbox)) == len(everything)


def test_the_chosen_price_is_noted_with_the_reason(receive, happen, work, sandbox: Sandbox):
    payload = happen("ProductPublished")
    payload["productProjection"].pop("priceMode", None)
    value = {"centAmount": 1950, "currencyCode": "EUR", "fractionDigits": 2}
    prices = [{"id": "1", "value": value}, {"id": "2", "value": value, "country": "DE"}]
    payload["productProjection"]["masterVariant"]["prices"] = prices
    receive(payload)
    work()

    assert Delivery.objects.get(order_key__startswith="item:").notes == [
        "The price is 19.50 EUR: it is the one for DE; 2 in all."
    ]


def test_messages_of_another_project_are_left_alone(receive, happen, work, sandbox: Sandbox):
    receive({**happen("ProductPublished"), "projectKey": "somebody-elses"})
    work()

    message = InboundMessage.objects.get()
    assert (message.state, message.error) == (
        "ignored",
        "It is about another shop than this store's.",
    )


def test_what_an_item_needs_goes_first_whatever_came_last(
    receive, happen, process, send, sandbox: Sandbox
):
    """Two products of one category, told at once: the last word about it belongs to the second."""
    receive(*[happen("ProductPublished") for _ in range(6)])
    receive(*[happen("category.ResourceUpdated", rename={"en": str(n)}) for n in range(6)])
    process()
    send()

    assert not FailedEvent.objects.exists()
    ids = {d.order_key: d.id for d in Delivery.objects.filter(state="sent")}
    for delivery in Delivery.objects.filter(operation="create_catalog_item"):
        assert all(ids[key] < delivery.id for key in delivery.after if key in ids)
