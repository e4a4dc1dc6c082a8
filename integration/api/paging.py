"""Long lists, a page at a time."""

from __future__ import annotations

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

MOST_DIGITS = 18  # of an id, so that PostgreSQL has a number for it


class NewestFirst(CursorPagination):
    """Pages by id; `next` and `previous` are whole addresses."""

    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return where the page begins. Raises ValidationError for what no page has told."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound as exc:
            raise _unknown() from exc
        position = cursor.position if cursor else None
        if position is not None and not _is_id(str(position)):
            raise _unknown()
        return cursor


class InOrder(NewestFirst):
    """The oldest first."""

    ordering = "id"


def _is_id(position: str) -> bool:
    return position.isascii() and position.isdecimal() and len(position) <= MOST_DIGITS


def _unknown() -> ValidationError:
    return ValidationError({"cursor": ["Take it from “next” or “previous” of a page."]})
