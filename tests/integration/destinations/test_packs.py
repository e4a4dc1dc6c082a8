"""Single requests become pieces of bulk requests that Klaviyo's own models take."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import orjson
import pytest
from openapi_client.models.catalog_category_create_job_create_query import (
    CatalogCategoryCreateJobCreateQuery,
)
from openapi_client.models.catalog_category_delete_job_create_query import (
    CatalogCategoryDeleteJobCreateQuery,
)
from openapi_client.models.catalog_item_create_job_create_query import (
    CatalogItemCreateJobCreateQuery,
)
from openapi_client.models.catalog_item_delete_job_create_query import (
    CatalogItemDeleteJobCreateQuery,
)
from openapi_client.models.catalog_variant_create_job_create_query import (
    CatalogVariantCreateJobCreateQuery,
)
from openapi_client.models.catalog_variant_delete_job_create_query import (
    CatalogVariantDeleteJobCreateQuery,
)
from openapi_client.models.catalog_variant_update_job_create_query import (
    CatalogVariantUpdateJobCreateQuery,
)
from openapi_client.models.events_bulk_create_job import EventsBulkCreateJob
from openapi_client.models.profile_import_job_create_query import ProfileImportJobCreateQuery
from pydantic import BaseModel

from integration.core.exchange import Request
from integration.destinations.klaviyo.bulk import BULK
from integration.destinations.klaviyo.bulk_operations import OPERATIONS, single_body
from integration.destinations.klaviyo.limits import RATES
from integration.destinations.klaviyo.packs import BULK as BULK_OF
from integration.destinations.klaviyo.packs import FRAME_BYTES, in_a_minute
from integration.destinations.klaviyo.rules import check
from tests.integration.destinations import requests_to as to

MODELS: list[tuple[Request, type[BaseModel]]] = [
    (to.event(), EventsBulkCreateJob),
    (BULK.historic(to.event()), EventsBulkCreateJob),
    (to.profile(phone_number=to.PHONE, properties={"a": 1}), ProfileImportJobCreateQuery),
    (to.category(), CatalogCategoryCreateJobCreateQuery),
    (to.item(), CatalogItemCreateJobCreateQuery),
    (to.variant(), CatalogVariantCreateJobCreateQuery),
    (to.stock(), CatalogVariantUpdateJobCreateQuery),
    (to.deletion("category", "k"), CatalogCategoryDeleteJobCreateQuery),
    (to.deletion("item", "p"), CatalogItemDeleteJobCreateQuery),
    (to.deletion("variant", "a/b"), CatalogVariantDeleteJobCreateQuery),
]


@pytest.mark.parametrize(("request_", "model"), MODELS)
def test_klaviyos_own_sdk_takes_every_bulk_request_and_drops_nothing(
    request_: Request, model: type[BaseModel]
):
    operation = OPERATIONS[BULK_OF[request_.operation]]
    body = orjson.loads(operation.request(to.pieces(request_) * 2))

    said = json.loads(model.model_validate(body).model_dump_json(by_alias=True, exclude_unset=True))

    assert without_times(said) == without_times(body)


def without_times(value: Any) -> Any:
    """The SDK writes times in its own way."""
    if isinstance(value, list):
        return [without_times(one) for one in value]
    if isinstance(value, dict):
        return {name: without_times(one) for name, one in value.items() if name != "time"}
    return value


@pytest.mark.parametrize("request_", [request for request, _ in MODELS if request.body])
def test_a_piece_says_what_its_single_request_was(request_: Request):
    [content] = to.pieces(request_)

    assert single_body(content) == request_.body


def test_an_event_is_a_group_of_its_own():
    group = to.piece(to.event())["attributes"]

    assert group["profile"]["data"]["attributes"] == {"email": to.ADA}
    assert len(group["events"]["data"]) == 1
    assert "profile" not in group["events"]["data"][0]["attributes"]


def test_what_the_quick_json_will_not_have_goes_all_the_same():
    request = to.event(properties={"half": "\ud800", "big": 2**70})

    [content] = to.pieces(request)

    assert single_body(content) == request.body


def test_a_historic_event_starts_nothing_and_is_in_order():
    request = to.event()
    before = copy.deepcopy(request.body)

    historic = BULK.historic(request)

    [event] = to.piece(historic)["attributes"]["events"]["data"]
    assert event["attributes"]["backfill"] is True
    assert check("create_event", historic.body) == []
    assert request.body == before
    assert BULK.historic(to.profile()) == to.profile()


def test_what_may_not_meet_in_one_request_is_kept_apart():
    def apart(request: Request) -> str:
        return BULK.packs[request.operation].apart(request)

    assert apart(to.event(7)) == "o-7"
    assert apart(to.profile(1, email="Ada@Storewire-Demo.com")) == to.ADA
    assert apart(to.profile(1, email=None)) == ""
    assert apart(to.deletion("item", "p-1")) == apart(to.item(1)) == "item:p-1"


def test_what_refers_to_another_goes_after_it():
    stages = {operation: pack.stage for operation, pack in BULK.packs.items()}

    assert stages["create_catalog_category"] < stages["create_catalog_item"]
    assert stages["create_catalog_item"] < stages["create_catalog_variant"]
    assert stages["create_event"] == stages["profile_import"] == 0
    assert BULK.stages["products"] == (1, 2)


def test_the_frame_fits_beside_a_full_pack():
    frames = [len(operation.request([])) for operation in OPERATIONS.values()]

    assert max(frames) <= FRAME_BYTES
    assert {pack.most_bytes for pack in BULK.packs.values()} == {4_950_000 - FRAME_BYTES}


def test_every_operation_that_is_asked_has_rates():
    for name, operation in OPERATIONS.items():
        assert RATES[name]
        assert operation.told_by in (*RATES, "")


@pytest.mark.parametrize(
    ("operation", "size", "a_minute"),
    [
        ("create_event", 1_000, 150_000),
        ("create_event", 10_000, 150 * 494),
        ("create_event", 9_000_000, 150),
        ("profile_import", 500, 150 * 9_899),
        ("create_catalog_variant", 0, 75_000),
    ],
)
def test_the_most_in_a_minute_follows_from_requests_and_bytes(
    operation: str, size: int, a_minute: int
):
    assert in_a_minute(operation, size) == a_minute


@pytest.mark.parametrize(
    ("collection", "a_minute"),
    [
        ("orders", in_a_minute("create_event", 5_000) / 4),
        ("customers", in_a_minute("profile_import", 800)),
        ("products", 25_000),
        ("categories", 75_000),
        ("reviews", math.inf),
    ],
)
def test_the_most_of_a_collection_follows_from_what_its_things_become(
    collection: str, a_minute: float
):
    assert BULK.ceiling(collection) == a_minute
