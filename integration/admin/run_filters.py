"""Filters by what a run was for, and by the run that something failed in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from integration import bulk, catch_up
from integration.models import FailedEvent, JobRun

MOST_RUNS = 20


def titles() -> dict[str, str]:
    """Return what each kind of run is called."""
    imports = {name: f"Import: {title.lower()}" for name, title in bulk.kinds().items()}
    return {catch_up.KIND: "Catch-up", **imports}


class KindFilter(admin.SimpleListFilter):
    """What a run is for."""

    title = "what"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Every kind that there is."""
        return list(titles().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[JobRun]) -> QuerySet[JobRun]:
        """Runs of that kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class RunFilter(admin.SimpleListFilter):
    """The import that something failed in."""

    title = "import"
    parameter_name = "run"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """The newest imports, and the one that is chosen."""
        runs = JobRun.objects.filter(kind__in=bulk.kinds()).select_related("store")
        found = list(runs[:MOST_RUNS])
        chosen = self._chosen()
        if chosen and chosen not in {run.id for run in found}:
            found += runs.filter(id=chosen)
        return [(str(run.id), f"{run.store}: {run.kind} {run.id}") for run in found]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[FailedEvent, Any]
    ) -> QuerySet[FailedEvent, Any]:
        """What failed in that run; nothing for what is no run."""
        return queryset.filter(run=self._chosen()) if self.value() else queryset

    def _chosen(self) -> int:
        value = self.value() or ""
        return int(value) if value.isdecimal() and len(value) < 18 else 0
