"""Who may see which list, for the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest


def may_view(model: str) -> Callable[[HttpRequest], bool]:
    """Return a test of whether a request's user may see the model's list."""
    return lambda request: request.user.has_perm(f"integration.view_{model}")


may_view_failedevent = may_view("failedevent")
may_view_inboundmessage = may_view("inboundmessage")
may_view_delivery = may_view("delivery")
may_view_jobrun = may_view("jobrun")
may_view_store = may_view("store")
may_view_apitoken = may_view("apitoken")
may_view_consent = may_view("consent")


def may_see_queues(request: HttpRequest) -> bool:
    """Operators look into the queues; marketers have no use for them."""
    return request.user.has_perm("django_rq.admin")


def may_manage_people(request: HttpRequest) -> bool:
    """Whether the list of people is theirs to see."""
    return request.user.has_perm("auth.view_user")
