"""The start page: how each shop is doing today."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from integration import monitoring


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the start page with the shops this user may see."""
    may_see = request.user.has_perm("integration.view_store")
    return {**context, "shops": monitoring.shops() if may_see else []}
