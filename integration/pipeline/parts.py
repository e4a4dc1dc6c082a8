"""Requests that say a part of their object only: of each part the newest word counts.

A page says a name today, and a status tomorrow. Neither takes the place of the other, whichever is
processed or sent first; but a status that was said before another one is not told after it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from integration.core.rules import Json
from integration.models import Connection, ResourceVersion
from integration.models.versions import Said
from integration.pipeline.batches import OLDER, SAME, Queued, Wanted, digest

WHOLE = ""  # the pointer to the object itself: that there is one, which stays said


def fresh(parts: Iterable[Wanted], connection: Connection, queued: Queued) -> list[Wanted]:
    """Leave out what was said before, or of which there is a later word. The objects are held."""
    ordered = sorted(parts, key=lambda one: one.request.version)
    if not ordered:
        return []
    said = ResourceVersion.objects.said(connection, {one.request.order_key for one in ordered})
    kept = []
    for one in ordered:
        reason = _why_not(one, said[one.request.order_key])
        if reason:
            queued.note(one.batch, reason)
        else:
            kept.append(one)
    ResourceVersion.objects.say(connection, said)
    return kept


def without_newer(body: Json, said: Said, version: int) -> Json:
    """Return a body without the parts about which something was said after this version."""
    result = copy.deepcopy(body)
    for pointer in _newer(said, said, version):
        *parents, last = _steps(pointer)
        place = _at(result, parents)
        if isinstance(place, dict):
            place.pop(last, None)
    return result


def _why_not(one: Wanted, said: Said) -> str:
    """Note what a request says, and leave out what is not new by now. Return why it need not be
    sent at all, "" if it must.
    """
    version, delivery = one.request.version, one.delivery
    stale = _newer(one.request.parts, said, version)
    left = [pointer for pointer in one.request.parts if pointer not in (WHOLE, *stale)]
    delivery.request["body"] = without_newer(delivery.request["body"], said, version)
    now = {pointer: digest(_at(one.request.body, _steps(pointer))) for pointer in left}
    before = {pointer: known for pointer, (_, known) in said.items()}
    is_news = WHOLE not in said or any(before.get(name) != found for name, found in now.items())
    said |= {WHOLE: (version, ""), **{name: (version, found) for name, found in now.items()}}
    if is_news or one.is_resent:
        return ""
    return OLDER if stale else SAME


def _newer(pointers: Iterable[str], said: Said, version: int) -> list[str]:
    return [one for one in pointers if one != WHOLE and one in said and said[one][0] > version]


def _steps(pointer: str) -> list[str]:
    """The path of a JSON pointer (RFC 6901)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _at(body: Mapping[str, Any], steps: Iterable[str]) -> Any:
    place: Any = body
    for step in steps:
        place = place.get(step) if isinstance(place, dict) else None
    return place
