"""Which flows an event would start."""

from __future__ import annotations

import pytest

THANKS = {"name": "Thank you", "status": "live"}


def ids(api) -> dict[str, str]:
    metrics = api.get("/api/metrics").json["data"]
    return {metric["attributes"]["name"]: metric["id"] for metric in metrics}


def test_a_metric_names_the_flows_it_starts(klaviyo_api):
    klaviyo_api.send(metric="Fulfilled Order")
    order = {"Placed Order": [THANKS, {"name": "Review", "status": "draft"}]}
    assert klaviyo_api.order("flows", order).status_code == 204

    known = ids(klaviyo_api)

    assert list(known) == ["Fulfilled Order", "Placed Order"]
    flows = klaviyo_api.get(f"/api/metrics/{known['Placed Order']}/flow-triggers").json
    assert [flow["type"] for flow in flows["data"]] == ["flow", "flow"]
    assert flows["data"][0]["attributes"] == {
        **THANKS,
        "archived": False,
        "created": None,
        "updated": None,
        "trigger_type": "Metric",
    }
    assert flows["data"][0]["id"] != flows["data"][1]["id"]
    none = klaviyo_api.get(f"/api/metrics/{known['Fulfilled Order']}/flow-triggers")
    assert none.json["data"] == []


def test_only_the_fields_that_are_asked_for_are_shown(klaviyo_api):
    klaviyo_api.order("flows", {"Placed Order": [THANKS]})
    path = f"/api/metrics/{ids(klaviyo_api)['Placed Order']}/flow-triggers"

    [flow] = klaviyo_api.get(f"{path}?fields[flow]=name,status").json["data"]

    assert flow["attributes"] == THANKS
    assert klaviyo_api.get(f"{path}?fields[flow]=colour").status_code == 400


def test_a_metric_that_there_is_not_has_no_flows(klaviyo_api):
    klaviyo_api.order("flows", {"Placed Order": [THANKS]})
    id_ = ids(klaviyo_api)["Placed Order"]
    klaviyo_api.client.delete("/_sandbox/state")

    assert klaviyo_api.get(f"/api/metrics/{id_}/flow-triggers").status_code == 404
    assert ids(klaviyo_api) == {}


@pytest.mark.parametrize(
    "order",
    [None, [], {"Placed Order": THANKS}, {"Placed Order": [{"name": "x", "status": "sleeping"}]}],
)
def test_flows_that_make_no_sense_are_refused(klaviyo_api, order: object):
    assert klaviyo_api.order("flows", order).status_code == 400
    assert ids(klaviyo_api) == {}
