"""Product feeds: where they are, how they are read, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import JSONField, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from backinstock import feeds, jobs
from backinstock.admin import words
from backinstock.admin.permissions import may_change_feeds
from backinstock.admin.questions import Question, ask
from backinstock.models import Feed
from integration.admin.display import page
from integration.admin.form_fields import IndentedJSONField, json_area
from integration.jobs import ring

STATES = {"Well": "success", "In trouble": "danger", "Off": "default", "Not read yet": "info"}


@admin.register(Feed)
class FeedAdmin(ModelAdmin):
    """A file at an address, read again and again."""

    list_display = ("url", "store", "shown_state", "result", "rows", "read_at", "every")
    list_filter = ("enabled", "is_well", "store")
    search_fields = ("url",)
    list_select_related = ("store",)
    readonly_fields = (
        "shown_state",
        "result",
        "shown_rows",
        "read_at",
        "taken_at",
        "shown_problems",
    )
    formfield_overrides = {
        JSONField: {"form_class": IndentedJSONField, "widget": json_area(rows=6)}
    }
    actions_detail = ("read_now", "accept")
    empty_text = (
        "A feed is a file (CSV or JSON) at an address, with the products of a store and how many "
        "there are. A shop that tells its stock itself needs none."
    )

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """What came of it first, once there is something."""
        told = ("shown_state", "read_at"), ("result", "shown_rows", "taken_at"), "shown_problems"
        read = "store", "url", ("format", "every"), "columns", "enabled"
        came = [("What came of it", {"fields": told})] if obj else []
        return [*came, ("The file", {"fields": read})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A feed stays with its store: what it has told is that store's."""
        return (*self.readonly_fields, *(("store",) if obj else ()))

    def save_model(self, request: HttpRequest, obj: Feed, form: Any, change: bool) -> None:
        """Save, and have it read at once."""
        super().save_model(request, obj, form, change)
        _read(obj)

    def has_read_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may have a feed read."""
        return may_change_feeds(request)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """To accept a file is offered where one was refused."""
        feed = self.get_object(request, str(object_id))
        refused = feed is not None and feed.is_well is False and feed.rows
        every = super().get_actions_detail(request, object_id)
        return [one for one in every if refused or not one.action_name.endswith("_accept")]

    @display(description="State", label=STATES, ordering="is_well")
    def shown_state(self, feed: Feed) -> str:
        if not feed.enabled:
            return "Off"
        return {True: "Well", False: "In trouble", None: "Not read yet"}[feed.is_well]

    @display(description="Rows that were taken")
    def shown_rows(self, feed: Feed) -> str:
        return words.stock(feed.rows)

    @display(description="Rows that could not be taken")
    def shown_problems(self, feed: Feed) -> SafeString:
        lines = ((problem,) for problem in feed.problems or ["None"])
        return format_html_join("", "<div>{}</div>", lines)

    @action(description="Read now", permissions=["read"], icon="refresh")
    def read_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        feed = self._found(request, object_id)
        if request.method != "POST":
            question = Question(
                title="Read this feed now?",
                words="The file is fetched and taken, whether or not it has changed. People are "
                "told of what is back, by the store's rules.",
                button="Read now",
                back=page(feed),
            )
            return ask(self, request, question)
        _read(feed)
        self.message_user(request, "It is being read: load this page again in a moment.")
        return redirect(page(feed))

    @action(description="Take it all the same", permissions=["read"], icon="done_all")
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        feed = self._found(request, object_id)
        if request.method != "POST":
            question = Question(
                title="Take this file however few rows it has?",
                words=f"{feed.result} What is not in the file any more counts as sold out.",
                button="Take it",
                back=page(feed),
                is_dangerous=True,
            )
            return ask(self, request, question)
        feeds.accept(feed)
        ring(jobs.read_feed, feed.id)
        self.log_change(request, feed, "Taken however few rows")
        self.message_user(request, "It is being read: load this page again in a moment.")
        return redirect(page(feed))

    def _found(self, request: HttpRequest, object_id: str) -> Feed:
        feed: Feed | None = self.get_object(request, object_id)
        if feed is None:
            raise Http404
        return feed


def _read(feed: Feed) -> None:
    feeds.read_soon(feed)
    ring(jobs.read_feed, feed.id)
