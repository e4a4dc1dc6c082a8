"""How much Klaviyo takes, by operation. Source: x-klaviyo-ratelimit in its OpenAPI document.

Counted per account and operation; the first number is for a second, the other for a minute.
"""

from __future__ import annotations

from integration.core.limits import Rate


def _rates(second: int, minute: int) -> tuple[Rate, ...]:
    return (Rate(second, 1), Rate(minute, 60))


RATES = {
    "create_event": _rates(350, 3500),
    "profile_import": _rates(75, 750),
    "update_profile": _rates(75, 750),
    "get_accounts": _rates(1, 15),
    "get_profiles": _rates(75, 750),
    "rekey_profile": _rates(75, 750),
    "request_profile_deletion": _rates(3, 60),
    "create_catalog_category": _rates(75, 750),
    "update_catalog_category": _rates(75, 750),
    "delete_catalog_category": _rates(75, 750),
    "create_catalog_item": _rates(75, 750),
    "update_catalog_item": _rates(75, 750),
    "delete_catalog_item": _rates(75, 750),
    "create_catalog_variant": _rates(75, 750),
    "update_catalog_variant": _rates(75, 750),
    "delete_catalog_variant": _rates(75, 750),
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
