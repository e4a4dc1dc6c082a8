"""The parts of the OpenAPI document that several calls share, with examples."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from integration import bulk
from integration.api.examples import EXAMPLES, WAITING, example
from integration.api.shapes import ConflictShape, ErrorShape, InvalidShape, RunShape

KIND = OpenApiParameter(
    "kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(bulk.kinds()), description="Of what."
)
RUN = OpenApiParameter(
    "public_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The run's id."
)
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[202],
    description="Where the run can be watched.",
)
HEADERS = [
    OpenApiParameter(
        "WWW-Authenticate",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[401],
        description="What to show: a token.",
    ),
    OpenApiParameter(
        "Retry-After",
        OpenApiTypes.INT,
        OpenApiParameter.HEADER,
        response=[429],
        description="In how many seconds to come again.",
    ),
]


def started() -> OpenApiResponse:
    """Return the answer to what begins."""
    return OpenApiResponse(
        RunShape, "The run; it begins in a moment.", [OpenApiExample("A run", WAITING)]
    )


def shown() -> OpenApiResponse:
    """Return the answer about one run."""
    return OpenApiResponse(RunShape, "The run.", [OpenApiExample("A run", example())])


def listed(shape: type[Serializer[Any]]) -> OpenApiResponse:
    """Return the answer that has several; its example is in EXAMPLES."""
    examples = [OpenApiExample("Some", EXAMPLES[shape])]
    return OpenApiResponse(shape(many=True), "What there is.", examples)


def stopped() -> OpenApiResponse:
    """Return the answer to a stop."""
    stopping = example(
        state="stopping",
        words="It stops as soon as what is under way is done.",
        remaining_seconds=8,
    )
    return OpenApiResponse(
        RunShape, "The run; it stops in a moment.", [OpenApiExample("A run that stops", stopping)]
    )


def _error(shape: type[ErrorShape], when: str, **shown: object) -> OpenApiResponse:
    return OpenApiResponse(shape, when, [OpenApiExample(str(shown["code"]), shown)])


REFUSALS = {
    400: _error(
        InvalidShape,
        "Something that was asked for makes no sense, is not known, or has to be confirmed.",
        detail="Give a number from 1 on, or none for all.",
        code="invalid",
        field="limit",
        errors={"limit": ["Give a number from 1 on, or none for all."]},
    ),
    401: _error(
        ErrorShape,
        "No token was shown, or one that opens nothing.",
        detail="There is no such token, or it opens nothing any more.",
        code="authentication_failed",
    ),
    403: _error(
        ErrorShape,
        "The token's scope is not wide enough.",
        detail="This token may only read. Starting and stopping takes one that may do so.",
        code="may_only_read",
    ),
    404: _error(
        ErrorShape,
        "It is not there, or not for this token.",
        detail="There is no such run, or it is not of a store of this token.",
        code="not_found",
    ),
    409: _error(
        ConflictShape,
        "Not now: `runs_already`, `not_running`, `not_ready`, `not_over` or `nothing_failed`.",
        detail="An import of orders runs already for this store: wait for its end, or stop it.",
        code="runs_already",
        run=example(),
    ),
    411: _error(
        ErrorShape,
        "The body came without saying how long it is.",
        detail="Send a Content-Length.",
        code="length_required",
    ),
    413: _error(
        ErrorShape, "The body is too large.", detail="Send at most 4 MB.", code="too_large"
    ),
    415: _error(
        ErrorShape,
        "The body is not said to be JSON.",
        detail="Send JSON, with the header “Content-Type: application/json”.",
        code="unsupported_media_type",
    ),
    429: _error(
        ErrorShape,
        "Too often: 60 starts and stops a minute and 600 looks a minute for each token.",
        detail="Request was throttled. Expected available in 12 seconds.",
        code="throttled",
    ),
    503: _error(
        ErrorShape,
        "Nobody could look.",
        detail="The database is away. Try again in a moment.",
        code="unavailable",
    ),
}


def refusals(*statuses: int) -> dict[int, OpenApiResponse]:
    """Return the answers with these statuses."""
    return {status: REFUSALS[status] for status in statuses}
