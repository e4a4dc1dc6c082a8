"""What begins by itself in Klaviyo when an event is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from integration.core.bulk import Flow
from integration.core.exchange import Access, StoreFacts
from integration.destinations.klaviyo import errors
from integration.destinations.klaviyo.paging import pages

RECORDED = {
    "orders": (
        "placed_order",
        "ordered_product",
        "fulfilled_order",
        "cancelled_order",
        "refunded_order",
    )
}


def metrics(collection: str, store: StoreFacts) -> list[str]:
    """Return the names of the metrics that an import of this kind records."""
    chosen = [store.settings["metrics"][key] for key in RECORDED.get(collection, ())]
    return [metric["name"] for metric in chosen if metric["enabled"]]


def flows(access: Access, names: Iterable[str]) -> list[Flow]:
    """Return the flows that these metrics start. Raises the three failures.

    Several metrics may have the same name; one that Klaviyo does not know yet starts nothing.
    """
    wanted = set(names)
    known = [
        (str(metric.get("id")), name)
        for metric in pages(access, "get_metrics", "/api/metrics?fields%5Bmetric%5D=name")
        if (name := str(errors.object_in(metric.get("attributes")).get("name"))) in wanted
    ]
    return [flow for id_, name in known for flow in _started_by(access, id_, name)]


def _started_by(access: Access, metric_id: str, metric: str) -> list[Flow]:
    path = f"/api/metrics/{quote(metric_id, safe='')}/flow-triggers?fields%5Bflow%5D=name,status"
    found = pages(access, "get_flows_triggered_by_metric", path)
    attributes = [errors.object_in(flow.get("attributes")) for flow in found]
    return [
        Flow(metric=metric, name=str(one.get("name") or ""), is_live=one.get("status") == "live")
        for one in attributes
    ]
