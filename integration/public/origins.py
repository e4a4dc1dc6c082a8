"""Which pages may come to a door: those of the store's own storefront, each by name.

There are no cookies at these addresses, so a foreign page could do no harm in a shopper's name. It
is refused because nobody should collect people in the name of a shop.
"""

from __future__ import annotations

import re
from collections.abc import Set
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from integration.models import Store

PREFLIGHT_SECONDS = "7200"  # what browsers remember at most
USUAL_PORTS = {"http": 80, "https": 443}
# Some programs read what is behind a backslash or an @ as another host than we do.
PAGE = re.compile(r"https?://[^\s\\@/?#]+([/?#][^\s\\<>\"]*)?")
PAGE_LENGTH = 1000


def origins_of(store: Store) -> frozenset[str]:
    """Return the origins of a store's pages, as browsers write them."""
    return frozenset(origin_of(origin) for origin in store.origins)


def origin_of(address: str) -> str:
    """Return the origin of an address as browsers write it, "" if it has none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in USUAL_PORTS or not host:
        return ""
    name = f"[{host}]" if ":" in host else host
    usual = port is None or port == USUAL_PORTS[parts.scheme]
    return f"{parts.scheme}://{name}" + ("" if usual else f":{port}")


def page_of(address: str, origins: Set[str]) -> str:
    """Return an address if it is a page of these origins, else "".

    People are led there by us: nobody else may choose where to.
    """
    if len(address) > PAGE_LENGTH:
        address = re.split(r"[?#]", address)[0]
    fits = PAGE.fullmatch(address) and len(address) <= PAGE_LENGTH
    return address if fits and origin_of(address) in origins else ""


def is_foreign(request: HttpRequest, origins: Set[str]) -> bool:
    """Return whether a page asks that is neither ours nor of these origins. Apps have no origin."""
    origin = request.headers.get("Origin")
    return origin is not None and not _may_read(request, origin, origins)


def readable(response: HttpResponse, request: HttpRequest, origins: Set[str]) -> HttpResponse:
    """Let the page that asked read the answer, if it is of these origins."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin")
    if origin and origins and _may_read(request, origin, origins):
        _let_read(response, origin)
    return response


def readable_by_anybody(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Let whatever page asked read an answer in which nothing is of anybody: why it was refused."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin")
    if origin:
        _let_read(response, origin)
    return response


def preflight(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer what a browser asks before it posts. It does not say for which store: that of any
    which has this kind of connection may.
    """
    response = HttpResponse(status=204)
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if origin and (_is_own(request, origin) or _is_known(origin, kind)):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "POST, GET"
        response["Access-Control-Allow-Headers"] = "Content-Type"
        response["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def _let_read(response: HttpResponse, origin: str) -> None:
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = "Retry-After"


def _is_known(origin: str, kind: str) -> bool:
    stores = Store.objects.filter(connections__kind=kind, connections__enabled=True)
    return any(
        origin_of(own) == origin
        for origins in stores.values_list("origins", flat=True)
        for own in origins
    )


def _may_read(request: HttpRequest, origin: str, origins: Set[str]) -> bool:
    return origin in origins or _is_own(request, origin)


def _is_own(request: HttpRequest, origin: str) -> bool:
    return origin == f"{request.scheme}://{request.get_host()}"
