"""What Klaviyo's answers mean, and which of the three failures they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import requests

from integration.core import http
from integration.core.errors import THROTTLED, Failure, Misconfigured, Reject, Retry
from integration.core.rules import Json

ANSWER_CHARACTERS = 4000  # of an answer kept for people to read


@dataclass(frozen=True)
class Known:
    """One kind of refusal: how to recognise it, what it means, and what a person can do.

    One with a remedy is about the connection, the others are about the request.
    """

    status: int
    slug: str
    meaning: str
    code: str = ""  # Klaviyo's; "" matches any
    remedy: str = ""
    about: str = ""  # what the place that it names begins with; "" matches any


# Whether Klaviyo calls what a relationship names missing (404) or wrong (400) is not documented.
VARIANT_MISSING = Known(
    404,
    "variant_missing",
    "Klaviyo's catalogue does not have this variant (yet). Import the store's products, then "
    "retry.",
    about="/data/relationships/variant",
)
LIST_MISSING = Known(
    404,
    "list_missing",
    "Klaviyo does not have this list. Write the id of another one into the request and the "
    "store's settings, then retry.",
    about="/data/relationships/list",
)
# The first that matches. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling
KNOWN = (
    Known(
        401,
        "key_refused",
        "Klaviyo refused the key (401).",
        remedy="Enter a new key in Connections.",
    ),
    Known(
        403,
        "scope_missing",
        "Klaviyo's key may not do this (403).",
        remedy="Give the key the access that is named beside it in Connections, or enter another "
        "one there.",
    ),
    Known(
        410,
        "revision_retired",
        "Klaviyo no longer serves this API revision (410).",
        remedy="Update Storewire.",
    ),
    Known(
        409,
        "identity_conflict",
        "The e-mail address and the other identifiers belong to different profiles in Klaviyo "
        "(409). Merge them in Klaviyo, then retry.",
        code="duplicate_profile",
    ),
    Known(413, "too_large", "Klaviyo found the request too large (413)."),
    VARIANT_MISSING,
    LIST_MISSING,
    replace(VARIANT_MISSING, status=400),
    replace(LIST_MISSING, status=400),
    Known(404, "not_found", "Klaviyo does not have the thing this is about (404)."),
)
LATER = {408, 425, 429}


def failure(response: requests.Response) -> Failure:
    """Return the failure that this answer stands for. The answer is not a success."""
    status, answer = response.status_code, response.text[:ANSWER_CHARACTERS]
    if status == requests.codes.too_many_requests:
        return Retry(
            "Klaviyo asked us to slow down (429).",
            code=THROTTLED,
            after=http.retry_after(response),
            status=status,
            answer=answer,
        )
    if not 400 <= status < 500 or status in LATER or is_page(response):
        # A proxy's page is no answer of Klaviyo's, whatever status it carries.
        return Retry(
            f"Klaviyo is not available ({status}).",
            after=http.retry_after(response),
            status=status,
            answer=answer,
        )
    errors = listed(response)
    return _refusal(status, errors[0] if errors else {}, answer)


def is_page(response: requests.Response) -> bool:
    """Return whether this is a web page: it comes from something in between."""
    content_type = response.headers.get("Content-Type", "")
    return "html" in content_type or response.content.lstrip().startswith(b"<")


def document(response: requests.Response) -> Json:
    """Return the JSON object in an answer; what is none, or nothing, is an empty one."""
    try:
        found: Any = response.json()
    except ValueError:
        return {}
    return object_in(found)


def listed(response: requests.Response) -> list[Json]:
    """Return the errors that an answer lists."""
    return objects(document(response).get("errors"))


def objects(value: Any) -> list[Json]:
    """Return the objects in what should be a list of them."""
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, dict)]


def object_in(value: Any) -> Json:
    """Return what should be an object, an empty one if it is none."""
    return value if isinstance(value, dict) else {}


def is_about_phone(error: Json) -> bool:
    """Return whether an error is about the phone number, by the place that it names."""
    return pointer_of(error).endswith("/phone_number")


def pointer_of(error: Json) -> str:
    """Return the JSON pointer an error names, "" if none."""
    source = object_in(error.get("source"))
    return str(source.get("pointer") or source.get("parameter") or "")


def duplicate_profile_id(response: requests.Response) -> str:
    """Return the id of the profile that has one of the identifiers already, "" if not said."""
    if response.status_code != requests.codes.conflict:
        return ""
    for error in listed(response):
        if error.get("code") == "duplicate_profile":
            return str(object_in(error.get("meta")).get("duplicate_profile_id") or "")
    return ""


def bad_phone_pointer(response: requests.Response) -> str:
    """Return where the phone number lies that Klaviyo will not have, "" if it is not about one."""
    if response.status_code != requests.codes.bad_request:
        return ""
    errors = listed(response)
    return pointer_of(errors[0]) if errors and all(map(is_about_phone, errors)) else ""


def rejection(status: int | None, error: Json, pointer: str, answer: str) -> Reject:
    """Return the failure of one request that an error is about."""
    said = error.get("detail") or error.get("title") or "no reason given"
    number = f" ({status})" if status else ""
    return Reject(
        f"Klaviyo refused the request{number}: {said}",
        code=str(error.get("code") or "refused"),
        pointer=pointer,
        status=status,
        answer=answer,
    )


def foreseen(known: Known) -> Reject:
    """Return the failure of a request that would be refused like this."""
    return Reject(known.meaning, code=known.slug, pointer=known.about)


def _refusal(status: int, error: Json, answer: str) -> Failure:
    pointer = pointer_of(error)
    for known in KNOWN:
        if (
            known.status == status
            and known.code in ("", error.get("code"))
            and pointer.startswith(known.about)
        ):
            return _known(known, pointer, answer)
    return rejection(status, error, pointer, answer)


def _known(known: Known, pointer: str, answer: str) -> Failure:
    said: dict[str, Any] = {"code": known.slug, "status": known.status, "answer": answer}
    if known.remedy:
        return Misconfigured(known.meaning, remedy=known.remedy, **said)
    return Reject(known.meaning, pointer=pointer, **said)
