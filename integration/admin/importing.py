"""“Import …”: the pages behind the button on a store's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from integration import bulk, jobs, registry
from integration.admin import import_outlook
from integration.admin.display import page
from integration.admin.import_form import DeletionForm, ImportForm
from integration.admin.import_words import BECOMES, counted, moment
from integration.bulk import Wishes
from integration.bulk.preflight import deletions
from integration.bulk.wishes import deletable
from integration.core.errors import Reject
from integration.models import JobRun, Store

PERMISSION = "integration.run_jobrun"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind that can be imported, and the last import of it."""

    name: str
    title: str
    becomes: str
    last: JobRun | None
    counted: str
    began: str


def show(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    """Show what can be imported, or the start page of the kind that was chosen."""
    name = request.GET.get("kind", "")
    if not name:
        return _choose(admin, request, store)
    if name not in bulk.kinds():
        raise Http404
    return _start(admin, request, store, name)


def _choose(admin: ModelAdmin, request: HttpRequest, store: Store) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": f"{store}: import",
        "opts": admin.opts,
        "store": store,
        "kinds": _kinds(store),
    }
    return TemplateResponse(request, "admin/integration/store/imports.html", context)


def _kinds(store: Store) -> list[Kind]:
    titles = bulk.kinds()
    runs = JobRun.objects.filter(store=store, kind__in=titles).newest_of_each()
    last = {run.kind: run for run in runs}
    return [
        Kind(
            name=name,
            title=title,
            becomes=BECOMES.get(name, ""),
            last=last.get(name),
            counted=counted(last[name]) if name in last else "",
            began=moment(last[name].created, store) if name in last else "",
        )
        for name, title in titles.items()
    ]


def _start(admin: ModelAdmin, request: HttpRequest, store: Store, kind: str) -> HttpResponse:
    """Show what will happen and what can be chosen; when it is sent, start it."""
    posted = request.POST
    form = ImportForm(store, kind, posted if "look" in posted or "start" in posted else None)
    deletion = DeletionForm(kind, posted if "delete" in posted else None)
    try:
        run = _started(request, store, form, deletion)
    except Reject as exc:
        (deletion if "delete" in posted else form).refuse(exc)
    else:
        if run is not None:
            jobs.ring(jobs.import_run, run.id)
            admin.message_user(request, "It has started. You may leave this page: it goes on.")
            return redirect(page(run))
    context = {
        **admin.admin_site.each_context(request),
        **_described(store, kind),
        "title": f"{store}: import {bulk.kinds()[kind].lower()}",
        "opts": admin.opts,
        "form": form,
        "deletion": deletion,
        # Else the page asks when it is there: the shop and Klaviyo may take their time.
        "told": import_outlook.tell(store, kind, form.wishes()) if _looks(form, posted) else None,
    }
    return TemplateResponse(request, "admin/integration/store/import.html", context)


def _started(
    request: HttpRequest, store: Store, form: ImportForm, deletion: DeletionForm
) -> JobRun | None:
    """Start what was asked for, if anything was. Raises Reject as `bulk.start`."""
    user = request.user if request.user.is_authenticated else None
    if "delete" in request.POST and deletion.is_valid():
        typed = deletion.cleaned_data["confirm_deletion"]
        wishes = Wishes(delete_all=True)
        return bulk.start(store, deletion.kind, wishes, user=user, confirmed=typed)
    if "start" in request.POST and form.is_valid():
        typed = form.cleaned_data.get("confirm_flows", "")
        return bulk.start(store, form.kind, form.wishes(), user=user, confirmed=typed)
    return None


def _looks(form: ImportForm, posted: QueryDict) -> bool:
    return "look" in posted and form.is_valid()


def _described(store: Store, kind: str) -> dict[str, Any]:
    """Return what the page says of a kind, whatever is chosen."""
    count = _deletions(store, kind)
    return {
        "store": store,
        "kind": kind,
        "becomes": BECOMES.get(kind, ""),
        "active": bulk.active(store, kind),
        "first": _first(kind),
        "is_deletable": kind in deletable(),
        "deletions": count,
        "shown_deletions": f"{count:,}",
        "is_dry": store.sending == Store.Sending.DRY_RUN,
    }


def _deletions(store: Store, kind: str) -> int:
    try:
        return deletions(store, kind)
    except Reject:
        return 0  # nowhere to send to: nothing was sent


def _first(kind: str) -> list[str]:
    """Return the titles of what goes before by itself."""
    collections = [source.collections for source in registry.sources().values()]
    wanted = {name for there in collections if kind in there for name in there[kind].first}
    return [title.lower() for name, title in bulk.kinds().items() if name in wanted]
