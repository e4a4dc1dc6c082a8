"""What browsers told lately, and what is wrong with it."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from integration.admin.display import RecordAdmin, link, links, pretty
from integration.admin.message_words import STATES
from integration.models import Connection, Store
from integration.sources.storefront.choices import choices
from integration.sources.storefront.notices import IDENTIFY, KIND
from storefront import lint
from storefront.admin import words
from storefront.admin.event_filters import (
    EventFilter,
    RecentPaginator,
    StoreFilter,
    connections,
)
from storefront.models import BrowserEvent

FIRST = 2  # remarks that a list shows


@admin.register(BrowserEvent)
class BrowserEventAdmin(RecordAdmin):
    """The newest first, with what a marketer should know of each."""

    list_display = (
        "shown_event",
        "received_at",
        "shown_person",
        "shown_path",
        "shown_state",
        "error",
        "shown_remarks",
        "shown_store",
    )
    list_display_links = ("shown_event",)
    list_filter = (StoreFilter, EventFilter, "state", "received_at")
    list_select_related = ("connection__store",)
    ordering = ("-id",)  # of many connections, no index has them by time
    paginator = RecentPaginator
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_event", "shown_state"),
                    "error",
                    ("shown_person", "shown_store"),
                    ("received_at", "shown_page"),
                )
            },
        ),
        ("Is it as Klaviyo's flows want it?", {"fields": ("shown_lint",)}),
        ("What became of it", {"fields": ("shown_deliveries", "shown_message")}),
        ("What the page told", {"fields": ("shown_payload",)}),
    )

    @property
    def empty_text(self) -> SafeString:  # type: ignore[override]
        """What to do next, which depends on what is set up."""
        is_on = Connection.objects.filter(kind=KIND, enabled=True).exists()
        told = {"is_on": is_on, "stores": Store.objects.exists()}
        return render_to_string("admin/storefront/no_events.html", told)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BrowserEvent]:
        """What came from pages, and nothing else of what shops tell."""
        queryset: QuerySet[BrowserEvent] = super().get_queryset(request)
        return queryset.filter(connection_id__in=connections()).defer("raw")

    @display(description="Event", ordering="type")
    def shown_event(self, event: BrowserEvent) -> str:
        return words.name_of(event)

    @display(description="Who")
    def shown_person(self, event: BrowserEvent) -> str:
        return words.person_of(event)

    @display(description="Page")
    def shown_page(self, event: BrowserEvent) -> str:
        return words.page_of(event)

    @display(description="Page")
    def shown_path(self, event: BrowserEvent) -> str:
        return words.path_of(event)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, event: BrowserEvent) -> str:
        return event.get_state_display()

    @display(description="To put right")
    def shown_remarks(self, event: BrowserEvent) -> SafeString:
        found = remarks(event)
        more = [f"and {len(found) - FIRST} more"] if len(found) > FIRST else []
        return _listed([*found[:FIRST], *more])

    @display(description="To put right")
    def shown_lint(self, event: BrowserEvent) -> SafeString:
        return _listed(remarks(event))

    @display(description="Store")
    def shown_store(self, event: BrowserEvent) -> SafeString:
        return link(event.connection.store)

    @display(description="Deliveries")
    def shown_deliveries(self, event: BrowserEvent) -> SafeString:
        return links(event.deliveries.order_by("id")[:50])

    @display(description="Preview it, or send it again")
    def shown_message(self, event: BrowserEvent) -> SafeString:
        address = reverse("admin:integration_inboundmessage_change", args=[event.id])
        return format_html('<a class="sw-link" href="{}">The same among the messages</a>', address)

    @display(description="As it came")
    def shown_payload(self, event: BrowserEvent) -> SafeString:
        return pretty(event.payload)


def remarks(event: BrowserEvent) -> list[str]:
    """Return what is to be put right about an event, by what its store has chosen now."""
    told = event.payload or {}
    chosen = choices(event.connection.store.facts().settings)
    properties = told.get("properties") or {}
    if told.get("type") == IDENTIFY:
        return lint.lint_person(told.get("person") or {}, properties, chosen.properties)
    return lint.lint(
        words.name_of(event),
        properties,
        id_=told.get("id", ""),
        profile_properties=chosen.properties,
        own_events=chosen.own_events,
    )


def _listed(sentences: list[str]) -> SafeString:
    if not sentences:
        return format_html('<span class="sw-fine">{}</span>', "Fine")
    items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences))
    return format_html('<ul class="sw-lint">{}</ul>', items)
