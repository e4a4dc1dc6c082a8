"""How much Klaviyo takes, by operation. Source: x-klaviyo-ratelimit in its OpenAPI document.

Counted per account and operation; the first number is for a second, the other for a minute.
"""

from __future__ import annotations

from integration.core.limits import Rate


def _rates(second: int, minute: int) -> tuple[Rate, ...]:
    return (Rate(second, 1), Rate(minute, 60))


# By operation: what Klaviyo calls it, but for our upsert of a profile and its change of address.
RATES = {
    "create_event": _rates(350, 3500),
    "profile_import": _rates(75, 750),
    "update_profile": _rates(75, 750),
    "get_accounts": _rates(1, 15),
    "get_profiles": _rates(75, 750),
    "rekey_profile": _rates(75, 750),
    "request_profile_deletion": _rates(3, 60),
    "create_back_in_stock_subscription": _rates(350, 3500),
    "bulk_subscribe_profiles": _rates(75, 750),
    "bulk_unsubscribe_profiles": _rates(75, 750),
    "get_profiles_for_list": _rates(75, 750),
    "create_catalog_category": _rates(75, 750),
    "update_catalog_category": _rates(75, 750),
    "delete_catalog_category": _rates(75, 750),
    "create_catalog_item": _rates(75, 750),
    "update_catalog_item": _rates(75, 750),
    "delete_catalog_item": _rates(75, 750),
    "create_catalog_variant": _rates(75, 750),
    "update_catalog_variant": _rates(75, 750),
    "delete_catalog_variant": _rates(75, 750),
    "bulk_create_events": _rates(10, 150),
    "bulk_import_profiles": _rates(10, 150),
    "get_bulk_import_profiles_job": _rates(10, 150),
    "get_errors_for_bulk_import_profiles_job": _rates(10, 150),
    **{
        f"bulk_{verb}_catalog_{many}": _rates(75, 750)
        for verb in ("create", "update", "delete")
        for many in ("items", "variants", "categories")
    },
    "get_bulk_create_catalog_items_job": _rates(75, 750),
    "get_bulk_update_catalog_items_job": _rates(75, 750),
    "get_bulk_delete_catalog_items_job": _rates(350, 3500),
    "get_bulk_create_variants_job": _rates(75, 750),
    "get_bulk_update_variants_job": _rates(75, 750),
    "get_bulk_delete_variants_job": _rates(350, 3500),
    "get_bulk_create_categories_job": _rates(350, 3500),
    "get_bulk_update_categories_job": _rates(350, 3500),
    "get_bulk_delete_categories_job": _rates(350, 3500),
    "get_catalog_items": _rates(350, 3500),
    "get_catalog_variants": _rates(350, 3500),
    "get_catalog_categories": _rates(350, 3500),
    "get_metrics": _rates(10, 150),
    "get_flows_triggered_by_metric": _rates(10, 150),
}

MAX_BODY_BYTES = 5_000_000  # of a request, not compressed
MAX_PROFILE_BYTES = 100_000  # of a profile request
MAX_EVENT_PROFILE_BYTES = 95_000  # of the profile inside an event (Events overview, Limitations)
MAX_STRING_BYTES = 100_000
MAX_PROPERTIES = 400
MAX_METRIC_NAME = 127  # "under 128 characters"
MAX_UNIQUE_ID = 255
MAX_EMAIL = 100
MAX_EXTERNAL_ID = 64  # the integration FAQ; longer ones are cut, which would mix up people
MAX_ARRAY_ITEMS = 4000
MAX_METADATA_BYTES = 100_000  # custom_metadata of a catalog object
MAX_DEPTH = 10  # levels of objects in the properties of an event

MAX_BULK_BYTES = 4_950_000  # of a bulk request: whether its 5 MB are 10^6 or 2^20 is not said
MAX_BULK_EVENTS = 1_000
MAX_BULK_PROFILES = 10_000
MAX_BULK_OBJECTS = 100  # of the catalog
