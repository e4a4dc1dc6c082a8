"""What Klaviyo would refuse, or worse, take and silently drop: found before it is stored.

Sources: the OpenAPI document of revision 2026-07-15 (shapes), its prose and the guides (limits).
"""

from __future__ import annotations

from collections.abc import Callable

from integration.core.mailboxes import EXAMPLES
from integration.core.rules import Json, Problem, Schema, pointer
from integration.destinations.klaviyo import limits, schemas, waiting_schemas
from integration.destinations.klaviyo.fitting import Fitted
from integration.destinations.klaviyo.quick_json import size, surely_within

PROFILE = Schema(schemas.PROFILE_IMPORT)
PATCH = Schema(schemas.PROFILE_UPDATE)
CATEGORY = Schema(schemas.CATEGORY)
ITEM = Schema(schemas.ITEM)
ITEM_UPDATE = Schema(schemas.ITEM_UPDATE)
VARIANT = Schema(schemas.VARIANT)
VARIANT_UPDATE = Schema(schemas.VARIANT_UPDATE)
EVENT = Schema(schemas.EVENT)
BACK_IN_STOCK = Schema(waiting_schemas.BACK_IN_STOCK)
SUBSCRIBE = Schema(waiting_schemas.SUBSCRIBE)
UNSUBSCRIBE = Schema(waiting_schemas.UNSUBSCRIBE)

PROPERTIES = ("data", "attributes", "properties")
PERSON = ("data", "attributes", "profile", "data", "attributes")
PERSON_POINTER = pointer(*PERSON)
SUBSCRIBER = ("data", "attributes", "profiles", "data", "0", "attributes")
# What somebody may be known by; the last one is the mark that Klaviyo gave their browser.
KNOWN_BY = ("email", "phone_number", "external_id", "_kx")
# What somebody must be known by, to get something there.
REACHED_BY = {"EMAIL": "email", "SMS": "phone_number", "WHATSAPP": "phone_number"}
CHANNELS = {"email": "EMAIL", "sms": "SMS"}

PRICE_MISSING = Problem("/data/attributes", "“price” is missing")
NO_PRICE = Problem(
    "/data/attributes/price", "is missing: neither the variant nor its product has one that holds"
)

# Addresses of these domains are answered 202 and never recorded (Events overview).
NOBODY = tuple(f"@{domain}" for domain in EXAMPLES)


def check(operation: str, body: Json) -> list[Problem]:
    """Return what is wrong with a request body, in words; empty if Klaviyo would keep it."""
    return _CHECKS[operation](body)


def _profile_import(body: Json) -> list[Problem]:
    return PROFILE.problems(body) or _profile_request(body)


def _profile_update(body: Json) -> list[Problem]:
    return PATCH.problems(body) or _profile_request(body)


def _profile_request(body: Json) -> list[Problem]:
    attributes = body["data"]["attributes"]
    properties = attributes.get("properties") or {}
    return [
        *_person(attributes, ("data", "attributes")),
        *_size(body, limits.MAX_PROFILE_BYTES, ""),
        *([] if isinstance(properties, Fitted) else _values(properties, PROPERTIES)),
    ]


def _event(body: Json) -> list[Problem]:
    if not EVENT.fits(body):
        return EVENT.problems(body)
    attributes = body["data"]["attributes"]
    person = attributes["profile"]["data"]["attributes"]
    problems = [
        *_person(person, PERSON),
        *_size(person, limits.MAX_EVENT_PROFILE_BYTES, PERSON_POINTER),
    ]
    if isinstance(attributes["properties"], Fitted):
        return problems
    return [
        *problems,
        *_size(body, limits.MAX_BODY_BYTES, ""),
        *_values(attributes["properties"], PROPERTIES),
    ]


def _waiting(body: Json) -> list[Problem]:
    problems = BACK_IN_STOCK.problems(body)
    if problems:
        return problems
    attributes = body["data"]["attributes"]
    person = attributes["profile"]["data"]["attributes"]
    return _person(person, PERSON) or _unreached(attributes["channels"], person, PERSON)


def _subscribing(body: Json) -> list[Problem]:
    return SUBSCRIBE.problems(body) or _subscriber(body)


