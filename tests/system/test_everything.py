"""Everything that happens in a shop, late, shuffled and repeated: in the end Klaviyo agrees."""

from __future__ import annotations

import os
import random
import time

import pytest
import requests

from tests.system.conftest import System

HAPPENINGS = int(os.environ.get("HAPPENINGS", "150"))  # 5000, to see it under load
A_SECOND = float(os.environ.get("HAPPENINGS_A_SECOND", "100"))
TYPES = {
    "CustomerCreated": 8,
    "customer.ResourceUpdated": 8,
    "CustomerEmailChanged": 3,
    "OrderCreated": 10,
    "OrderStateChanged": 8,
    "PaymentTransactionAdded": 2,
    "CategoryCreated": 2,
    "category.ResourceUpdated": 3,
    "ProductPublished": 8,
    "product.ResourceUpdated": 8,
    "ProductUnpublished": 2,
    "product.ResourceDeleted": 1,
    "InventoryEntryQuantitySet": 8,
    "inventory-entry.ResourceUpdated": 8,
}


class ShopWindow:
    """The sandbox's shop, as somebody sees it who asks."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/commercetools"
        token = requests.post(
            f"{self.url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=("demo-client", "demo-secret"),
            timeout=30,
        ).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def happen(self, type_: str) -> dict:
        answer = requests.post(
            f"{self.url}/_sandbox/notify",
            json={"type": type_, "silent": True, "envelope": "platform"},
            timeout=30,
        )
        assert answer.ok, f"{type_}: {answer.text}"
        return answer.json()["payload"]

    def all(self, kind: str) -> dict[str, dict]:
        found: dict[str, dict] = {}
        while True:
            page = requests.get(
                f"{self.url}/demo-shop/{kind}",
                params={"limit": 500, "offset": len(found), "sort": "id asc"},
                headers=self.headers,
                timeout=30,
            ).json()["results"]
            found |= {document["id"]: document for document in page}
            if len(page) < 500:
                return found


def category_name(id_: str, categories: dict[str, dict]) -> str:
    name = categories[id_]["name"]["en"]
    parent = categories[id_].get("parent")
    return f"{category_name(parent['id'], categories)} > {name}" if parent else name


@pytest.mark.timeout(1800)
def test_in_the_end_klaviyo_holds_what_the_shop_holds(system: System):
    shop = ShopWindow(system.sandbox.url)
    told = tell_everything(system, shop)

    assert_all_agrees(told, shop, system)


def assert_all_agrees(told: list[dict], shop: ShopWindow, system: System) -> None:
    system.settle()
    time.sleep(12)  # the second look at the stock
    system.settle()
    state = system.sandbox.state()
    assert_people_agree(told, shop.all("customers"), state)
    assert_catalogue_agrees(told, shop, state)
    assert_events_happened_once(told, state)


def tell_everything(system: System, shop: ShopWindow) -> list[dict]:
    """Let it happen, and tell it in another order than it happened, some of it twice."""
    chance = random.Random(5)
    types = chance.choices(list(TYPES), weights=list(TYPES.values()), k=HAPPENINGS)
    told: list[dict] = []
    held: list[dict] = []
    begun = time.monotonic()
    for number, type_ in enumerate(types):
        payload = shop.happen(type_)
        told.append(payload)
        held += [payload] * chance.choice([1, 1, 1, 2])
        if len(held) > 40 or number == len(types) - 1:
            chance.shuffle(held)
            while len(held) > (20 if number < len(types) - 1 else 0):
                assert system.knock(held.pop()) == 204
        time.sleep(max(0.0, begun + number / A_SECOND - time.monotonic()))
    return told


def about(told: list[dict], *types: str) -> set[str]:
    """The ids of what these messages were about."""
    return {
        payload["resource"]["id"]
        for payload in told
        if payload.get("type") in types
        or f"{payload['resource']['typeId']}.{payload['notificationType']}" in types
    }


def assert_people_agree(told: list[dict], customers: dict[str, dict], state: dict) -> None:
    profiles = {
        profile["external_id"]: profile
        for profile in state["profiles"]
        if profile.get("external_id")
    }
    emails = [profile["email"] for profile in state["profiles"]]
    assert len(emails) == len(set(emails))
    changed = about(told, "CustomerCreated", "customer.ResourceUpdated", "CustomerEmailChanged")
    # An order names its customer by the address of that day: Klaviyo takes that for the newest.
    owners = {event["profile_id"] for event in state["events"]}
    bought = {id_ for id_, profile in profiles.items() if profile["id"] in owners}
    for id_ in changed - bought:
        assert profiles[id_]["email"] == customers[id_]["email"]
        assert profiles[id_].get("first_name") == customers[id_].get("firstName")


def assert_catalogue_agrees(told: list[dict], shop: ShopWindow, state: dict) -> None:
    seen, categories = shop.all("product-projections"), shop.all("categories")
    stock = {
        entry["sku"]: entry["availableQuantity"]
        for entry in shop.all("inventory").values()
        if "supplyChannel" not in entry
    }
    # What an order takes from the shelf is told by a message of its own, which nobody sends here.
    lines = [line for payload in told for line in payload.get("order", {}).get("lineItems", [])]
    sold = {line["variant"]["sku"] for line in lines}
    items = {item["external_id"]: item for item in state["catalog_items"]}
    variants = {variant["sku"]: variant for variant in state["catalog_variants"]}
    mentioned = about(told, "ProductPublished", "product.ResourceUpdated", "ProductUnpublished")
    assert set(items) == mentioned & set(seen)
    for id_, item in items.items():
        product = seen[id_]
        assert item["title"] == product["name"]["en"]
        referred = {reference["id"] for reference in product["categories"]}
        assert referred & set(categories) <= {
            name.rpartition(":")[2] for name in item["categories"]
        }
        for variant in [product["masterVariant"], *product["variants"]]:
            sent = variants.pop(variant["sku"])
            if variant["sku"] not in sold:
                assert sent["inventory_quantity"] == stock.get(variant["sku"], 0), variant["sku"]
    assert variants == {}
    for category in state["catalog_categories"]:
        assert category["name"] == category_name(category["external_id"], categories)


def assert_events_happened_once(told: list[dict], state: dict) -> None:
    counted = [(event["metric"], event["unique_id"]) for event in state["events"]]
    assert len(counted) == len(set(counted))
    placed = {unique_id for metric, unique_id in counted if metric == "Placed Order"}
    assert placed == about(told, "OrderCreated")
    refunded = {unique_id for metric, unique_id in counted if metric == "Refunded Order"}
    assert refunded == {p["transaction"]["id"] for p in told if "transaction" in p}
