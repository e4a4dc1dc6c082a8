"""Browsers that are known by Klaviyo's mark alone, and that Klaviyo does not know after all.

Anybody can write a mark into the address of a page (`?_kx=anything`), and old ones end. Nothing is
to be put right then: it is no failure that somebody has to look at.
"""

from __future__ import annotations

import requests

from integration.core.errors import Reject
from integration.core.rules import Json
from integration.destinations.klaviyo import errors

MARK = "_kx"
PLACES = (f"/{MARK}", "/profile/data/attributes")  # what an error names
OTHERS = ("id", "email", "phone_number", "external_id")
UNKNOWN_NOTE = "Klaviyo does not know the browser that this came from: nothing was recorded."


def is_unknown(response: requests.Response, body: Json) -> bool:
    """Return whether a request was refused only because nobody has the mark that it goes by."""
    if response.status_code != requests.codes.bad_request or errors.is_page(response):
        return False
    found = [
        (errors.pointer_of(error), str(error.get("detail"))) for error in errors.listed(response)
    ]
    return bool(found) and _is_by_mark(body) and all(_says_nobody(*one) for one in found)


def is_of_nobody(failure: Reject, body: Json) -> bool:
    """Return whether the same is why a piece failed, of which this would be the single body."""
    return _says_nobody(failure.pointer, failure.reason) and _is_by_mark(body)


def _is_by_mark(body: Json) -> bool:
    """Whether somebody is known by the mark, and by nothing else."""
    person = body.get("data", {"attributes": {}})  # a deletion has none
    if "profile" in person["attributes"]:
        person = person["attributes"]["profile"]["data"]
    known = {"id": person.get("id"), **person["attributes"]}
    return bool(known.get(MARK)) and not any(known.get(name) for name in OTHERS)


def _says_nobody(pointer: str, words: str) -> bool:
    """By the place or by the words: Klaviyo publishes neither. The profile of an event has nothing
    else that could be wrong.
    """
    return pointer.endswith(PLACES) or "identifier" in words.lower()
