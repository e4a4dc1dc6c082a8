"""Sending what people want to get: entries of Klaviyo's waiting list, and their consent."""

from __future__ import annotations

import hashlib

import requests

from integration.core.errors import Reject, Retry
from integration.core.exchange import Access, Answer
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies, errors
from integration.destinations.klaviyo.client import account, answer, call, permit
from integration.destinations.klaviyo.lookups import has_variant, is_on_list
from integration.destinations.klaviyo.words import PHONE_NOTE

NOT_ON_THE_LIST = "They are not on the list: there was nothing to take them off."
SETTLING_SECONDS = 300.0  # in which Klaviyo has surely subscribed whom it was told to
LOOK_AGAIN_SECONDS = 30.0


def waits(access: Access, request: Json) -> Answer:
    """Put somebody on the waiting list, by e-mail alone where the number is no good.

    A variant must be there: what Klaviyo does with an entry for one that it does not have is not
    documented, and its 202 would say nothing.
    """
    body = request["body"]
    if not has_variant(access, body["data"]["relationships"]["variant"]["data"]["id"]):
        raise errors.foreseen(errors.VARIANT_MISSING)
    response = call(access, request["method"], request["path"], body)
    bad_phone = errors.bad_phone_pointer(response)
    if not bad_phone or "EMAIL" not in body["data"]["attributes"]["channels"]:
        return answer(response)
    permit(access, "create_back_in_stock_subscription")
    body = bodies.without(body, bad_phone)
    body["data"]["attributes"]["channels"] = ["EMAIL"]
    return answer(call(access, request["method"], request["path"], body), (PHONE_NOTE,))


def subscribed(access: Access, request: Json) -> Answer:
    """Subscribe somebody to a list."""
    result = answer(call(access, request["method"], request["path"], request["body"]))
    access.memory.set(_settling(access, request["body"]), "asked", SETTLING_SECONDS)
    return result


def unsubscribed(access: Access, request: Json) -> Answer:
    """Take somebody off a list, if they are on it.

    Whom the list does not have, Klaviyo would unsubscribe from everything. Somebody who was
    subscribed a moment ago may not be on it yet: Klaviyo does that later.
    """
    body = request["body"]
    list_id, name, value = _membership(body)
    try:
        is_there = is_on_list(access, list_id, name, value)
    except Reject as exc:
        if exc.status != requests.codes.not_found:
            raise
        is_there = False  # nor is the list
    if is_there:
        return answer(call(access, request["method"], request["path"], body))
    if access.memory.get(_settling(access, body)):
        raise Retry(
            "Klaviyo is still busy with putting them on the list.", after=LOOK_AGAIN_SECONDS
        )
    return Answer(status=requests.codes.ok, notes=(NOT_ON_THE_LIST,))


def _membership(body: Json) -> tuple[str, str, str]:
    """Whom a consent is about, by which identifier, and which list."""
    [profile] = body["data"]["attributes"]["profiles"]["data"]
    name = next(name for name in ("email", "phone_number") if name in profile["attributes"])
    return body["data"]["relationships"]["list"]["data"]["id"], name, profile["attributes"][name]


def _settling(access: Access, body: Json) -> str:
    """The name under which is remembered that somebody is being subscribed; it says not whom."""
    membership = "\n".join(_membership(body)).lower()
    digest = hashlib.blake2b(membership.encode(), digest_size=16).hexdigest()
    return f"klaviyo:{account(access)}:subscribing:{digest}"
