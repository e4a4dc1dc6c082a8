"""Browsers have a door of their own, `POST /storefront/collect`: the usual one stays shut."""

from __future__ import annotations

from integration.core.errors import Reject
from integration.core.exchange import Access, Read
from integration.core.plugins import Knock
from integration.core.rules import Json


def refuse(knock: Knock, access: Access) -> bool:
    """Return that nobody is let in: what a browser sends is checked at its own door."""
    return False


def read_nothing(access: Access) -> Read:
    """Return `read(path)`, which finds nothing: pages tell, they cannot be asked."""

    def read(path: str) -> Json:
        raise Reject("A storefront cannot be asked for anything.", code="not_found")

    return read


def test(access: Access) -> str:
    """Return what there is to know: nothing can be reached, pages come by themselves."""
    return (
        "There is nothing to reach. Pages tell of themselves once the script is on them: "
        "see “Put it on your shop”."
    )
