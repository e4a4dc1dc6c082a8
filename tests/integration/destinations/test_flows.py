"""What events start, what is there, and how it is removed."""

from __future__ import annotations

import pytest
import requests

from integration import registry
from integration.core.bulk import Flow
from integration.core.exchange import Access, StoreFacts
from integration.destinations.klaviyo.bulk import BULK
from integration.destinations.klaviyo.catalogue import removal
from integration.destinations.klaviyo.sending import sender
from tests.conftest import Sandbox
from tests.integration.destinations import requests_to as to
from tests.integration.destinations.said import Said

FLOWS = {
    "Placed Order": [{"name": "Thanks", "status": "live"}, {"name": "Later", "status": "draft"}]
}


def facts(**metrics: dict) -> StoreFacts:
    settings = registry.complete_settings({"metrics": metrics})
    return StoreFacts(locale="en-GB", country="DE", currency="EUR", settings=settings)


def test_the_flows_of_metrics_are_found_by_name(access: Access, sandbox: Sandbox):
    url = f"{sandbox.url}/klaviyo/_sandbox/flows"
    requests.put(url, json=FLOWS, timeout=5).raise_for_status()
    BULK.send(access)("create_event", to.pieces(to.event()))

    assert BULK.flows(access, ["Placed Order", "Never Heard Of"]) == [
        Flow(metric="Placed Order", name="Thanks", is_live=True),
        Flow(metric="Placed Order", name="Later", is_live=False),
    ]


def test_all_pages_of_metrics_are_read(klaviyo_says: Said):
    more = f"{klaviyo_says.access.config['base_url']}/api/metrics?page%5Bcursor%5D=2"
    klaviyo_says.say(
        200, {"data": [{"id": "A", "attributes": {"name": "Other"}}], "links": {"next": more}}
    )
    klaviyo_says.say(200, {"data": [{"id": "B", "attributes": {"name": "Placed Order"}}]})
    klaviyo_says.say(200, {"data": []})

    assert BULK.flows(klaviyo_says.access, ["Placed Order"]) == []
    paths = [path.partition("?")[0] for _, path, _ in klaviyo_says.asked]
    assert paths == ["/klaviyo/api/metrics"] * 2 + ["/klaviyo/api/metrics/B/flow-triggers"]


def test_an_import_of_orders_records_the_metrics_that_are_switched_on():
    off = facts(fulfilled_order={"enabled": False}, placed_order={"name": "Bought"})

    assert BULK.metrics("orders", off) == [
        "Bought",
        "Ordered Product",
        "Cancelled Order",
        "Refunded Order",
    ]
    assert BULK.metrics("products", off) == []


def test_what_is_there_is_told_by_order_key(access: Access):
    for request in (to.category(1), to.item(1)):
        parts = {"method": request.method, "path": request.path, "body": request.body}
        sender(access)(request.operation, parts)

    keys = ["item:p-1", "item:p-2", "category:k-1", "variant:p-1", "customer:p-1", ""]

    assert BULK.there(access, keys) == {"item:p-1", "category:k-1"}


@pytest.mark.parametrize("kind", ["category", "item", "variant"])
def test_an_object_is_removed_by_its_order_key(kind: str):
    request = removal(f"{kind}:a/b:c", 7)

    assert request
    assert request.operation == f"delete_catalog_{kind}"
    assert to.piece(request) == {"type": f"catalog-{kind}", "id": "$custom:::$default:::a/b:c"}
    assert (request.order_key, request.version, request.deletes) == (f"{kind}:a/b:c", 7, True)


def test_what_is_no_object_of_the_catalog_cannot_be_removed():
    assert removal("stock:sku", 1) is None
    assert removal("customer:c", 1) is None
