"""Failed events retried or discarded: asked about first, then done one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from integration import jobs
from integration.core.errors import Reject
from integration.models import FailedEvent
from integration.models.failures import FailedEventQuerySet

SHOWN_REFUSALS = 5

Resolve = Callable[[FailedEvent, AbstractBaseUser | None], None]


def act(
    admin: ModelAdmin,
    request: HttpRequest,
    queryset: FailedEventQuerySet,
    verb: str,
    resolve: Resolve,
) -> HttpResponse | None:
    """Resolve the chosen ones after asking; nothing is returned when it is done."""
    if "confirmed" not in request.POST:
        return ask(admin, request, queryset, verb)
    done, refused = _resolve_all(queryset.unresolved(), resolve, request.user)
    if verb == "retry":
        jobs.sweep()
    words = {
        "retry": f"{done} queued again. They go out in seconds; what fails comes back here.",
        "discard": f"{done} discarded. They stay on record.",
    }
    admin.message_user(request, words[verb], messages.SUCCESS if done else messages.WARNING)
    for failed, reason in refused[:SHOWN_REFUSALS]:
        admin.message_user(request, f"{failed}: {reason}", messages.ERROR)
    return None


def ask(
    admin: ModelAdmin, request: HttpRequest, queryset: FailedEventQuerySet, verb: str
) -> HttpResponse:
    """Ask whether to do it with the chosen ones."""
    waiting = queryset.unresolved()
    return TemplateResponse(
        request,
        "admin/integration/failedevent/confirm.html",
        {
            **admin.admin_site.each_context(request),
            "title": f"{verb.capitalize()} failed events?",
            "opts": admin.opts,
            "verb": verb,
            "count": waiting.count(),
            "first": waiting[:10],
            "ids": list(waiting.values_list("id", flat=True)),
        },
    )


def _resolve_all(
    waiting: Iterable[FailedEvent], resolve: Resolve, user: Any
) -> tuple[int, list[tuple[FailedEvent, str]]]:
    done, refused = 0, []
    for failed in waiting:
        try:
            resolve(failed, user)
        except Reject as exc:
            refused.append((failed, exc.reason))
        else:
            done += 1
    return done, refused
