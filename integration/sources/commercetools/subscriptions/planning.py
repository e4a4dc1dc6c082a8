"""Our one subscription of a project: compared with what is wanted, made, changed, removed.

It is known by its key. Subscriptions with another key, or none, are somebody else's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import requests

from integration.core.errors import Misconfigured, Reject
from integration.core.exchange import Access
from integration.core.rules import Json
from integration.core.subscriptions import Plan
from integration.sources.commercetools import client
from integration.sources.commercetools.subscriptions import destinations
from integration.sources.commercetools.subscriptions.resources import names, wanted

# commercetools tries the door before it answers, for up to a minute.
CHANGE_SECONDS = 65.0
PATH = "/subscriptions"


def plan(access: Access, key: str, types: Iterable[str], destination: Json) -> Plan:
    """Return what is there, and what would change for these message types.

    `destination` is where notifications are to go from now on, {} to leave that as it is. Changes
    nothing. Raises Reject for a destination that is none, and the three failures.
    """
    if destination:
        destinations.check(destination)
    wish = wanted(types)
    if not wish["messages"] and not wish["changes"]:
        raise Reject(
            "Every message is switched off for this store: there is nothing to subscribe to.",
            code="nothing_wanted",
        )
    return _compared(key, find(access, key), wish, destination)


def apply(access: Access, plan: Plan) -> None:
    """Do what a plan says. If somebody else has changed the subscription since, once more.

    Raises Reject with the reason of commercetools if it refuses, for example because its test
    notification did not arrive, and the other failures.
    """
    if not plan.act:
        return
    response = _sent(access, plan)
    if response.status_code == requests.codes.conflict:
        plan = _compared(plan.key, find(access, plan.key), plan.wanted, plan.destination)
        if not plan.act:
            return
        response = _sent(access, plan)
    _checked(access, response)


def remove(access: Access, key: str) -> bool:
    """Remove the subscription with this key. Return whether there was one."""
    there = find(access, key)
    if not there:
        return False
    path = f"{PATH}/{there['id']}?version={there['version']}"
    response = client.ask(access, "DELETE", path, read_seconds=CHANGE_SECONDS)
    if response.status_code != requests.codes.not_found:  # somebody was faster
        _checked(access, response)
    return True


def find(access: Access, key: str) -> Json:
    """Return the subscription with this key, {} if there is none."""
    response = client.ask(access, "GET", f"{PATH}/key={key}")
    if response.status_code == requests.codes.not_found:
        return {}
    return _checked(access, response)


def _compared(key: str, there: Json, wish: Json, destination: Json) -> Plan:
    now, then = names(there), names(wish)
    place = there.get("destination") or {}
    moves = bool(destination) and destinations.is_elsewhere(destination, place)
    change = "update" if now != then or moves else ""
    return Plan(
        key=key,
        act=change if there else "create",
        kept=tuple(sorted(now & then)),
        added=tuple(sorted(then - now)),
        removed=tuple(sorted(now - then)),
        goes_to=destinations.in_words(place),
        moves_to=destinations.in_words(destination, instead_of=place) if moves else "",
        there=there,
        wanted=wish,
        destination=destination,
    )


def _sent(access: Access, plan: Plan) -> requests.Response:
    if plan.act == "create":
        return client.ask(access, "POST", PATH, _draft(plan), CHANGE_SECONDS)
    path = f"{PATH}/{plan.there['id']}"
    order = {"version": plan.there["version"], "actions": _actions(plan)}
    return client.ask(access, "POST", path, order, CHANGE_SECONDS)


def _draft(plan: Plan) -> Json:
    if not plan.destination:
        raise Reject(
            "A new subscription needs a destination: say where notifications are to go.",
            code="destination",
        )
    return {
        "key": plan.key,
        "destination": plan.destination,
        **plan.wanted,
        "format": destinations.format_for(plan.destination),
    }


def _actions(plan: Plan) -> list[Json]:
    """What is to be changed, and nothing else: the rest is not even mentioned."""
    told = [
        {"action": action, part: plan.wanted[part]}
        for part, action in (("messages", "setMessages"), ("changes", "setChanges"))
        if names({part: plan.there.get(part)}) != names({part: plan.wanted[part]})
    ]
    moved = {"action": "changeDestination", "destination": plan.destination}
    return [*told, moved] if plan.moves_to else told


def _checked(access: Access, response: requests.Response) -> Json:
    """Return the answer's document. Raises the failure that it is otherwise."""
    status = response.status_code
    if status == requests.codes.forbidden:
        scope = f"manage_subscriptions:{access.config['project_key']}"
        raise Misconfigured(
            "commercetools does not let us see or change subscriptions (403).",
            remedy=f"Give the API client the scope {scope}.",
            code=client.SCOPE_MISSING,
            status=status,
        )
    reason = _reason(response)
    if status in (400, 404, 409) and reason:
        raise Reject(
            f"commercetools refused the subscription ({status}): {reason}",
            code="refused",
            status=status,
        )
    return client.answer_of(response, PATH)


def _reason(response: requests.Response) -> str:
    """What commercetools says is wrong; "" where it is not commercetools that speaks."""
    try:
        return str(json.loads(response.text)["message"])[:500]
    except (ValueError, TypeError, KeyError):
        return ""
