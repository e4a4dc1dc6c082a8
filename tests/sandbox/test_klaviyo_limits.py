"""Klaviyo counts in fixed windows of a second and a minute, and says so."""

from __future__ import annotations

import pytest

from project.sandbox.klaviyo.limits import RATES, Limits

ADA = "ada@storewire-demo.com"


def rate_headers(response) -> dict[str, str]:
    return {k: v for k, v in response.headers if k.startswith("RateLimit") or k == "Retry-After"}


def test_a_window_that_is_full_says_when_to_come_back():
    limits = Limits(enforced=True)
    second, minute = RATES["profile_import"]

    first = [limits.hit("profile_import", 120.5).fits for _ in range(second)]
    refused = limits.hit("profile_import", 120.9)

    assert all(first)
    assert (refused.fits, refused.seconds) == (False, 1)
    assert limits.hit("profile_import", 121.0).fits
    for place in range(minute - second - 1):
        assert limits.hit("profile_import", 122.0 + place / 70).fits
    full = limits.hit("profile_import", 140.0)
    assert (full.fits, full.seconds) == (False, 40)
    assert limits.hit("profile_import", 180.0).fits


@pytest.mark.parametrize(
    ("operation", "rate"),
    [
        ("create_event", (350, 3500)),
        ("profile_import", (75, 750)),
        ("update_profile", (75, 750)),
        ("get_accounts", (1, 15)),
        ("get_metrics", (10, 150)),
        ("request_profile_deletion", (3, 60)),
        ("create_catalog_item", (75, 750)),
        ("update_catalog_variant", (75, 750)),
        ("delete_catalog_category", (75, 750)),
        ("update_categories_for_catalog_item", (75, 750)),
        ("get_catalog_items", (350, 3500)),
        ("get_catalog_category", (350, 3500)),
        ("get_variants_for_catalog_item", (350, 3500)),
        ("bulk_create_events", (10, 150)),
        ("bulk_import_profiles", (10, 150)),
        ("get_bulk_import_profiles_job", (10, 150)),
        ("get_bulk_import_profiles_jobs", (10, 150)),
        ("get_errors_for_bulk_import_profiles_job", (10, 150)),
        ("bulk_create_catalog_items", (75, 750)),
        ("bulk_update_catalog_variants", (75, 750)),
        ("bulk_delete_catalog_categories", (75, 750)),
        ("get_bulk_create_catalog_items_job", (75, 750)),
        ("get_bulk_update_variants_jobs", (75, 750)),
        ("get_bulk_delete_catalog_items_jobs", (350, 3500)),
        ("get_bulk_delete_variants_job", (350, 3500)),
        ("get_bulk_create_categories_job", (350, 3500)),
        ("get_flows_triggered_by_metric", (10, 150)),
    ],
)
def test_the_limits_are_those_of_the_document(operation: str, rate: tuple[int, int]):
    assert RATES[operation] == rate


def test_an_answer_says_what_is_left_of_the_minute(limited_api):
    limited_api.now = 6000 + 12.5

    first, refused = limited_api.import_profile(email=ADA), limited_api.import_profile()

    assert rate_headers(first) == {
        "RateLimit-Limit": "750",
        "RateLimit-Remaining": "749",
        "RateLimit-Reset": "48",
    }
    assert (refused.status_code, refused.headers["RateLimit-Remaining"]) == (400, "748")


def test_one_too_many_in_a_second_waits_for_the_next(limited_api):
    assert limited_api.get("/api/accounts").status_code == 200
    response = limited_api.get("/api/accounts")

    assert response.status_code == 429
    assert rate_headers(response) == {"Retry-After": "1"}
    [error] = response.json["errors"]
    assert (error["code"], error["title"]) == ("throttled", "Request was throttled.")
    assert error["detail"] == "Request was throttled. Expected available in 1 second."
    assert limited_api.get("/api/metrics").status_code == 200  # another window
    limited_api.now += 1
    assert limited_api.get("/api/accounts").status_code == 200
    assert limited_api.state()["counts"]["throttled"] == 1


def test_one_too_many_in_a_minute_waits_for_the_next(limited_api):
    for _ in range(15):
        assert limited_api.get("/api/accounts").status_code == 200
        limited_api.now += 1
    response = limited_api.get("/api/accounts")

    assert rate_headers(response) == {"Retry-After": "45"}
    limited_api.now += 45
    assert limited_api.get("/api/accounts").status_code == 200


def test_emptying_starts_the_windows_anew(limited_api):
    limited_api.get("/api/accounts")
    limited_api.client.delete("/_sandbox/state")

    assert limited_api.get("/api/accounts").status_code == 200


def test_without_limits_nothing_is_too_much(klaviyo_api):
    answers = [klaviyo_api.get("/api/accounts").status_code for _ in range(40)]

    assert answers == [200] * 40
