"""What the API answers when it does not do what was asked: `{"detail", "code"}`, always."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from integration.api.shapes import RunShape
from integration.core.errors import Reject
from integration.core.rules import Json
from integration.models import JobRun

# What may well be done at another time.
CONFLICTS = ("runs_already", "not_running", "not_ready", "not_over", "nothing_failed")


class Refused(APIException):
    """A Reject: 409 where it is about the moment, 400 where it is about what was asked."""

    def __init__(self, reject: Reject, active: JobRun | None = None) -> None:
        super().__init__(reject.reason, reject.code)
        self.field = reject.pointer.strip("/")
        self.active = active  # the run that is in the way
        is_conflict = reject.code in CONFLICTS
        self.status_code = status.HTTP_409_CONFLICT if is_conflict else status.HTTP_400_BAD_REQUEST


class LengthRequired(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = "Send a Content-Length."
    default_code = "length_required"


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "Send at most 4 MB."
    default_code = "too_large"


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database is away. Try again in a moment."
    default_code = "unavailable"


def answer(exc: Exception, context: Json) -> Response | None:
    """Return what to answer for an exception, None where it is a bug."""
    if isinstance(exc, (OperationalError, InterfaceError)):
        exc = Unavailable()
    response = exception_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, ValidationError):
        response.data = _invalid(exc.detail)
        return response
    detail = response.data["detail"]
    response.data = {"detail": str(detail), "code": detail.code}
    if isinstance(exc, Refused):
        response.data |= _beside(exc)
    return response


def _beside(refused: Refused) -> Json:
    if refused.active:
        return {"run": RunShape(refused.active).data}
    if refused.field:
        return {"field": refused.field, "errors": {refused.field: [str(refused.detail)]}}
    return {}


def _invalid(detail: Any) -> Json:
    """Return the first field that is wrong, and all of them beside it."""
    errors = {name: list(_leaves(wrong)) for name, wrong in detail.items()}
    field, first = next(iter(errors.items()))
    return {
        "detail": str(first[0]),
        "code": first[0].code,
        "field": field,
        "errors": {name: list(map(str, wrong)) for name, wrong in errors.items()},
    }


def _leaves(wrong: Any) -> list[ErrorDetail]:
    """Return the sentences about a field, and about which entry of a list or field of an object."""
    if isinstance(wrong, dict):
        return [
            ErrorDetail(f"{_place(place)}{leaf}", leaf.code)
            for place, below in wrong.items()
            for leaf in _leaves(below)
        ]
    return list(wrong)


def _place(place: int | str) -> str:
    if place == api_settings.NON_FIELD_ERRORS_KEY:
        return ""
    return f"Entry {place + 1}: " if isinstance(place, int) else f"“{place}”: "
