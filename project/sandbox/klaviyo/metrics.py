"""The calls about metrics, and the flows that they start."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, url_for

from project.sandbox.klaviyo.checks import Refused, error
from project.sandbox.klaviyo.fieldsets import wanted
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

FLOW_ATTRIBUTES = ("name", "status", "archived", "created", "updated", "trigger_type")


def add_metrics(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.get("/api/metrics")
    def get_metrics() -> Response:
        def act(_: None) -> Reply:
            names = klaviyo.account.metrics()
            return {"data": [_metric(name) for name in names], "links": {"next": None}}, 200

        return klaviyo.serve("get_metrics", act)

    @calls.get("/api/metrics/<id_>/flow-triggers")
    def get_flows_triggered_by_metric(id_: str) -> Response:
        def act(_: None) -> Reply:
            names = [name for name in klaviyo.account.metrics() if _id("metric", name) == id_]
            if not names:
                raise Refused(error(404, f"There is no metric {id_}."))
            attributes = wanted("flow", FLOW_ATTRIBUTES)
            flows = [_flow(flow, attributes) for flow in klaviyo.account.flows.get(names[0], [])]
            self_ = url_for("klaviyo.get_flows_triggered_by_metric", id_=id_, _external=True)
            return {"data": flows, "links": {"self": self_, "next": None}}, 200

        return klaviyo.serve("get_flows_triggered_by_metric", act)


def _metric(name: str) -> Json:
    return {"type": "metric", "id": _id("metric", name), "attributes": {"name": name}}


def _flow(flow: Json, attributes: list[str]) -> Json:
    shown = {"archived": False, "created": None, "updated": None, "trigger_type": "Metric", **flow}
    return {
        "type": "flow",
        "id": _id("flow", flow["name"]),
        "attributes": {name: shown[name] for name in attributes},
    }


def _id(type_: str, name: str) -> str:
    """An id of Klaviyo's form; it follows from the name."""
    key = b"" if type_ == "metric" else type_.encode()
    return hashlib.blake2b(name.encode(), digest_size=3, key=key).hexdigest().upper()
