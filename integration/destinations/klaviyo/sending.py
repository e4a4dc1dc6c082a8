"""How each operation is sent. Most are one call; some need a second one, or a question before."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import requests

from integration.core.exchange import Access, Answer
from integration.core.plugins import Send
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies, errors, marketing, marks
from integration.destinations.klaviyo.client import account, answer, call, permit
from integration.destinations.klaviyo.lookups import profile_by
from integration.destinations.klaviyo.words import PHONE_NOTE

PROFILE_PATH = "/api/profile-import"
REMEMBERED_SECONDS = 30 * 86_400.0  # that an object of the catalog is there

DUPLICATE_NOTE = "Klaviyo had a profile with one of these identifiers: that one was updated."
TWO_NOTE = "Klaviyo has another profile with the old address: merge the two there."
SHARED_NOTE = "The phone number belongs to somebody else's profile: it was left out."
GONE_NOTE = "Klaviyo did not have it (any more)."
NOBODY_NOTE = "Klaviyo has no profile of this customer: there was nothing to erase."


def sender(access: Access) -> Send:
    """Return `send(operation, request)`. It raises the three failures and nothing else."""

    def send(operation: str, request: Json) -> Answer:
        return WAYS[operation](access, request)

    return send


def _event(access: Access, request: Json) -> Answer:
    response, body, notes = _without_bad_phone(access, "create_event", request)
    if marks.is_unknown(response, body):
        return _of_nobody(response)
    return answer(response, notes)


def _profile(access: Access, request: Json) -> Answer:
    """An upsert that meets another profile with one of the identifiers goes to that profile.

    Unless that is somebody else who only shares the phone number: then it goes without the number.
    """
    response, body, notes = _without_bad_phone(access, "profile_import", request)
    if marks.is_unknown(response, body):
        return _of_nobody(response)
    duplicate = errors.duplicate_profile_id(response)
    if not duplicate:
        return answer(response, notes)
    if "phone_number" in body["data"]["attributes"] and _is_another(access, duplicate, body):
        permit(access, "profile_import")
        body = bodies.without(body, "/data/attributes/phone_number")
        again = call(access, request["method"], request["path"], body)
        return answer(again, (*notes, SHARED_NOTE))
    return _update(access, duplicate, body, (*notes, DUPLICATE_NOTE))


def _rekeyed(access: Access, request: Json) -> Answer:
    """The profile that is known by its old address gets the new one."""
    found = [profile_by(access, {name: value}) for name, value in request["find"].items()]
    ids = list(dict.fromkeys(profile["id"] for profile in found if profile))
    if not ids:
        permit(access, "profile_import")
        return _profile(access, request)
    return _update(access, ids[0], request["body"], (TWO_NOTE,) if len(ids) > 1 else ())


def _erased(access: Access, request: Json) -> Answer:
    """Klaviyo erases by its own id: whose that is must be asked first.

    The address may have a profile of its own, from before the customer had an account.
    """
    found = [profile_by(access, {name: value}) for name, value in request["find"].items()]
    ids = list(dict.fromkeys(profile["id"] for profile in found if profile))
    result = Answer(status=requests.codes.not_found, notes=(NOBODY_NOTE,))
    for place, profile_id in enumerate(ids):
        if place:
            permit(access, "request_profile_deletion")
        result = answer(call(access, "POST", request["path"], bodies.erasure(profile_id)))
    return result


def _upsert(access: Access, request: Json) -> Answer:
    """Klaviyo's catalog has no upsert: what was there before is updated, else created, or the
    other way round if that turns out wrong.
    """
    created = request["body"]["data"]
    id_ = bodies.compound_id(created["attributes"]["external_id"])
    path = f"{request['path']}/{bodies.in_path(id_)}"
    updated = bodies.catalog_update(created, id_)
    kind = created["type"].replace("-", "_")
    known = f"klaviyo:{account(access)}:{kind}:{id_}"

    def update() -> requests.Response:
        permit(access, f"update_{kind}")
        return call(access, "PATCH", path, updated)

    if access.memory.get(known):
        response = update()
        if response.status_code == requests.codes.not_found:
            response = call(access, "POST", request["path"], request["body"])
    else:
        response = call(access, "POST", request["path"], request["body"])
        if response.status_code == requests.codes.conflict:
            response = update()
    result = answer(response)
    access.memory.set(known, "there", REMEMBERED_SECONDS)
    return result


def _whatever_is_there(access: Access, request: Json) -> Answer:
    """What is not there need not be changed, and is deleted already."""
    response = call(access, request["method"], request["path"], request["body"] or None)
    if response.status_code == requests.codes.not_found and not errors.is_page(response):
        return Answer(status=response.status_code, notes=(GONE_NOTE,))
    return answer(response)


def _of_nobody(response: requests.Response) -> Answer:
    return Answer(
        status=response.status_code,
        body=errors.document(response),
        notes=(marks.UNKNOWN_NOTE,),
    )


def _without_bad_phone(
    access: Access, operation: str, request: Json
) -> tuple[requests.Response, Json, tuple[str, ...]]:
    """Send; where Klaviyo will not have the phone number, once more without it."""
    body: Json = request["body"]
    response = call(access, request["method"], request["path"], body)
    bad_phone = errors.bad_phone_pointer(response)
    if not bad_phone:
        return response, body, ()
    permit(access, operation)
    body = bodies.without(body, bad_phone)
    return call(access, request["method"], request["path"], body), body, (PHONE_NOTE,)


def _update(access: Access, profile_id: str, body: Json, notes: tuple[str, ...]) -> Answer:
    """Where that clashes with yet another profile, it may be the phone number: once without it."""
    attributes = body["data"]["attributes"]
    path = f"/api/profiles/{quote(profile_id, safe='')}"

    def update(attributes: Json) -> requests.Response:
        permit(access, "update_profile")
        return call(access, "PATCH", path, bodies.profile(attributes, profile_id))

    response = update(attributes)
    if errors.duplicate_profile_id(response) and "phone_number" in attributes:
        response = update({k: v for k, v in attributes.items() if k != "phone_number"})
        notes = (*notes, SHARED_NOTE)
    return answer(response, notes)


def _is_another(access: Access, profile_id: str, body: Json) -> bool:
    """Whether the profile is known by another address and another id than this body's."""
    known = profile_by(access, {"id": profile_id}).get("attributes", {})
    ours = body["data"]["attributes"]
    names = [name for name in ("email", "external_id") if known.get(name) and ours.get(name)]
    return bool(names) and all(known[name].lower() != ours[name].lower() for name in names)


WAYS: dict[str, Callable[[Access, Json], Answer]] = {
    "create_event": _event,
    "profile_import": _profile,
    "rekey_profile": _rekeyed,
    "request_profile_deletion": _erased,
    "create_back_in_stock_subscription": marketing.waits,
    "bulk_subscribe_profiles": marketing.subscribed,
    "bulk_unsubscribe_profiles": marketing.unsubscribed,
    "create_catalog_category": _upsert,
    "delete_catalog_category": _whatever_is_there,
    "create_catalog_item": _upsert,
    "update_catalog_item": _whatever_is_there,
    "delete_catalog_item": _whatever_is_there,
    "create_catalog_variant": _upsert,
    "update_catalog_variant": _whatever_is_there,
    "delete_catalog_variant": _whatever_is_there,
}
