"""“What becomes of what”: a store's page with every type of message, to switch on and off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localtime
from unfold.admin import ModelAdmin
from unfold.widgets import SWITCH_CLASSES

from integration import registry
from integration.admin.message_filters import NO_TYPE
from integration.admin.message_words import STATES
from integration.admin.switching import Switched, switch
from integration.models import Connection, InboundMessage, Store

DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How many messages of a type came to a state, and where they are listed."""

    words: str
    colour: str
    count: int
    address: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A type of message, what it says, and what becomes of it or why nothing does."""

    type: str
    says: str = ""
    becomes: str = ""
    is_on: bool = False
    figures: list[Figure] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Table:
    """All types of a connection. `strange` ones came in and nobody knows them."""

    label: str
    handled: list[Line]
    ignored: list[Line]
    strange: list[Line]


def show(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    """Show the table; when it is sent, store what is switched off."""
    if request.method == "POST":
        return _save(admin, request, store)
    sources = store.connections.filter(kind__in=registry.sources())
    context = {
        **admin.admin_site.each_context(request),
        "title": f"{store}: what becomes of what",
        "opts": admin.opts,
        "store": store,
        "days": DAYS,
        "tables": [_table(connection, store) for connection in sources],
        "may_switch": admin.has_change_permission(request, store),
        "switch_classes": " ".join(SWITCH_CLASSES),
    }
    return TemplateResponse(request, "admin/integration/store/message_types.html", context)


def _save(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    if not admin.has_change_permission(request, store):
        raise PermissionDenied
    shown, on = set(request.POST.getlist("shown")), set(request.POST.getlist("on"))
    switched = switch(store, on=shown & on, off=shown - on)
    said = _words(switched)
    if switched.on or switched.off:
        admin.log_change(request, store, said)
    admin.message_user(request, said)
    return redirect(reverse("admin:integration_store_message_types", args=[store.id]))


def _words(switched: Switched) -> str:
    said = []
    if switched.on:
        said.append(
            f"Switched on: {', '.join(switched.on)}. From now on something is made of these, once "
            "the shop tells them: ask your engineers to run “manage.py subscriptions apply”."
        )
    if switched.off:
        said.append(f"Switched off: {', '.join(switched.off)}. Nothing is made of these any more.")
    return " ".join(said) or "Nothing was changed."


def _table(connection: Connection, store: Store) -> Table:
    source, figures = registry.sources()[connection.kind], _figures(connection)
    off = store.facts().settings["messages"]["off"]
    handled = [
        Line(
            type=type_,
            says=handles.says,
            becomes=handles.becomes,
            is_on=type_ not in off,
            figures=figures.pop(type_, []),
        )
        for type_, handles in source.handlers.items()
    ]
    ignored = [
        Line(type=type_, becomes=reason, figures=figures.pop(type_, []))
        for type_, reason in source.ignored.items()
    ]
    strange = [Line(type=type_, figures=there) for type_, there in sorted(figures.items())]
    return Table(label=connection.label, handled=handled, ignored=ignored, strange=strange)


def _figures(connection: Connection) -> dict[str, list[Figure]]:
    # As the list's own filter counts days, so that following a figure shows that filter chosen.
    today = localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    since, until = today - timedelta(days=DAYS), today + timedelta(days=1)
    days = {"received_at__gte": str(since), "received_at__lt": str(until)}
    there = connection.messages.filter(received_at__gte=since, received_at__lt=until)
    counted = there.order_by("type", "state").values_list("type", "state")
    figures: dict[str, list[Figure]] = defaultdict(list)
    for type_, state, count in counted.annotate(Count("id")):
        words = InboundMessage.State(state).label
        chosen = {
            "type": type_ or NO_TYPE,
            "state__exact": state,
            "connection__id__exact": connection.id,
        }
        address = reverse("admin:integration_inboundmessage_changelist")
        figures[type_].append(
            Figure(
                words=words,
                colour=STATES[words],
                count=count,
                address=f"{address}?{urlencode(chosen | days)}",
            )
        )
    return figures
