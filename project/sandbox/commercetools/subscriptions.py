"""Subscriptions: who wants to be told what, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.sandbox.commercetools import notifications, telling
from project.sandbox.commercetools.answers import Answer, error, invalid, not_found
from project.sandbox.commercetools.documents import Json, born, changed, now
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.shop import KINDS, Shop

KIND = "subscriptions"
MOST = 50
# status: the HTTP status with which /health says it
HEALTH = {
    "Healthy": 200,
    "ConfigurationError": 400,
    "ConfigurationErrorDeliveryStopped": 400,
    "ManuallySuspended": 400,
    "TemporaryError": 503,
}
# the type of a destination: how notifications arrive there; "platform" if it is not listed
_ENVELOPES = {"GoogleCloudPubSub": "pubsub", "EventBridge": "eventbridge"}
_PLATFORM: Json = {"type": "Platform"}


class _Wrong(ValueError):
    """A draft or an action that makes no sense."""


def create(shop: Shop, hook: Hook | None, draft: Any) -> Answer:
    """Answer a request for a new subscription. It is not made if its test cannot be delivered."""
    try:
        fields = _fields(draft)
        made = {**born(shop.random, now()), **fields, "status": "Healthy"}
        _check_room(shop, made)
        _test(shop, hook, made)  # without the lock: whoever is tested may ask the shop meanwhile
        with shop.lock:
            _check_room(shop, made)
            shop.put(KIND, made)
    except _Wrong as exc:
        return invalid(str(exc))
    return made, 201


def update(shop: Shop, hook: Hook | None, id_: str, order: Any) -> Answer:
    """Answer a request to change a subscription."""
    before = shop.get(KIND, id_)
    if before is None:
        return not_found(f"The resource with the id “{id_}” was not found.")
    if not isinstance(order, dict) or not isinstance(order.get("actions"), list):
        return invalid("version, actions: both are required")
    if order.get("version") != before["version"]:
        return _outdated(before)
    try:
        made = before
        for action in order["actions"]:
            made = _acted(shop, made, action)
        if made == before:
            return before, 200
        if made["destination"] != before["destination"]:
            _test(shop, hook, made)
    except _Wrong as exc:
        return invalid(str(exc))
    with shop.lock:
        if shop.get(KIND, id_) != before:  # somebody was faster
            return _outdated(shop.get(KIND, id_) or before)
        made = changed(made, now())
        shop.put(KIND, made)
    return made, 200


def delete(shop: Shop, id_: str, version: str) -> Answer:
    """Answer a request to end a subscription."""
    with shop.lock:
        found = shop.get(KIND, id_)
        if found is None:
            return not_found(f"The resource with the id “{id_}” was not found.")
        if not version.isdecimal():
            return invalid("version: required")
        if int(version) != found["version"]:
            return _outdated(found)
        shop.remove(KIND, id_)
        return found, 200


def health(shop: Shop, id_: str) -> Answer:
    """Answer how a subscription is. Nobody needs a token for that."""
    found = shop.get(KIND, id_)
    if found is None:
        return not_found(f"The resource with the id “{id_}” was not found.")
    status = found["status"]
    if status == "Healthy":
        return {}, 200
    return {"status": status, "message": f"The subscription's status is {status}."}, HEALTH[status]


def set_health(shop: Shop, order: Any) -> Answer:
    """Make a subscription as healthy or sick as the sandbox is told."""
    order = order if isinstance(order, dict) else {}
    id_, status = order.get("id"), order.get("status")
    with shop.lock:
        found = shop.get(KIND, id_) if isinstance(id_, str) else None
        if found is None:
            return {"error": "id: that of one of the shop's subscriptions"}, 400
        if not isinstance(status, str) or status not in HEALTH:
            return {"error": f"status: one of {', '.join(HEALTH)}"}, 400
        shop.put(KIND, {**found, "status": status})
    return {"id": id_, "status": status}, 200


def _fields(draft: Any) -> Json:
    """What a draft says, checked."""
    if not isinstance(draft, dict):
        raise _Wrong("the body: a JSON object")
    fields = {
        "destination": _destination(draft.get("destination")),
        "messages": _wanted(draft, "messages"),
        "changes": _wanted(draft, "changes"),
        "events": [],
        "format": draft.get("format") or _PLATFORM,
    }
    if not fields["messages"] and not fields["changes"]:
        raise _Wrong("messages, changes: at least one of them")
    return fields | ({"key": draft["key"]} if draft.get("key") else {})


def _destination(given: Any) -> Json:
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise _Wrong("destination: an object with a type")
    return given


def _wanted(given: Json, name: str) -> list[Json]:
    listed = given.get(name) or []
    if not isinstance(listed, list) or not all(_is_resource(entry) for entry in listed):
        raise _Wrong(f"{name}: a list of objects with a resourceTypeId of {', '.join(KINDS)}")
    return listed


def _is_resource(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("resourceTypeId") in KINDS


def _acted(shop: Shop, before: Json, action: Any) -> Json:
    name = action.get("action") if isinstance(action, dict) else None
    act = _ACTIONS.get(name) if isinstance(name, str) else None
    if act is None:
        raise _Wrong(f"actions: each one of {', '.join(_ACTIONS)}")
    made = act(before, action)
    _check_room(shop, made)
    return made


def _with_key(before: Json, action: Json) -> Json:
    without = {name: value for name, value in before.items() if name != "key"}
    return without | ({"key": action["key"]} if action.get("key") else {})


_ACTIONS: dict[str, Callable[[Json, Json], Json]] = {
    "setKey": _with_key,
    "setMessages": lambda before, action: {**before, "messages": _wanted(action, "messages")},
    "setChanges": lambda before, action: {**before, "changes": _wanted(action, "changes")},
    "changeDestination": lambda before, action: {
        **before,
        "destination": _destination(action.get("destination")),
    },
}


def _check_room(shop: Shop, made: Json) -> None:
    """Raise _Wrong if there is no room for one more, or its key is taken."""
    others = [entry for entry in shop.held(KIND) if entry["id"] != made["id"]]
    if len(others) >= MOST:
        raise _Wrong(f"a project has {MOST} subscriptions at most")
    key = made.get("key")
    if key is not None and any(entry.get("key") == key for entry in others):
        raise _Wrong(f"key: another subscription has “{key}”")


def _test(shop: Shop, hook: Hook | None, made: Json) -> None:
    """Try the door. Raises _Wrong if there is one, and it stays closed."""
    test = notifications.subscription_test(shop.project_key, made["id"], made.get("key", ""))
    envelope = _ENVELOPES.get(made["destination"]["type"], "platform")
    if made["format"].get("type") == "CloudEvents":
        envelope = "cloudevents"
    notice = telling.announce(shop, hook, test, envelope)
    if hook is not None and (notice.status is None or notice.status >= 300):
        raise _Wrong("destination: the test notification could not be delivered")


def _outdated(document: Json) -> Answer:
    version = document["version"]
    text = f"Object {document['id']} has a different version than expected. Actual: {version}."
    return error(409, "ConcurrentModification", text, currentVersion=version)
