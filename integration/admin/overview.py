"""The start page: how each shop is doing today, and what is being imported."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from integration import bulk, monitoring
from integration.admin.import_words import told
from integration.models import JobRun


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the start page with the shops this user may see."""
    may_see = request.user.has_perm("integration.view_store")
    may_see_runs = request.user.has_perm("integration.view_jobrun")
    return {
        **context,
        "shops": monitoring.shops() if may_see else [],
        "imports": _under_way() if may_see_runs else [],
    }


def _under_way() -> list[dict[str, Any]]:
    """Return the imports that are not over, with their titles and how far they are."""
    titles = bulk.kinds()
    runs = JobRun.objects.active().filter(kind__in=titles).select_related("store")
    return [{"run": run, "title": titles[run.kind], "told": told(run)} for run in runs]
