"""Everything that can happen in the shop really does, and is told as commercetools tells it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from project.sandbox.commercetools import Shop, blueprint
from project.sandbox.commercetools.life import TYPES
from project.sandbox.commercetools.life.table import CHANGES, MESSAGES

Notify = Callable[..., dict]
# What each message adds to the fields that all have.
ADDED = {
    "CustomerCreated": {"customer"},
    "CustomerEmailChanged": {"email", "oldEmail"},
    "CustomerDeleted": {"email"},
    "OrderCreated": {"order"},
    "OrderImported": {"order"},
    "OrderCreatedFromRecurringOrder": {"order", "recurringOrderRef"},
    "OrderCustomerSet": {"customer"},
    "OrderStateChanged": {"orderState", "oldOrderState"},
    "OrderShipmentStateChanged": {"shipmentState", "oldShipmentState"},
    "ReturnInfoAdded": {"returnInfo"},
    "PaymentTransactionAdded": {"transaction"},
    "PaymentTransactionStateChanged": {"transactionId", "state"},
    "CategoryCreated": {"category"},
    "ProductPublished": {"productProjection", "removedImageUrls", "scope"},
    "ProductUnpublished": set(),
    "ProductDeleted": {"removedImageUrls"},
    "ProductImageAdded": {"variantId", "image", "staged"},
    "InventoryEntryCreated": {"inventoryEntry"},
    "InventoryEntryQuantitySet": {
        "oldQuantityOnStock",
        "newQuantityOnStock",
        "oldAvailableQuantity",
        "newAvailableQuantity",
        "sku",
    },
    "InventoryEntryDeleted": {"sku"},
}
MESSAGE = {
    "notificationType",
    "projectKey",
    "id",
    "version",
    "sequenceNumber",
    "resource",
    "resourceVersion",
    "resourceUserProvidedIdentifiers",
    "type",
    "createdAt",
    "lastModifiedAt",
}
CHANGE = {
    "notificationType",
    "projectKey",
    "resource",
    "resourceUserProvidedIdentifiers",
    "version",
    "modifiedAt",
}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def asked(shop: Shop):
    app = Flask("project.sandbox.app")
    app.register_blueprint(blueprint(shop, None, lambda operation: None))
    client = app.test_client()
    return lambda type_, **options: client.post("/_sandbox/notify", json={"type": type_, **options})


@pytest.fixture
def notify(asked) -> Notify:
    """Lets something happen and returns the payload that tells of it."""

    def happens(type_: str, **options: object) -> dict:
        answer = asked(type_, **options)
        assert answer.status_code == 200, answer.json
        return answer.json["payload"]

    return happens


def first(shop: Shop, kind: str, suits: Callable[[dict], object] = bool) -> dict:
    return next(document for document in shop.held(kind) if suits(document))


def plain_entry(shop: Shop) -> dict:
    return first(shop, "inventory", lambda entry: "supplyChannel" not in entry)


def test_every_message_has_the_documented_fields(notify: Notify):
    assert set(ADDED) == set(MESSAGES)
    for type_, added in ADDED.items():
        payload = notify(type_)
        optional = {"oldCustomer", "supplyChannel", "currentProjection"}
        assert set(payload) - optional == MESSAGE | added, type_
        assert (payload["notificationType"], payload["type"]) == ("Message", type_)


def test_every_change_says_only_what_changed(notify: Notify):
    for type_ in CHANGES:
        payload = notify(type_)
        type_id, _, kind = type_.partition(".")
        own = {"oldVersion"} if kind == "ResourceUpdated" else {"dataErasure"}
        assert set(payload) == CHANGE | own
        assert (payload["notificationType"], payload["resource"]["typeId"]) == (kind, type_id)


@pytest.mark.parametrize("type_", [type_ for type_ in TYPES if "Deleted" not in type_])
def test_the_shop_holds_the_version_that_is_told(shop: Shop, notify: Notify, type_: str):
    before = {kind: shop.held(kind) for kind in ("customers", "orders", "products")}
    kept = {kind: [dict(document) for document in held] for kind, held in before.items()}
    payload = notify(type_)
    document = shop.referred(payload["resource"])
    assert document["version"] == payload.get("resourceVersion", payload["version"])
    assert document["lastModifiedAt"] == payload.get("lastModifiedAt", payload.get("modifiedAt"))
    assert before == kept  # old versions stay as they were


@pytest.mark.parametrize("type_", [type_ for type_ in TYPES if "Deleted" in type_])
def test_what_was_deleted_is_gone(shop: Shop, notify: Notify, type_: str):
    assert shop.referred(notify(type_)["resource"]) is None


def test_a_customer_is_merged_with_fields_and_changes(shop: Shop, notify: Notify):
    ada = notify("CustomerCreated", fields={"firstName": "Ada"})["customer"]
    assert ada["firstName"] == "Ada"
    payload = notify("customer.ResourceUpdated", id=ada["id"], fields={"firstName": "Eda"})
    assert (payload["version"], payload["oldVersion"]) == (2, 1)
    assert shop.referred(payload["resource"])["firstName"] == "Eda"
    assert payload["resourceUserProvidedIdentifiers"] == {"customerNumber": ada["customerNumber"]}


def test_a_customer_gets_the_address_asked_for_or_another(shop: Shop, notify: Notify):
    ada = first(shop, "customers")
    wanted = {"email": "ada@storewire-demo.com"}
    payload = notify("CustomerEmailChanged", id=ada["id"], fields=wanted)
    assert (payload["email"], payload["oldEmail"]) == (wanted["email"], ada["email"])
    again = notify("CustomerEmailChanged", id=ada["id"])
    assert again["oldEmail"] == wanted["email"] != again["email"]
    assert again["sequenceNumber"] == payload["sequenceNumber"] + 1
    assert shop.get("customers", ada["id"])["email"] == again["email"]


def test_data_is_erased_only_if_asked_for(notify: Notify):
    assert notify("customer.ResourceDeleted")["dataErasure"] is False
    assert notify("customer.ResourceDeleted", data_erasure=True)["dataErasure"] is True


def test_a_sale_takes_from_the_shelf_and_says_which_entries(shop: Shop, asked):
    order = asked("OrderCreated").json["payload"]["order"]
    _, *changes = [notice.payload for notice in shop.notices]
    assert len(changes) == len(order["lineItems"])
    for line, change in zip(order["lineItems"], changes, strict=True):
        assert change["notificationType"] == "ResourceUpdated"
        assert change["resourceUserProvidedIdentifiers"] == {}
        entry = shop.referred(change["resource"])
        assert entry["sku"] == line["variant"]["sku"]
        assert entry["version"] == change["version"] > change["oldVersion"]


def test_an_imported_order_was_completed_long_before_it_was_created(notify: Notify):
    orders = [notify("OrderImported")["order"] for _ in range(40)]
    assert all(order["completedAt"] < order["createdAt"] for order in orders)
    assert {order["orderState"] for order in orders} == {"Complete", "Open"}


def test_an_order_is_given_to_a_customer(shop: Shop, notify: Notify):
    guest = first(shop, "orders", lambda order: "customerId" not in order)
    ada, eda, *_ = shop.held("customers")
    given = notify("OrderCustomerSet", id=guest["id"], fields={"customerId": ada["id"]})
    assert given["customer"] == {"typeId": "customer", "id": ada["id"]}
    assert "oldCustomer" not in given
    again = notify("OrderCustomerSet", id=guest["id"], fields={"customerId": eda["id"]})
    assert again["oldCustomer"] == given["customer"]
    assert shop.get("orders", guest["id"])["customerId"] == eda["id"]


def test_a_shipment_moves_as_asked(shop: Shop, notify: Notify):
    order = first(shop, "orders", lambda order: order["shipmentState"] == "Delivered")
    payload = notify("OrderShipmentStateChanged", id=order["id"], shipment_state="Canceled")
    assert (payload["shipmentState"], payload["oldShipmentState"]) == ("Canceled", "Delivered")


def test_something_comes_back(shop: Shop, notify: Notify):
    order = first(shop, "orders", lambda order: order["lineItems"][0]["quantity"] > 1)
    payload = notify("ReturnInfoAdded", id=order["id"], quantity=2)
    [item] = payload["returnInfo"]["items"]
    assert (item["lineItemId"], item["quantity"]) == (order["lineItems"][0]["id"], 2)
    assert shop.get("orders", order["id"])["returnInfo"] == [payload["returnInfo"]]


def test_a_refund_is_pending_and_then_succeeds(shop: Shop, notify: Notify):
    added = notify("PaymentTransactionAdded", refund_state="Pending", amount=123)
    refund, id_ = added["transaction"], added["resource"]["id"]
    assert (refund["type"], refund["state"]) == ("Refund", "Pending")
    assert refund["amount"]["centAmount"] == 123
    settled = notify("PaymentTransactionStateChanged", id=id_)
    assert (settled["transactionId"], settled["state"]) == (refund["id"], "Success")
    assert shop.get("payments", id_)["transactions"][-1] == {**refund, "state": "Success"}


def test_no_more_is_refunded_than_was_paid(shop: Shop, notify: Notify, asked):
    id_ = notify("PaymentTransactionAdded")["resource"]["id"]
    planned = shop.get("payments", id_)["amountPlanned"]["centAmount"]
    answer = asked("PaymentTransactionAdded", id=id_, amount=planned)
    assert answer.status_code == 400
    assert answer.json["error"].startswith("amount: from 1 to ")


def test_a_category_is_renamed_and_moved_with_all_below_it(shop: Shop, notify: Notify, asked):
    by_key = {category["key"]: category for category in shop.held("categories")}
    camping, household = by_key["camping"], by_key["household"]
    moved = {"rename": {"en": "Outside"}, "parent": household["id"]}
    notify("category.ResourceUpdated", id=camping["id"], **moved)
    now = shop.get("categories", camping["id"])
    assert now["name"] == {"en": "Outside", "de": "Camping"}
    assert now["parent"]["id"] == household["id"]
    tents = shop.get("categories", by_key["tents"]["id"])
    assert [above["id"] for above in tents["ancestors"]] == [household["id"], camping["id"]]
    answer = asked("category.ResourceUpdated", id=household["id"], parent=tents["id"])
    assert answer.status_code == 400
    assert answer.json["error"].startswith("parent: ")


def test_a_category_goes_with_all_below_it(shop: Shop, notify: Notify):
    camping = first(shop, "categories", lambda category: category["key"] == "camping")
    notify("category.ResourceDeleted", id=camping["id"])
    assert "tents" not in {category["key"] for category in shop.held("categories")}
    assert len(shop.notices) == 4
    new = notify("CategoryCreated")["category"]
    assert notify("category.ResourceDeleted")["resource"]["id"] == new["id"]


def test_a_product_leaves_the_shop_window_and_returns(shop: Shop, notify: Notify):
    product = first(shop, "products")
    notify("ProductUnpublished", id=product["id"])
    shown = {entry["id"] for entry in shop.documents("product-projections")}
    assert product["id"] not in shown
    notify("product.ResourceUpdated", id=product["id"], fields={"name": {"en": "Better"}})
    back = notify("ProductPublished", id=product["id"])
    assert back["productProjection"]["name"] == {"en": "Better"}
    assert product["id"] in {entry["id"] for entry in shop.documents("product-projections")}


def test_a_deleted_product_shows_what_could_be_seen_of_it(shop: Shop, notify: Notify):
    live = first(shop, "products", lambda product: product["masterData"]["published"])
    hidden = first(shop, "products", lambda product: not product["masterData"]["published"])
    assert notify("ProductDeleted", id=live["id"])["currentProjection"]["id"] == live["id"]
    assert "currentProjection" not in notify("ProductDeleted", id=hidden["id"])


def test_without_anything_for_sale_nothing_is_sold(shop: Shop, asked):
    for product in shop.held("products"):
        shop.remove("products", product["id"])
    answer = asked("OrderCreated")
    assert answer.status_code == 400
    assert "nothing is for sale" in answer.json["error"]


def test_stock_is_counted_anew(shop: Shop, notify: Notify):
    entry = plain_entry(shop)
    payload = notify("InventoryEntryQuantitySet", id=entry["id"], quantity=7)
    assert payload["oldQuantityOnStock"] == entry["quantityOnStock"]
    assert payload["newQuantityOnStock"] == payload["newAvailableQuantity"] == 7
    assert payload["sku"] == entry["sku"]
    assert "supplyChannel" not in payload
    notify("inventory-entry.ResourceUpdated", id=entry["id"], quantity=3)
    assert shop.get("inventory", entry["id"])["availableQuantity"] == 3


def test_stock_in_a_channel_says_so(shop: Shop, notify: Notify):
    entry = first(shop, "inventory", lambda entry: "supplyChannel" in entry)
    place = {"sku": entry["sku"], "supplyChannel": entry["supplyChannel"]}
    assert notify("InventoryEntryDeleted", id=entry["id"]).items() >= place.items()
    made = notify("InventoryEntryCreated", fields=place, quantity=9)["inventoryEntry"]
    assert made.items() >= {**place, "quantityOnStock": 9, "availableQuantity": 9}.items()


def test_a_sku_without_an_entry_is_not_counted_but_sold(shop: Shop, notify: Notify):
    for entry in shop.held("inventory"):
        shop.remove("inventory", entry["id"])
    order = notify("OrderCreated")["order"]
    assert "availability" not in order["lineItems"][0]["variant"]
    assert len(shop.notices) == 1


def test_a_silent_one_happens_and_nobody_is_told(shop: Shop, notify: Notify):
    payload = notify("CustomerCreated", silent=True)
    assert shop.referred(payload["resource"]) == payload["customer"]
    assert list(shop.notices) == []
    assert [message["id"] for message in shop.documents("messages")] == [payload["id"]]


def test_what_had_to_be_prepared_is_in_the_messages_only(shop: Shop, notify: Notify):
    payload = notify("PaymentTransactionStateChanged")
    kept = shop.documents("messages")
    assert [message["type"] for message in kept] == ["PaymentTransactionAdded", payload["type"]]
    assert kept[0]["sequenceNumber"] + 1 == kept[1]["sequenceNumber"]
    assert len(shop.notices) == 1


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"type_": "Nonsense"}, "type"),
        ({"type_": "customer.Nonsense"}, "type"),
        ({"colour": "red"}, "colour"),
        ({"id": "nobody"}, "id"),
        ({"id": 3}, "id"),
        ({"fields": []}, "fields"),
        ({"fields": {"version": 3}}, "fields"),
        ({"times": 0}, "times"),
        ({"times": True}, "times"),
        ({"silent": "yes"}, "silent"),
        ({"quantity": 3}, "quantity"),
        ({"rename": {"en": "Tents"}}, "rename"),
        ({"type_": "CategoryCreated", "rename": {"en": 3}}, "rename"),
        ({"type_": "CategoryCreated", "parent": "nowhere"}, "parent"),
        ({"type_": "CategoryCreated", "fields": {"parent": "nowhere"}}, "fields"),
        ({"type_": "CustomerCreated", "id": "me"}, "id"),
        ({"type_": "customer.ResourceUpdated", "too_large": True}, "too_large"),
        ({"type_": "InventoryEntryQuantitySet", "quantity": -1}, "quantity"),
        ({"type_": "OrderShipmentStateChanged", "shipment_state": "Lost"}, "shipment_state"),
        ({"type_": "PaymentTransactionAdded", "refund_state": "Failure"}, "refund_state"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(shop: Shop, asked, options: dict, field: str):
    answer = asked(**{"type_": "CustomerEmailChanged", **options})
    assert answer.status_code == 400
    assert answer.json["error"].startswith(f"{field}: ")
    assert shop.documents("messages") == []
