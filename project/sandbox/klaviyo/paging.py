"""The page of a list that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import request, url_for

from project.sandbox.klaviyo.checks import refused_parameter
from project.sandbox.klaviyo.fieldsets import fields_parameter
from project.sandbox.klaviyo.filters import FILTER
from project.sandbox.klaviyo.schemas import Json

SIZE, CURSOR = "page[size]", "page[cursor]"
LARGEST_PAGE = 100


def page(
    ids: list[str],
    resource: Callable[[str], Json],
    default_size: int,
    type_: str = "",
    more: Collection[str] = (),
) -> Json:
    """Return one page of these. Its cursor is the id of the first one on it.

    The fields of a `type_` may be asked for, and `more` parameters are known. Raises Refused if
    the request asks for what there is not.
    """
    for name in request.args:
        if name not in (SIZE, CURSOR, FILTER, fields_parameter(type_), *more):
            raise refused_parameter(name, f"The sandbox does not know '{name}'.")
    size = request.args.get(SIZE, str(default_size))
    if not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE:
        raise refused_parameter(SIZE, f"A number from 1 to {LARGEST_PAGE} is expected.")
    cursor = request.args.get(CURSOR)
    if cursor is not None and cursor not in ids:
        raise refused_parameter(CURSOR, "The cursor is not one of ours.")
    start = ids.index(cursor) if cursor else 0
    end = start + int(size)
    return {
        "data": [resource(id_) for id_ in ids[start:end]],
        "links": {"self": request.url, "next": _link(ids[end]) if end < len(ids) else None},
    }


def _link(cursor: str) -> str:
    """The same question about what comes next."""
    asked = {**(request.view_args or {}), **request.args, CURSOR: cursor}
    return url_for(str(request.endpoint), _external=True, **asked)