def _unsubscribing(body: Json) -> list[Problem]:
    return UNSUBSCRIBE.problems(body) or _subscriber(body)


def _subscriber(body: Json) -> list[Problem]:
    [profile] = body["data"]["attributes"]["profiles"]["data"]
    person = profile["attributes"]
    channels = [CHANNELS[name] for name in person["subscriptions"]]
    return _person(person, SUBSCRIBER) or _unreached(channels, person, SUBSCRIBER)


def _unreached(channels: list[str], person: Json, base: tuple[str, ...]) -> list[Problem]:
    missing = {REACHED_BY[name] for name in channels if name in REACHED_BY} - {
        name for name, value in person.items() if value
    }
    return [Problem(pointer(*base), f"“{name}” is missing") for name in sorted(missing)]


def _category(body: Json) -> list[Problem]:
    return CATEGORY.problems(body)


def _item(body: Json) -> list[Problem]:
    return ITEM.problems(body) or _metadata(body)


def _variant(body: Json) -> list[Problem]:
    found = VARIANT.problems(body)
    return [NO_PRICE if problem == PRICE_MISSING else problem for problem in found] or _metadata(
        body
    )


def _metadata(body: Json) -> list[Problem]:
    metadata = body["data"]["attributes"].get("custom_metadata") or {}
    where = pointer("data", "attributes", "custom_metadata")
    return [
        *_size(metadata, limits.MAX_METADATA_BYTES, where),
        *_size(body, limits.MAX_BODY_BYTES, ""),
    ]


def _nothing_to_check(body: Json) -> list[Problem]:
    return []


def _person(attributes: Json, base: tuple[str, ...]) -> list[Problem]:
    if not any(attributes.get(name) for name in KNOWN_BY):
        return [Problem(pointer(*base), "needs an e-mail address, a phone number or an id")]
    if (attributes.get("email") or "").lower().endswith(NOBODY):
        where = pointer(*base, "email")
        return [Problem(where, "is an address for examples: Klaviyo takes it and records nothing")]
    return []


def _size(document: Json, most: int, where: str) -> list[Problem]:
    if surely_within(most, document):
        return []
    found = size(document)
    return [] if found <= most else [Problem(where, f"is {found:,} bytes; Klaviyo takes {most:,}")]


def _values(value: object, path: tuple[str | int, ...], depth: int = 1) -> list[Problem]:
    """Walk the properties: strings, lists and nesting have limits of their own."""
    if isinstance(value, str) and len(value.encode()) > limits.MAX_STRING_BYTES:
        return [Problem(pointer(*path), f"is longer than {limits.MAX_STRING_BYTES:,} bytes")]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return [Problem(pointer(*path), "is a number of more than 64 bits")]
    if isinstance(value, list):
        if len(value) > limits.MAX_ARRAY_ITEMS:
            return [Problem(pointer(*path), f"has more than {limits.MAX_ARRAY_ITEMS:,} entries")]
        return [p for i, item in enumerate(value) for p in _values(item, (*path, i), depth)]
    if isinstance(value, dict):
        if depth > limits.MAX_DEPTH:
            return [Problem(pointer(*path), f"is nested more than {limits.MAX_DEPTH} levels deep")]
        return [p for k, item in value.items() for p in _values(item, (*path, k), depth + 1)]
    return []


_CHECKS: dict[str, Callable[[Json], list[Problem]]] = {
    "profile_import": _profile_import,
    "update_profile": _profile_update,
    "rekey_profile": _profile_import,
    "request_profile_deletion": _nothing_to_check,
    "create_event": _event,
    "create_back_in_stock_subscription": _waiting,
    "bulk_subscribe_profiles": _subscribing,
    "bulk_unsubscribe_profiles": _unsubscribing,
    "create_catalog_category": _category,
    "delete_catalog_category": _nothing_to_check,
    "create_catalog_item": _item,
    "update_catalog_item": ITEM_UPDATE.problems,
    "delete_catalog_item": _nothing_to_check,
    "create_catalog_variant": _variant,
    "update_catalog_variant": VARIANT_UPDATE.problems,
    "delete_catalog_variant": _nothing_to_check,
}
