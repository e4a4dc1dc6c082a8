"""Which pages may read our answers: those of the store's own storefront, each by name.

There are no cookies at these addresses, so a foreign page could do no harm in a shopper's name. It
is refused because nobody should collect addresses in the name of a shop.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from backinstock import doors
from backinstock.doors import Door

PREFLIGHT_SECONDS = "7200"  # what browsers remember at most


def is_foreign(request: HttpRequest, door: Door) -> bool:
    """Return whether a page asks that is neither ours nor the store's. Apps have no origin."""
    origin = request.headers.get("Origin")
    return origin is not None and not _may_read(request, origin, door)


def readable(response: HttpResponse, request: HttpRequest, door: Door | None) -> HttpResponse:
    """Let the page that asked read the answer, if it is the store's."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin")
    if origin and door and _may_read(request, origin, door):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def preflight(request: HttpRequest) -> HttpResponse:
    """Answer what a browser asks before it posts. It does not say for which store."""
    response = HttpResponse(status=204)
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if origin and (_is_own(request, origin) or doors.is_known(origin)):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "POST, GET"
        response["Access-Control-Allow-Headers"] = "Content-Type"
        response["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def _may_read(request: HttpRequest, origin: str, door: Door) -> bool:
    return origin in door.origins or _is_own(request, origin)


def _is_own(request: HttpRequest, origin: str) -> bool:
    return origin == f"{request.scheme}://{request.get_host()}"
