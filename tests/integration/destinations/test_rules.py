"""What Klaviyo would refuse, or take and drop, is found before it is stored."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from openapi_client.models.catalog_category_create_query import CatalogCategoryCreateQuery
from openapi_client.models.catalog_category_update_query import CatalogCategoryUpdateQuery
from openapi_client.models.catalog_item_create_query import CatalogItemCreateQuery
from openapi_client.models.catalog_item_update_query import CatalogItemUpdateQuery
from openapi_client.models.catalog_variant_create_query import CatalogVariantCreateQuery
from openapi_client.models.catalog_variant_update_query import CatalogVariantUpdateQuery
from openapi_client.models.data_privacy_create_deletion_job_query import (
    DataPrivacyCreateDeletionJobQuery,
)
from openapi_client.models.event_create_query_v2 import EventCreateQueryV2
from openapi_client.models.profile_partial_update_query import ProfilePartialUpdateQuery
from openapi_client.models.profile_upsert_query import ProfileUpsertQuery
from openapi_client.models.server_bis_subscription_create_query import (
    ServerBISSubscriptionCreateQuery,
)
from openapi_client.models.subscription_create_job_create_query import (
    SubscriptionCreateJobCreateQuery,
)
from openapi_client.models.subscription_delete_job_create_query import (
    SubscriptionDeleteJobCreateQuery,
)
from pydantic import BaseModel

from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.fitting import fit_event
from integration.destinations.klaviyo.limits import RATES
from integration.destinations.klaviyo.rules import check

GOLDEN = Path(__file__).parent.parent / "golden"
REQUESTS = [
    pytest.param(request, id=f"{file.stem}-{place}")
    for file in sorted(GOLDEN.glob("*.json"))
    for place, request in enumerate(json.loads(file.read_text()))
    if request["body"]
]
MODELS: dict[str, type[BaseModel]] = {
    "profile_import": ProfileUpsertQuery,
    "rekey_profile": ProfileUpsertQuery,
    "update_profile": ProfilePartialUpdateQuery,
    "create_event": EventCreateQueryV2,
    "create_back_in_stock_subscription": ServerBISSubscriptionCreateQuery,
    "bulk_subscribe_profiles": SubscriptionCreateJobCreateQuery,
    "bulk_unsubscribe_profiles": SubscriptionDeleteJobCreateQuery,
    "create_catalog_category": CatalogCategoryCreateQuery,
    "create_catalog_item": CatalogItemCreateQuery,
    "create_catalog_variant": CatalogVariantCreateQuery,
    "update_catalog_item": CatalogItemUpdateQuery,
    "update_catalog_variant": CatalogVariantUpdateQuery,
}
UPDATES: dict[str, type[BaseModel]] = {
    "create_catalog_category": CatalogCategoryUpdateQuery,
    "create_catalog_item": CatalogItemUpdateQuery,
    "create_catalog_variant": CatalogVariantUpdateQuery,
}
PERSON = "/data/attributes/profile/data/attributes"
EVENT = {
    "data": {
        "type": "event",
        "attributes": {
            "properties": {"OrderId": "1"},
            "time": "2026-10-02T08:15:30.250000+00:00",
            "unique_id": "o-1",
            "value": 19.99,
            "value_currency": "EUR",
            "metric": {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
            "profile": {
                "data": {"type": "profile", "attributes": {"email": "ada@storewire-demo.com"}}
            },
        },
    }
}


def nested(levels: int) -> dict:
    return {} if levels == 0 else {"a": nested(levels - 1)}


def event(**changes: object) -> dict:
    body = copy.deepcopy(EVENT)
    body["data"]["attributes"] |= changes
    return body


def event_of(**person: object) -> dict:
    return event(profile={"data": {"type": "profile", "attributes": person}})


@pytest.mark.parametrize("request_", REQUESTS)
def test_klaviyos_own_sdk_takes_every_request_and_drops_nothing(request_: dict):
    assert_drops_nothing(MODELS[request_["operation"]], request_["body"])


@pytest.mark.parametrize(
    "request_", [one for one in REQUESTS if one.values[0]["operation"] in UPDATES]
)
def test_what_is_created_can_be_updated_to_the_same(request_: dict):
    created = request_["body"]["data"]
    id_ = bodies.compound_id(created["attributes"]["external_id"])
    body = bodies.catalog_update(created, id_)

    assert_drops_nothing(UPDATES[request_["operation"]], body)
    operation = request_["operation"].replace("create", "update")
    if operation != "update_catalog_category":
        assert check(operation, body) == []


def test_an_erasure_names_one_profile():
    body = bodies.erasure("01GDDKASAP8TKDDA2GRZDSVP4H")

    assert_drops_nothing(DataPrivacyCreateDeletionJobQuery, body)


def assert_drops_nothing(model: type[BaseModel], body: dict) -> None:
    said = json.loads(model.model_validate(body).model_dump_json(by_alias=True, exclude_unset=True))
    sent = copy.deepcopy(body)
    for either in (said, sent):  # the SDK writes times and whole numbers in its own way
        either["data"]["attributes"].pop("time", None)
    assert said == sent


def test_every_operation_has_rates_and_a_check():
    for operation in MODELS:
        assert RATES[operation]
        assert check(operation, {})


def test_a_good_event_has_no_problems():
    assert check("create_event", EVENT) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (event(metric={"data": {"type": "metric", "attributes": {"name": "x" * 128}}}),
         "/data/attributes/metric/data/attributes/name"),
        (event(properties={str(n): n for n in range(401)}), "/data/attributes/properties"),
        (event(properties={"text": "ä" * 50_001}), "/data/attributes/properties/text"),
        (event(properties={"a": {"b": ["x" * 100_001]}}), "/data/attributes/properties/a/b/0"),
        (event(properties={"list": list(range(4001))}), "/data/attributes/properties/list"),
        (event(properties={"big": 2**63}), "/data/attributes/properties/big"),
        (event(properties={"$own": 1}), "/data/attributes/properties"),
        (event(properties=nested(11)), "/data/attributes/properties" + "/a" * 10),
        (event(properties={str(n): "x" * 99_000 for n in range(60)}), ""),
        (event(value="19.99"), "/data/attributes/value"),
        (event(value_currency="eur"), "/data/attributes/value_currency"),
        (event(time="yesterday"), "/data/attributes/time"),
        (event(unique_id=""), "/data/attributes/unique_id"),
        (event(more=1), "/data/attributes"),
        (event_of(), PERSON),
        (event_of(email="nobody"), f"{PERSON}/email"),
        (event_of(email="a@Example.com"), f"{PERSON}/email"),
        (event_of(email=f"ada@{'b' * 60}.{'c' * 40}.com"), f"{PERSON}/email"),
        (event_of(external_id="x" * 65), f"{PERSON}/external_id"),
        (event_of(email="a@b-shop.com", phone_number="0151 234"), f"{PERSON}/phone_number"),
        (event_of(email="a@b-shop.com", properties={"a": "x" * 96_000}), PERSON),
    ],
)  # fmt: skip
def test_what_would_be_refused_is_found_at_its_place(body: dict, pointer: str):
    problems = check("create_event", body)

    assert [problem.pointer for problem in problems] == [pointer]


def test_the_person_of_an_event_is_checked_also_where_its_properties_are_known_to_fit():
    fitted, _ = fit_event({"OrderId": "1"}, {}, {})
    large = {"email": "a@b-shop.com", "properties": {"a": "x" * 96_000}}
    person = {"data": {"type": "profile", "attributes": large}}

    assert check("create_event", event(properties=fitted)) == []
    [problem] = check("create_event", event(properties=fitted, profile=person))
    assert problem.pointer == PERSON


def test_an_event_without_time_or_unique_id_is_not_sent():
    body = event()
    del body["data"]["attributes"]["time"], body["data"]["attributes"]["unique_id"]

    assert len(check("create_event", body)) == 2


def test_a_profile_over_its_size_is_found():
    attributes = {"email": "a@b-shop.com", "properties": {str(n): "x" * 9_000 for n in range(12)}}

    [problem] = check("profile_import", {"data": {"type": "profile", "attributes": attributes}})

    assert "Klaviyo takes 100,000" in problem.reason
