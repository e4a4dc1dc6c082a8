"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from integration.core.exchange import Access
from integration.core.rules import Json
from integration.destinations.klaviyo import errors
from integration.destinations.klaviyo.client import answer, bulk_call

PATIENCE = 30.0  # seconds to wait for a permit: who begins anew would read all pages again


def pages(access: Access, operation: str, path: str) -> Iterator[Json]:
    """Yield what is on this page and on all that follow. Raises the three failures."""
    met: set[str] = set()
    while path and path not in met:
        met.add(path)
        body = answer(bulk_call(access, operation, path, patience=PATIENCE)).body
        yield from errors.objects(body.get("data"))
        path = _path(access, str(errors.object_in(body.get("links")).get("next") or ""))


def _path(access: Access, link: str) -> str:
    """The link from our own address on: the key goes nowhere else, whatever a link says."""
    base = urlsplit(access.config["base_url"]).path.rstrip("/")
    parts = urlsplit(link)
    path = parts.path.removeprefix(base)
    return f"{path}?{parts.query}" if parts.query else path
