"""Asking how the jobs that Klaviyo does later are doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

import requests

from integration.core.bulk import JobAnswer, Refused
from integration.core.errors import Reject
from integration.core.exchange import Access
from integration.core.rules import Json
from integration.destinations.klaviyo import errors, marks
from integration.destinations.klaviyo.bulk_operations import (
    OPERATIONS,
    Kind,
    object_id,
    single_body,
)
from integration.destinations.klaviyo.client import answer, bulk_call
from integration.destinations.klaviyo.existing import existing
from integration.destinations.klaviyo.paging import pages
from integration.destinations.klaviyo.quick_json import loaded
from integration.destinations.klaviyo.refusals import NOWHERE, refusals

ERRORS = "get_errors_for_bulk_import_profiles_job"


def follow(access: Access, operation: str, job: str, contents: Sequence[bytes]) -> JobAnswer:
    """Return how a job is doing that these pieces went into. Raises the three failures.

    A cancelled job is lost, like one that Klaviyo does not know: it never says what it left undone.
    """
    bulk = OPERATIONS[operation]
    path = f"{bulk.path}/{quote(job, safe='')}"
    response = bulk_call(access, bulk.told_by, path)
    if response.status_code == requests.codes.not_found and not errors.is_page(response):
        return JobAnswer(state="lost")
    said = errors.object_in(errors.object_in(answer(response).body.get("data")).get("attributes"))
    completed, failed = int(said.get("completed_count") or 0), int(said.get("failed_count") or 0)
    if said.get("status") == "cancelled":
        return JobAnswer(state="lost", completed=completed, failed=failed)
    if said.get("status") != "complete":
        return JobAnswer(state="going", completed=completed, failed=failed)
    found = errors.objects(said.get("errors"))
    if not bulk.kind and said.get("failed_count") != 0:
        found = _import_errors(access, path)
    refused = _accounted(refusals(found, contents, None), failed, len(contents))
    if bulk.kind:
        refused = _compared(access, bulk.kind, bulk.verb, contents, refused)
    else:
        refused = [_alone_if_it_helps(one, contents) for one in refused]
    return JobAnswer(state="done", completed=completed, failed=failed, refused=tuple(refused))


def _import_errors(access: Access, path: str) -> list[Json]:
    rows = pages(access, ERRORS, f"{path}/import-errors?page%5Bsize%5D=100")
    return [errors.object_in(row.get("attributes")) for row in rows]


def _alone_if_it_helps(one: Refused, contents: Sequence[bytes]) -> Refused:
    """Alone, a profile that meets another one finds its way, and one of nobody its end."""
    if one.place == NOWHERE or one.instead:
        return one
    body = single_body(contents[one.place])
    if "duplicate" in one.failure.code or marks.is_of_nobody(one.failure, body):
        return replace(one, instead=body)
    return one


def _accounted(refused: list[Refused], failed: int, count: int) -> list[Refused]:
    """No failure may vanish. Where all failed, what is said of none in particular is about all."""
    placed = {one.place: one for one in refused if one.place != NOWHERE}
    unplaced = [one for one in refused if one.place == NOWHERE]
    left = failed - len(placed)
    if failed >= count:
        why = unplaced[0].failure if unplaced else _unexplained(left)
        rest = [place for place in range(count) if place not in placed]
        return [*placed.values(), *(Refused(place=place, failure=why) for place in rest)]
    unsaid = left - len(unplaced)
    if unsaid > 0:
        unplaced.append(Refused(place=NOWHERE, failure=_unexplained(unsaid)))
    return [*placed.values(), *unplaced]


def _unexplained(count: int) -> Reject:
    return Reject(f"Klaviyo says that {count:,} failed, and not why.", code="unexplained")


def _compared(
    access: Access,
    kind: Kind,
    verb: str,
    contents: Sequence[bytes],
    refused: list[Refused],
) -> list[Refused]:
    """What is refused is compared with what is there: Klaviyo's codes are not published.

    What was to be created and is there, or was to be updated and is not, goes by itself: alone it
    finds its way. What was to be deleted and is not there is deleted.
    """
    documents = {one.place: loaded(contents[one.place]) for one in refused if one.place != NOWHERE}
    ids = {place: object_id(document) for place, document in documents.items()}
    known = existing(access, kind, ids.values())
    compared = []
    for one in refused:
        is_there = ids.get(one.place) in known
        if one.place == NOWHERE or is_there != (verb == "create"):
            compared.append(one)
        elif verb != "delete":
            compared.append(replace(one, instead={"data": documents[one.place]}))
    return compared
