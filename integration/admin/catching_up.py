"""“Catch up since …”: the form behind the button on a store's page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import localtime, now
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from integration import catch_up, jobs
from integration.admin.display import page
from integration.core.errors import Reject
from integration.models import JobRun, Store, SyncState

PERMISSION = "integration.retry_failedevent"  # who may have a message processed again
AN_HOUR = timedelta(hours=1)


class MomentInput(UnfoldAdminTextInputWidget):
    """The browser's own field for a date and a time."""

    input_type = "datetime-local"


class CatchUpForm(forms.Form):
    """From when."""

    since = forms.CharField(
        label="Since",
        widget=MomentInput(),
        error_messages={"required": "Choose from when the shop is to be read."},
    )

    def __init__(self, store: Store, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.store = store
        self.fields["since"].help_text = f"In the time of {store.timezone}."

    def clean_since(self) -> datetime:
        """Read it in the store's time zone."""
        try:
            return catch_up.moment(self.cleaned_data["since"], self.store.timezone)
        except Reject as exc:
            raise forms.ValidationError(exc.reason) from exc


def ask(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    """Show the form; when it is sent, start the run and lead to its page."""
    streams = list(SyncState.objects.filter(connection__store=store).select_related("connection"))
    form = CatchUpForm(store, request.POST or None, initial={"since": _proposed(store, streams)})
    if request.method == "POST" and form.is_valid():
        try:
            who = request.user if request.user.is_authenticated else None
            run = catch_up.start(store, form.cleaned_data["since"], who)
        except Reject as exc:
            form.add_error(None if exc.code != "future" else "since", exc.reason)
        else:
            jobs.ring(jobs.catch_up, run.id)
            admin.message_user(
                request, "The catch-up has started. This page shows how far it is: load it again."
            )
            return redirect(page(run))
    context = {
        **admin.admin_site.each_context(request),
        "title": "Catch up since …",
        "opts": admin.opts,
        "form": form,
        "store": store,
        "streams": streams,
        "active": JobRun.objects.filter(store=store, kind=catch_up.KIND, finished=None).first(),
    }
    return TemplateResponse(request, "admin/integration/store/catch_up.html", context)


def ask_to_stop(admin: ModelAdmin, request: HttpRequest, run: JobRun) -> HttpResponse:
    """Ask whether to stop a run; when that is affirmed, do it."""
    if request.method != "POST":
        context = {
            **admin.admin_site.each_context(request),
            "title": "Stop the catch-up?",
            "opts": admin.opts,
            "run": run,
        }
        return TemplateResponse(request, "admin/integration/jobrun/stop.html", context)
    if catch_up.stop(run.id):
        admin.message_user(request, "It stops after the page that is being read.")
    else:
        admin.message_user(request, "There is nothing to stop: it is over.", messages.WARNING)
    return redirect(page(run))


def _proposed(store: Store, streams: list[SyncState]) -> str:
    """The last success of all streams, as the browser's field wants it; else an hour ago."""
    successes = [state.last_success for state in streams]
    known = [moment for moment in successes if moment is not None]
    proposed = min(known) if known and len(known) == len(successes) else now() - AN_HOUR
    return localtime(proposed, ZoneInfo(store.timezone)).strftime("%Y-%m-%dT%H:%M")
