"""What Klaviyo refuses in a body: what its schema does not allow, and what no schema can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from project.sandbox.klaviyo.bulk_checks import wrong_events, wrong_profiles, wrong_rows
from project.sandbox.klaviyo.bulk_schemas import CATALOG_JOBS
from project.sandbox.klaviyo.checks import error, invalid, step
from project.sandbox.klaviyo.document_checks import (
    wrong_event,
    wrong_metadata,
    wrong_person,
    wrong_profile,
)
from project.sandbox.klaviyo.marketing_schemas import wrong_subscriptions, wrong_waiting
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.validators import VALIDATORS

PHONE = "Invalid phone number format (Example of a valid format: +12345678901)"
PROFILE_OPERATIONS = ("profile_import", "update_profile", "create_client_profile")
LARGEST, LARGEST_PROFILE = 5_000_000, 100_000  # bytes
LONGEST_DETAIL = 300  # characters; the validator repeats what it refuses, however long


def refused_body(operation: str, body: Any, size: int) -> list[Json]:
    """Return the errors of a body of so many bytes; none if it is taken."""
    most = LARGEST_PROFILE if operation in PROFILE_OPERATIONS else LARGEST
    if size > most:
        return [error(413, f"The payload is larger than {most} bytes.")]
    validator = VALIDATORS[operation]
    if not validator.is_valid(body):
        return [
            invalid(_words(problem), "".join(map(step, problem.instance_path)))
            for problem in validator.iter_errors(body)
        ]
    return list(FURTHER[operation](body["data"])) if operation in FURTHER else []


def _event(document: Json) -> Iterator[Json]:
    event, base = document["attributes"], "/data/attributes"
    yield from wrong_person(event["profile"]["data"], f"{base}/profile/data")
    yield from wrong_event(event, base)


def _profile(document: Json) -> Iterator[Json]:
    yield from wrong_profile(document, "/data")


def _object(document: Json) -> Iterator[Json]:
    yield from wrong_metadata(document, "/data")


def _sole_identifier(document: Json) -> Iterator[Json]:
    profile = document["attributes"]["profile"]["data"]
    person = profile["attributes"]
    given = (profile.get("id"), person.get("email"), person.get("phone_number"))
    if sum(map(bool, given)) != 1:
        yield invalid(
            "Exactly one of id, email and phone_number is expected.",
            "/data/attributes/profile/data",
        )


def _words(problem: Any) -> str:
    last = problem.instance_path[-1] if problem.instance_path else ""
    if last == "phone_number":
        return PHONE
    if last == "email":
        return "Invalid email address"
    return str(problem.message)[:LONGEST_DETAIL]


# The rules that a schema cannot say, by operation.
FURTHER: dict[str, Callable[[Json], Iterator[Json]]] = {
    **dict.fromkeys(("create_event", "create_client_event"), _event),
    "bulk_create_events": wrong_events,
    **dict.fromkeys(PROFILE_OPERATIONS, _profile),
    "bulk_import_profiles": wrong_profiles,
    "request_profile_deletion": _sole_identifier,
    "create_back_in_stock_subscription": wrong_waiting,
    "bulk_subscribe_profiles": wrong_subscriptions,
    "bulk_unsubscribe_profiles": wrong_subscriptions,
    **{
        f"{verb}_catalog_{kind}": _object
        for verb in ("create", "update")
        for kind in ("item", "variant", "category")
    },
    **{kind.create: wrong_rows for kind in CATALOG_JOBS if kind.verb != "delete"},
}
