"""The pages of django-rq, for those who may: an emptied queue is an operator's business."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django_rq.admin import QueueAdmin
from django_rq.models import Dashboard

PERMISSION = "django_rq.admin"

admin.site.unregister(Dashboard)


@admin.register(Dashboard)
class QueuesAdmin(QueueAdmin):
    """Queues, workers and the scheduler."""

    def get_urls(self) -> list[URLPattern]:
        """The same addresses, each behind the permission and not only behind the sign-in."""
        patterns: list[URLPattern] = super().get_urls()  # type: ignore[no-untyped-call]
        for pattern in patterns:
            pattern.callback = _guarded(pattern.callback)
        return patterns

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether this user may look at the queues."""
        return bool(request.user.has_perm(PERMISSION))


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **parameters: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, *args, **parameters)

    return guarded
