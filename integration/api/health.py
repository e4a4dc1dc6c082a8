"""For probes: is the process alive, is the system ready."""

from __future__ import annotations

from dataclasses import asdict

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from integration import monitoring


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 with the figures while everything is reached and nothing is late, else 503."""
    try:
        readiness = monitoring.readiness()
    except (DatabaseError, InterfaceError, RedisError) as exc:
        return JsonResponse({"status": "unreachable", "what": type(exc).__module__}, status=503)
    status = "ok" if readiness.is_ready else "late"
    return JsonResponse(
        {"status": status, **asdict(readiness)}, status=200 if readiness.is_ready else 503
    )


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
