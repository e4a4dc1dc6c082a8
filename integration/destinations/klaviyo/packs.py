"""How single requests become pieces of bulk requests, and how many go together."""

from __future__ import annotations

import math
from collections.abc import Callable
from urllib.parse import unquote

from integration.core.bulk import Pack
from integration.core.exchange import Request
from integration.destinations.klaviyo import limits
from integration.destinations.klaviyo.bulk_operations import KINDS, Kind, single_body
from integration.destinations.klaviyo.quick_json import dumped

FRAME_BYTES = 200  # around the pieces, at the most

STAGES = {"category": 0, "item": 1, "variant": 2}  # an item names its categories, and so on
PASSES = {"products": (STAGES["item"], STAGES["variant"])}  # of a collection, if not only 0
KEYS = {"categories": ("category:",), "products": ("variant:", "item:")}
# What a thing of a collection becomes, about: an operation, how often, and the bytes of each.
USUAL = {
    "categories": ("create_catalog_category", 1, 2_000),
    "customers": ("profile_import", 1, 800),
    "orders": ("create_event", 4, 5_000),
    "products": ("create_catalog_item", 3, 2_000),
}


def historic(request: Request) -> Request:
    """Return an event's request as one that starts no flow; any other as it is."""
    if request.operation != "create_event":
        return request
    data = request.body["data"]
    attributes = {**data["attributes"], "backfill": True}
    return request.with_body({"data": {**data, "attributes": attributes}})


def ceiling(collection: str) -> float:
    """Return about how many things of a collection Klaviyo takes in a minute at the most."""
    if collection not in USUAL:
        return math.inf
    operation, count, size = USUAL[collection]
    return in_a_minute(operation, size) / count


def in_a_minute(operation: str, size: int) -> int:
    """Return how many of a single operation Klaviyo takes a minute when each has so many bytes."""
    pack = PACKS[operation]
    requests = min(rate.amount * 60 // rate.seconds for rate in limits.RATES[BULK[operation]])
    return requests * max(1, min(pack.most, pack.most_bytes // max(size, 1)))


def _event(request: Request) -> bytes:
    """A group for each event, so that a place in the request is the place of a piece."""
    data = request.body["data"]
    attributes = dict(data["attributes"])
    profile = attributes.pop("profile")
    event = {**data, "attributes": attributes}
    group = {"profile": profile, "events": {"data": [event]}}
    return dumped({"type": "event-bulk-create", "attributes": group})


def _object(request: Request) -> bytes:
    return dumped(request.body["data"])


def _deleted(request: Request) -> bytes:
    """A deletion says in its path what is to go, by its id."""
    path, _, id_ = request.path.rpartition("/")
    return dumped({"type": TYPES[path], "id": unquote(id_)})


def _unique_id(request: Request) -> str:
    """Klaviyo refuses all of a request in which one is repeated, even for other profiles."""
    return str(request.body["data"]["attributes"]["unique_id"])


def _email(request: Request) -> str:
    return str(request.body["data"]["attributes"].get("email") or "").lower()


def _order_key(request: Request) -> str:
    return request.order_key


def _pack(
    most: int, piece: Callable[[Request], bytes], apart: Callable[[Request], str], stage: int = 0
) -> Pack:
    most_bytes = limits.MAX_BULK_BYTES - FRAME_BYTES
    return Pack(
        most=most,
        most_bytes=most_bytes,
        piece=piece,
        body=single_body,
        apart=apart,
        stage=stage,
    )


def _of_catalog(kind: Kind, piece: Callable[[Request], bytes]) -> Pack:
    return _pack(limits.MAX_BULK_OBJECTS, piece, _order_key, STAGES[kind.key])


TYPES = {kind.path: kind.type for kind in KINDS.values()}
PACKS = {
    "create_event": _pack(limits.MAX_BULK_EVENTS, _event, _unique_id),
    "profile_import": _pack(limits.MAX_BULK_PROFILES, _object, _email),
    **{f"create_catalog_{kind.key}": _of_catalog(kind, _object) for kind in KINDS.values()},
    **{f"delete_catalog_{kind.key}": _of_catalog(kind, _deleted) for kind in KINDS.values()},
    # What is only hidden, and stock: of what there is.
    "update_catalog_item": _of_catalog(KINDS["item"], _object),
    "update_catalog_variant": _of_catalog(KINDS["variant"], _object),
}
PILED_UP = ("create_event", "profile_import")  # an object of the catalog waits for another's end
# The operation that takes most of a pack. An object of the catalog may have to be updated instead.
BULK = {
    "create_event": "bulk_create_events",
    "profile_import": "bulk_import_profiles",
    **{
        f"{verb}_catalog_{key}": kind.bulk(verb)
        for key, kind in KINDS.items()
        for verb in ("create", "update", "delete")
    },
}
