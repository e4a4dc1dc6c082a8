"""Sending many at a time: one bulk request, or for the catalog a question and one or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import requests

from integration.core.bulk import BulkAnswer, Refused, Taken
from integration.core.errors import Failure
from integration.core.exchange import Access
from integration.core.rules import Json
from integration.destinations.klaviyo import bodies, errors, marks
from integration.destinations.klaviyo.bulk_operations import (
    OPERATIONS,
    Kind,
    object_id,
    single_body,
)
from integration.destinations.klaviyo.client import LONG_WAIT, answer, bulk_call, slowed_down
from integration.destinations.klaviyo.existing import existing
from integration.destinations.klaviyo.packs import BULK
from integration.destinations.klaviyo.quick_json import dumped, loaded
from integration.destinations.klaviyo.refusals import refusals


@dataclass(frozen=True)
class Part:
    """Pieces for one bulk operation, and their places in the whole."""

    operation: str
    contents: Sequence[bytes]
    places: Sequence[int]


def bulk_sender(access: Access) -> Callable[[str, Sequence[bytes]], BulkAnswer]:
    """Return `send(operation, contents)`. It raises the three failures and nothing else."""

    def send(operation: str, contents: Sequence[bytes]) -> BulkAnswer:
        bulk = BULK[operation]
        kind, verb = OPERATIONS[bulk].kind, OPERATIONS[bulk].verb
        if kind is None:
            return _posted(access, Part(bulk, contents, range(len(contents))))
        if verb == "create":
            return _upserted(access, kind, contents)
        return _of_what_is_there(access, kind, bulk, contents)

    return send


def _upserted(access: Access, kind: Kind, contents: Sequence[bytes]) -> BulkAnswer:
    """What Klaviyo has is updated, the rest created."""
    documents: list[Json] = [loaded(content) for content in contents]
    ids = [object_id(document) for document in documents]
    known = existing(access, kind, ids)
    new = [place for place, id_ in enumerate(ids) if id_ not in known]
    old = [place for place, id_ in enumerate(ids) if id_ in known]
    updates = [dumped(bodies.catalog_update(documents[place], ids[place])["data"]) for place in old]
    return _both(
        access,
        Part(kind.bulk("create"), [contents[place] for place in new], new),
        Part(kind.bulk("update"), updates, old),
    )


def _of_what_is_there(
    access: Access, kind: Kind, bulk: str, contents: Sequence[bytes]
) -> BulkAnswer:
    """What Klaviyo does not have need not be changed, and is deleted already."""
    ids = [object_id(loaded(content)) for content in contents]
    known = existing(access, kind, ids)
    gone = tuple(place for place, id_ in enumerate(ids) if id_ not in known)
    left = [place for place, id_ in enumerate(ids) if id_ in known]
    taken = (Taken(places=gone, operation=bulk),) if gone else ()
    if not left:
        return BulkAnswer(taken=taken)
    sent = _posted(access, Part(bulk, [contents[place] for place in left], left))
    return BulkAnswer(taken=(*taken, *sent.taken), refused=sent.refused)


def _both(access: Access, first: Part, second: Part) -> BulkAnswer:
    """Send two. What came of the first is not to be forgotten when the second one fails."""
    taken: tuple[Taken, ...] = ()
    refused: tuple[Refused, ...] = ()
    for part in (first, second):
        if not part.places:
            continue
        try:
            sent = _posted(access, part)
        except Failure:
            if taken:
                break  # the caller sends it again, by itself
            raise
        taken, refused = (*taken, *sent.taken), (*refused, *sent.refused)
    return BulkAnswer(taken=taken, refused=refused)


def _posted(access: Access, part: Part) -> BulkAnswer:
    """One bulk request. Where Klaviyo names places it took nothing, and only those are bad."""
    operation = OPERATIONS[part.operation]
    content = operation.request(part.contents)
    response = bulk_call(access, part.operation, operation.path, content)
    if response.status_code == requests.codes.bad_request and not errors.is_page(response):
        found = errors.listed(response)
        if _is_about_too_many_jobs(found):
            raise slowed_down(access, part.operation, LONG_WAIT)
        placed = [one for one in refusals(found, part.contents, 400) if one.place >= 0]
        if placed:
            return _sorted_out(placed, part)
    body = answer(response).body
    job = str(errors.object_in(body.get("data")).get("id") or "")
    taken = Taken(places=tuple(part.places), job=job, operation=part.operation)
    return BulkAnswer(taken=(taken,))


def _sorted_out(placed: list[Refused], part: Part) -> BulkAnswer:
    """What is of a browser that Klaviyo does not know is done with, all else is refused."""
    nobodys = [
        part.places[one.place]
        for one in placed
        if marks.is_of_nobody(one.failure, single_body(part.contents[one.place]))
    ]
    moved = [replace(one, place=part.places[one.place]) for one in placed]
    done = Taken(places=tuple(nobodys), operation=part.operation, note=marks.UNKNOWN_NOTE)
    taken = (done,) if nobodys else ()
    refused = tuple(one for one in moved if one.place not in nobodys)
    return BulkAnswer(taken=taken, refused=refused)


def _is_about_too_many_jobs(found: list[Json]) -> bool:
    """Whether 500 jobs are in progress already. Only words tell; they may change."""
    words = " ".join(str(error.get("detail")) for error in found).lower()
    return "in progress" in words and "job" in words
