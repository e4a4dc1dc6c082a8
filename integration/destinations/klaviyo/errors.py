"""What Klaviyo's answers mean, and which of the three failures they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from integration.core.errors import Failure, Misconfigured, Reject, Retry
from integration.core.rules import Json

ANSWER_CHARACTERS = 4000  # of an answer kept for people to read


@dataclass(frozen=True)
class Known:
    """One kind of refusal: how to recognise it, what it is and what to do. None matches any."""

    status: int
    failure: type[Misconfigured] | type[Reject]
    slug: str
    meaning: str
    code: str | None = None


# The first that matches. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling
KNOWN = (
    Known(
        401,
        Misconfigured,
        "key_refused",
        "Klaviyo refused the key (401). Sending is paused. Enter a new key in Connections.",
    ),
    Known(
        403,
        Misconfigured,
        "scope_missing",
        "Klaviyo's key may not do this (403). Sending is paused. Give the key write access to "
        "profiles and events, or enter another one in Connections.",
    ),
    Known(
        410,
        Misconfigured,
        "revision_retired",
        "Klaviyo no longer serves this API revision (410). Sending is paused. Update Storewire.",
    ),
    Known(
        409,
        Reject,
        "identity_conflict",
        "The e-mail address and the other identifiers belong to different profiles in Klaviyo "
        "(409). Merge them in Klaviyo, then retry.",
        code="duplicate_profile",
    ),
    Known(413, Reject, "too_large", "Klaviyo found the request too large (413)."),
    Known(404, Reject, "not_found", "Klaviyo does not have the thing this is about (404)."),
    Known(400, Reject, "invalid", "Klaviyo refused the request (400)"),
)


def failure(response: requests.Response) -> Failure:
    """Return the failure that this answer stands for. The answer is not a success."""
    status, answer = response.status_code, response.text[:ANSWER_CHARACTERS]
    errors = _errors(response)
    if status == requests.codes.too_many_requests:
        return Retry(
            "Klaviyo asked us to slow down (429).",
            code="throttled",
            after=_after(response),
            status=status,
            answer=answer,
        )
    if status < 400 or status >= 500 or is_page(response):
        # A proxy's page is no answer of Klaviyo's, whatever status it carries.
        return Retry(
            f"Klaviyo is not available ({status}).",
            after=_after(response),
            status=status,
            answer=answer,
        )
    return _refusal(status, errors[0] if errors else {}, answer)


def _refusal(status: int, error: Json, answer: str) -> Failure:
    for known in KNOWN:
        if known.status == status and known.code in (None, error.get("code")):
            detail = str(error.get("detail", ""))
            meaning = known.meaning
            if known.slug == "invalid":
                meaning = f"{meaning}: {detail}" if detail else f"{meaning}."
            return known.failure(
                meaning,
                code=known.slug,
                pointer=pointer_of(error),
                status=status,
                answer=answer,
            )
    return Reject(
        f"Klaviyo refused the request ({status}): {error.get('detail', '')}",
        code=str(error.get("code", "unknown")),
        pointer=pointer_of(error),
        status=status,
        answer=answer,
    )


def is_page(response: requests.Response) -> bool:
    """Return whether this is something else than JSON: most likely a page from in between."""
    try:
        response.json()
    except ValueError:
        return bool(response.content)
    return False


def pointer_of(error: Json) -> str:
    """Return the JSON pointer an error names, "" if none."""
    source = error.get("source") or {}
    return str(source.get("pointer") or source.get("parameter") or "")


def duplicate_profile_id(response: requests.Response) -> str:
    """Return the id of the profile that has one of the identifiers already, "" if not said."""
    for error in _errors(response):
        if error.get("code") == "duplicate_profile":
            return str((error.get("meta") or {}).get("duplicate_profile_id") or "")
    return ""


def bad_phone_pointer(response: requests.Response) -> str:
    """Return where the phone number lies that Klaviyo will not have, "" if it is not about one."""
    if response.status_code != requests.codes.bad_request:
        return ""
    pointers = [pointer_of(error) for error in _errors(response)]
    only_phone = pointers and all(pointer.endswith("/phone_number") for pointer in pointers)
    return pointers[0] if only_phone else ""


def _errors(response: requests.Response) -> list[Json]:
    try:
        document: Any = response.json()
    except ValueError:
        return []
    errors = document.get("errors") if isinstance(document, dict) else None
    return [error for error in errors or [] if isinstance(error, dict)]


def _after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None
