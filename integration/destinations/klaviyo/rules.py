"""What Klaviyo would refuse, or worse, take and silently drop: found before it is stored.

Sources: the OpenAPI document of revision 2026-07-15 (shapes), its prose and the guides (limits).
"""

from __future__ import annotations

import json
from collections.abc import Callable

from integration.core.rules import Json, Problem, Schema, pointer
from integration.destinations.klaviyo import limits, schemas

PROFILE = Schema(schemas.PROFILE_IMPORT)
PATCH = Schema(schemas.PROFILE_UPDATE)
EVENT = Schema(schemas.EVENT)

# Addresses of these domains are answered 202 and never recorded (Events overview).
NOBODY = ("@example.com", "@example.org", "@example.net", "@test.com")


def check(operation: str, body: Json) -> list[Problem]:
    """Return what is wrong with a request body, in words; empty if Klaviyo would keep it."""
    return _CHECKS[operation](body)


def _profile_import(body: Json) -> list[Problem]:
    return PROFILE.problems(body) or _profile_request(body)


def _profile_update(body: Json) -> list[Problem]:
    return PATCH.problems(body) or _profile_request(body)


def _profile_request(body: Json) -> list[Problem]:
    base = ("data", "attributes")
    return [
        *_person(body["data"]["attributes"], base),
        *_size(body, limits.MAX_PROFILE_BYTES, ""),
        *_values(body["data"]["attributes"].get("properties") or {}, (*base, "properties")),
    ]


def _event(body: Json) -> list[Problem]:
    problems = EVENT.problems(body)
    if problems:
        return problems
    attributes = body["data"]["attributes"]
    person = attributes["profile"]["data"]["attributes"]
    base = ("data", "attributes", "profile", "data", "attributes")
    return [
        *_person(person, base),
        *_size(person, limits.MAX_EVENT_PROFILE_BYTES, pointer(*base)),
        *_size(body, limits.MAX_BODY_BYTES, ""),
        *_values(attributes["properties"], ("data", "attributes", "properties")),
    ]


def _person(attributes: Json, base: tuple[str, ...]) -> list[Problem]:
    if not any(attributes.get(name) for name in ("email", "phone_number", "external_id")):
        return [Problem(pointer(*base), "needs an e-mail address, a phone number or an id")]
    if (attributes.get("email") or "").lower().endswith(NOBODY):
        where = pointer(*base, "email")
        return [Problem(where, "is an address for examples: Klaviyo takes it and records nothing")]
    return []


def _size(document: Json, most: int, where: str) -> list[Problem]:
    size = len(json.dumps(document).encode())
    return [] if size <= most else [Problem(where, f"is {size:,} bytes; Klaviyo takes {most:,}")]


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
    "create_event": _event,
}
