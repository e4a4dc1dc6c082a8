"""An import's own page: how far it is, what came of it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from integration import bulk, jobs
from integration.admin.display import page
from integration.admin.import_words import told
from integration.admin.importing import PERMISSION
from integration.admin.run_filters import titles
from integration.core.errors import Reject
from integration.models import FailedEvent, JobRun

State = JobRun.State
LISTS = {
    "failed": "What failed",
    "skipped": "What was skipped",
    "notes": "Notes on what was sent",
}
MOST_REASONS = 20


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One reason of a report: how often, and how that compares with the most frequent one."""

    words: str
    count: str
    percent: int


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked before something is done."""

    title: str
    words: str
    button: str


def context(request: HttpRequest, run: JobRun) -> dict[str, Any]:
    """Return what the page of an import shows beyond its fields."""
    may_see_failures = request.user.has_perm("integration.view_failedevent")
    return {
        "title": f"{titles().get(run.kind, run.kind)} of {run.store}",
        "told": told(run),
        "buttons": _buttons(run) if request.user.has_perm(PERMISSION) else [],
        "failures": _failures(run) if may_see_failures else {},
        "report": report(run),
        "is_clean": run.state == State.SUCCEEDED and run.read and not (run.failed or run.skipped),
    }


def report(run: JobRun) -> list[tuple[str, list[Bar]]]:
    """Return what failed, was skipped and was noted, with reasons, the most frequent first."""
    return [(title, _bars(run.report[key])) for key, title in LISTS.items() if run.report.get(key)]


def _bars(counts: dict[str, int]) -> list[Bar]:
    frequent = sorted(counts.items(), key=lambda line: (-line[1], line[0]))
    shown, rest = frequent[:MOST_REASONS], frequent[MOST_REASONS:]
    bars = [
        Bar(words=words, count=f"{count:,}", percent=count * 100 // shown[0][1])
        for words, count in shown
    ]
    if rest:
        total = sum(count for _, count in rest)
        bars.append(Bar(words=f"{len(rest):,} more reasons", count=f"{total:,}", percent=0))
    return bars


def stop(admin: ModelAdmin, request: HttpRequest, run: JobRun) -> HttpResponse:
    """Ask whether to stop it; when that is affirmed, do it."""
    question = Question(
        title="Stop the import?",
        words="It stops as soon as what is under way is done. What was sent stays in Klaviyo. "
        "“Resume” goes on from there, whenever you like.",
        button="Stop",
    )

    def act() -> tuple[str, JobRun]:
        if not bulk.stop(run):
            raise Reject("There is nothing to stop: it is over.")
        return "It stops as soon as what is under way is done.", run

    return _ask(admin, request, run, question, act)


def resume(admin: ModelAdmin, request: HttpRequest, run: JobRun) -> HttpResponse:
    """Ask whether to go on with it; when that is affirmed, do it."""
    question = Question(
        title="Resume the import?",
        words=f"It goes on from where it was, after {run.read:,} that were read. What went out "
        "already is not doubled.",
        button="Resume",
    )

    def act() -> tuple[str, JobRun]:
        bulk.resume(run)
        return "It goes on.", run

    return _ask(admin, request, run, question, act)


def retry(admin: ModelAdmin, request: HttpRequest, run: JobRun) -> HttpResponse:
    """Ask whether to repeat it for what failed; when that is affirmed, do it."""
    count = _to_retry(run)
    question = Question(
        title="Retry the failed ones?",
        words=f"A new import reads the {count:,} that failed from the shop again, as they are "
        "there by now, and sends them. Correct them in the shop first, or the settings of the "
        "store: what is wrong as before fails as before.",
        button="Retry the failed ones",
    )

    def act() -> tuple[str, JobRun]:
        user = request.user if request.user.is_authenticated else None
        return "This import repeats what had failed.", bulk.retry(run, user=user)

    return _ask(admin, request, run, question, act)


def _ask(
    admin: ModelAdmin,
    request: HttpRequest,
    run: JobRun,
    question: Question,
    act: Callable[[], tuple[str, JobRun]],
) -> HttpResponse:
    if request.method != "POST":
        shown = {"title": question.title, "opts": admin.opts, "run": run, "question": question}
        return TemplateResponse(
            request,
            "admin/integration/jobrun/ask.html",
            {**admin.admin_site.each_context(request), **shown},
        )
    try:
        said, led_to = act()
    except Reject as exc:
        admin.message_user(request, exc.reason, messages.ERROR)
        return redirect(page(run))
    jobs.ring(jobs.import_run, led_to.id)
    admin.message_user(request, said)
    return redirect(page(led_to))


def _buttons(run: JobRun) -> list[tuple[str, str]]:
    """Return the buttons that make sense now, with where they lead."""
    count = _to_retry(run)
    offered = (
        ("Stop", "stop_import", run.state in (State.QUEUED, State.RUNNING)),
        ("Resume", "resume_import", run.state in (State.STOPPED, State.FAILED)),
        (f"Retry the failed ones ({count:,})", "retry_import", count and not run.is_active),
    )
    return [
        (words, reverse(f"admin:integration_jobrun_{name}", args=[run.id]))
        for words, name, makes_sense in offered
        if makes_sense
    ]


def _to_retry(run: JobRun) -> int:
    rows = FailedEvent.objects.unresolved().filter(run=run).exclude(row="")
    return rows.values("row").distinct().count()


def _failures(run: JobRun) -> dict[str, Any]:
    """Return how many failed events there are of it, and where they are listed and downloaded."""
    resolution = FailedEvent.Resolution
    counts = FailedEvent.objects.filter(run=run).aggregate(
        all=Count("id"),
        open=Count("id", filter=Q(resolution=resolution.OPEN)),
        noted=Count("id", filter=Q(resolution=resolution.NOTED)),
    )
    settled = counts["all"] - counts["open"] - counts["noted"]
    named = ((counts["open"], "open"), (settled, "settled"), (counts["noted"], "only noted"))
    lists = "admin:integration_failedevent"
    return {
        "all": counts["all"],
        "words": ", ".join(f"{count:,} {words}" for count, words in named if count),
        "list": f"{reverse(f'{lists}_changelist')}?run={run.id}",
        "download": f"{reverse(f'{lists}_export')}?run={run.id}",
    }
